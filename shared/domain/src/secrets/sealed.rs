//! The stored form of a secret.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::cipher;
use super::data_key::{DataKey, WrappedKey};
use super::{MASK, Secret};
use crate::error::StoreError;

/// Name of the format: `v1.<wrapped data key>.<nonce, AES-256-GCM, tag>`, both in base64url. A new format
/// gets a new name, so that stored secrets stay readable.
const VERSION: &str = "v1";

/// Why a sealed secret does not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum SealError {
    /// It has no form that this version knows.
    #[error("the sealed secret has an unknown format")]
    Form,
    /// It was changed, or sealed under another key or for another place.
    #[error("the sealed secret was modified, or belongs to another place")]
    Tag,
}

/// A secret in the form in which it may be stored. Its text reveals only the length of the secret.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Sealed(String);

impl Sealed {
    /// Seals a secret for one place: the same `place` is needed to open it.
    ///
    /// # Errors
    /// A fault of the system's random generator.
    pub fn seal(
        key: &DataKey,
        wrapped: &WrappedKey,
        place: &[u8],
        secret: &Secret,
    ) -> Result<Self, StoreError> {
        let sealed = cipher::seal(key.reveal(), place, secret.reveal().as_bytes())?;
        let (wrapped, sealed) = (URL_SAFE_NO_PAD.encode(&wrapped.0), URL_SAFE_NO_PAD.encode(sealed));
        Ok(Self(format!("{VERSION}.{wrapped}.{sealed}")))
    }

    /// The wrapped data key, for key management.
    ///
    /// # Errors
    /// [`SealError::Form`].
    pub fn wrapped_key(&self) -> Result<WrappedKey, SealError> {
        self.parts().map(|(wrapped, _)| WrappedKey(wrapped))
    }

    /// Opens it with the data key that key management unwrapped.
    ///
    /// # Errors
    /// [`SealError`].
    pub fn open(&self, key: &DataKey, place: &[u8]) -> Result<Secret, SealError> {
        let (_, sealed) = self.parts()?;
        let text = cipher::open(key.reveal(), place, &sealed)?;
        let text = std::str::from_utf8(&text).map_err(|_| SealError::Form)?;
        Ok(Secret::new(text.to_owned()))
    }

    fn parts(&self) -> Result<(Vec<u8>, Vec<u8>), SealError> {
        let mut parts = self.0.split('.');
        let (Some(VERSION), Some(wrapped), Some(sealed), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(SealError::Form);
        };
        let decoded = |text: &str| URL_SAFE_NO_PAD.decode(text).map_err(|_| SealError::Form);
        Ok((decoded(wrapped)?, decoded(sealed)?))
    }
}

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sealed({MASK})")
    }
}
