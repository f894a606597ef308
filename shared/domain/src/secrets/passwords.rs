//! Passwords of a definition's databases: plain after parsing, and sealed.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use serde::{Deserialize, Serialize};

use super::{Sealed, Secret};

/// Passwords by the names of their database definitions.
#[derive(Debug, Default)]
pub struct Passwords(BTreeMap<String, Secret>);

impl Passwords {
    /// The password of a database definition, if there is one.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Secret> {
        self.0.get(name)
    }

    /// True if there are no passwords.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn insert(&mut self, name: String, password: Secret) {
        self.0.insert(name, password);
    }
}

/// Sealed passwords by the names of their database definitions, as they are stored.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SealedPasswords(BTreeMap<String, Sealed>);

impl SealedPasswords {
    /// True if there are no passwords.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Sealed> {
        self.0.get(name)
    }

    pub(crate) fn entry(&mut self, name: &str) -> Entry<'_, String, Sealed> {
        self.0.entry(name.to_owned())
    }

    pub(crate) fn insert(&mut self, name: &str, password: Sealed) {
        self.0.insert(name.to_owned(), password);
    }
}
