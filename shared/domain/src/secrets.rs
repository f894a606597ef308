//! Secret texts and keys, and their sealed form, which may be stored.
//!
//! A password is sealed immediately after its definition is parsed, and only the worker opens it. In between
//! only its [`Sealed`] form exists: AES-256-GCM under a data key that is generated for one definition. The
//! data key is stored only *wrapped*, under a key that never leaves key management (KMS on AWS, a file on a
//! single machine). See [`Seal`](crate::ports::Seal) and [`Unseal`](crate::ports::Unseal).

mod cipher;
mod data_key;
pub mod passwords;
mod sealed;
mod secret;
mod wrapping;

pub use data_key::{DATA_KEY_BYTES, DataKey, NewDataKey, WrappedKey};
pub use sealed::{SealError, Sealed};
pub use secret::{MASK, Secret};
pub use wrapping::WrappingKey;

#[cfg(test)]
mod tests;
