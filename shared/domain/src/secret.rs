//! Texts and keys that must not be seen, and their sealed form, which may be stored.
//!
//! A password is sealed right after its definition was read and is opened only by who runs the job.
//! In between there is its [`Sealed`] form alone: AES-256-GCM under a data key that is drawn for one
//! definition and stored only *wrapped*, by a key that never leaves its keeper (KMS on AWS, a file on
//! a single machine). See [`Seal`](crate::ports::Seal) and [`Unseal`](crate::ports::Unseal).

mod cipher;
mod data_key;
mod sealed;
mod wrapping;

use std::fmt;

use zeroize::Zeroizing;

pub use data_key::{DATA_KEY_BYTES, DataKey, NewDataKey, WrappedKey};
pub use sealed::{SealError, Sealed};
pub use wrapping::WrappingKey;

/// What stands in place of a secret wherever something is shown.
pub const MASK: &str = "********";

/// A text that must not be seen: it cannot be displayed, serialised or copied, shows stars where it
/// is debugged, and is wiped from memory when it is dropped.
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes a text. Copies of it that others hold are theirs to wipe.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// The text itself, for whom it is meant.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secret({MASK})")
    }
}

#[cfg(test)]
mod tests;
