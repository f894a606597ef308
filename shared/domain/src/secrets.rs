//! Texts and keys that must not be seen, and their sealed form, which may be stored.
//!
//! A password is sealed right after its definition was read and is opened only by who runs the job.
//! In between there is its [`Sealed`] form alone: AES-256-GCM under a data key that is drawn for one
//! definition and stored only *wrapped*, by a key that never leaves its keeper (KMS on AWS, a file on
//! a single machine). See [`Seal`](crate::ports::Seal) and [`Unseal`](crate::ports::Unseal).

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
