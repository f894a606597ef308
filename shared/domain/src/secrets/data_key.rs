//! Keys that seal the passwords of one definition.

use std::fmt;

use zeroize::Zeroizing;

use super::MASK;

/// Length of a data key: AES-256.
pub const DATA_KEY_BYTES: usize = 32;

/// A key that seals the passwords of one definition; wiped from memory when it is dropped.
pub struct DataKey(Zeroizing<[u8; DATA_KEY_BYTES]>);

impl DataKey {
    /// A key; `None` for another length.
    #[must_use]
    pub fn new(bytes: &[u8]) -> Option<Self> {
        Some(Self(Zeroizing::new(bytes.try_into().ok()?)))
    }

    /// The key itself, for a cipher.
    #[must_use]
    pub fn reveal(&self) -> &[u8; DATA_KEY_BYTES] {
        &self.0
    }
}

impl fmt::Debug for DataKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DataKey({MASK})")
    }
}

/// A data key as key management wrapped it: only key management can unwrap it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrappedKey(pub Vec<u8>);

/// A data key that was just drawn.
#[derive(Debug)]
pub struct NewDataKey {
    /// The key, to seal with.
    pub key: DataKey,
    /// The form in which alone it is stored.
    pub wrapped: WrappedKey,
}
