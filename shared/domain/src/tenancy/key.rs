//! Access keys: as callers send them, and as they are stored.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::error::StoreError;
use crate::ids::{BindingId, InstanceId};
use crate::time::Timestamp;

/// Random bytes in a new key: far beyond guessing, so that an unsalted hash is enough.
const KEY_BYTES: usize = 32;

/// Longest key that is checked.
const MAX_KEY_BYTES: usize = 256;

/// A key as its owner holds it. It has no `Display`, is not serialisable, prints as stars, and is wiped from
/// memory when it is dropped.
#[derive(Clone)]
pub struct AccessKey(Zeroizing<String>);

impl AccessKey {
    /// The key that a caller sent. A key of impossible length becomes an empty one, which matches nothing.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        let text = Zeroizing::new(text.into());
        Self(if text.len() > MAX_KEY_BYTES { Zeroizing::default() } else { text })
    }

    /// Draws a new key.
    ///
    /// # Errors
    /// Where the system's random generator fails.
    pub fn generate() -> Result<Self, StoreError> {
        let mut bytes = Zeroizing::new([0_u8; KEY_BYTES]);
        getrandom::fill(&mut *bytes)
            .map_err(|fault| StoreError::permanent("generate an access key", fault.to_string()))?;
        Ok(Self(Zeroizing::new(hex(&*bytes))))
    }

    /// The key itself, to be shown once to its owner.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// The name under which the key's record is stored: it does not reveal the key.
    #[must_use]
    pub fn lookup(&self) -> KeyLookup {
        KeyLookup(self.digest("lookup").split_off(32))
    }

    fn digest(&self, purpose: &str) -> String {
        let mut hash = Sha256::new();
        hash.update(purpose.as_bytes());
        hash.update([0]);
        hash.update(self.0.as_bytes());
        hex(&hash.finalize())
    }
}

impl fmt::Debug for AccessKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AccessKey(********)")
    }
}

/// The name under which a key's record is found.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct KeyLookup(pub String);

/// The stored record of a key: its hash and its owner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct KeyRecord {
    /// The name under which it is found.
    pub lookup: KeyLookup,
    /// The key's hash.
    pub hash: String,
    /// Its owner.
    pub instance: InstanceId,
    /// The binding that it was issued for; none of a key from before there were bindings.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub binding: Option<BindingId>,
    /// When it was issued.
    pub created_at: Timestamp,
}

impl KeyRecord {
    /// The record of a newly issued key.
    #[must_use]
    pub fn new(key: &AccessKey, instance: InstanceId, now: Timestamp) -> Self {
        Self { lookup: key.lookup(), hash: key.digest("verify"), instance, binding: None, created_at: now }
    }

    /// The same record, of a binding's key.
    #[must_use]
    pub fn of_binding(mut self, binding: BindingId) -> Self {
        self.binding = Some(binding);
        self
    }

    /// True if this record was made for `key`; the comparison takes constant time.
    #[must_use]
    pub fn admits(&self, key: &AccessKey) -> bool {
        let shown = key.digest("verify");
        !key.0.is_empty() && bool::from(shown.as_bytes().ct_eq(self.hash.as_bytes()))
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_admits_its_key_alone_and_does_not_hold_it() {
        let key = AccessKey::generate().unwrap();
        let record = KeyRecord::new(&key, InstanceId::new("acme").unwrap(), Timestamp(0));
        assert!(record.admits(&key));
        assert!(!record.admits(&AccessKey::generate().unwrap()));
        assert!(!record.admits(&AccessKey::new("")));
        let stored = serde_json::to_string(&record).unwrap();
        assert!(!stored.contains(key.reveal()));
        assert!(!format!("{key:?}").contains(key.reveal()));
    }
}
