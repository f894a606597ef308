//! AES-256-GCM: a sealed text cannot be read, changed or moved.

use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes256Gcm, KeyInit, Nonce};
use zeroize::Zeroizing;

use super::data_key::DATA_KEY_BYTES;
use super::sealed::SealError;
use crate::error::StoreError;

/// Length of a nonce. It is drawn: under a key that seals a few dozen texts, no two are equal.
const NONCE_BYTES: usize = 12;

/// The nonce, and the sealed text with its tag. The same `place` is needed to open it.
pub(super) fn seal(key: &[u8; DATA_KEY_BYTES], place: &[u8], text: &[u8]) -> Result<Vec<u8>, StoreError> {
    let operation = "seal a secret";
    let mut nonce = [0_u8; NONCE_BYTES];
    getrandom::fill(&mut nonce).map_err(|fault| StoreError::transient(operation, fault.to_string()))?;
    let payload = Payload { msg: text, aad: place };
    let sealed = Aes256Gcm::new(key.into()).encrypt(&Nonce::from(nonce), payload);
    let sealed = sealed.map_err(|fault| StoreError::permanent(operation, fault.to_string()))?;
    Ok([nonce.as_slice(), &sealed].concat())
}

/// Opens a text that [`seal`] sealed with this key and place.
pub(super) fn open(
    key: &[u8; DATA_KEY_BYTES],
    place: &[u8],
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, SealError> {
    let (nonce, sealed) = sealed.split_first_chunk::<NONCE_BYTES>().ok_or(SealError::Form)?;
    let payload = Payload { msg: sealed, aad: place };
    let opened = Aes256Gcm::new(key.into()).decrypt(&Nonce::from(*nonce), payload);
    opened.map(Zeroizing::new).map_err(|_| SealError::Tag)
}
