//! The writer's vocabulary tables, from entry to index.

use std::collections::HashMap;

use super::WriteError;
use crate::limits::Limits;
use crate::{XML_NAMESPACE, XML_PREFIX};

/// Indexes of strings in one table.
#[derive(Debug, Clone, Default)]
pub(super) struct StringIndex {
    known: HashMap<Box<str>, usize>,
    next: usize,
}

impl StringIndex {
    fn with(entry: &str) -> Self {
        let mut index = StringIndex::default();
        index.add(entry);
        index
    }

    pub(super) fn get(&self, text: &str) -> Option<usize> {
        self.known.get(text).copied()
    }

    pub(super) fn is_full(&self) -> bool {
        self.next >= Limits::VOCABULARY_ENTRIES
    }

    /// Adds an entry for references by index.
    pub(super) fn append(&mut self, text: &str) -> Result<usize, WriteError> {
        if self.is_full() {
            return Err(WriteError::TooManyNames);
        }
        let index = self.next;
        self.add(text);
        Ok(index)
    }

    /// Adds an entry. A duplicate gets the index of the first one.
    pub(super) fn add(&mut self, text: &str) {
        self.known.entry(text.into()).or_insert(self.next);
        self.next += 1;
    }
}

/// A name as indexes of its parts.
pub(super) type Parts = (Option<usize>, Option<usize>, usize);

/// Indexes of names in one table.
#[derive(Debug, Clone, Default)]
pub(super) struct NameIndex {
    /// Names without prefix and namespace, by the index of their local name, without hashing.
    plain: Vec<Option<usize>>,
    qualified: HashMap<Parts, usize>,
    next: usize,
}

impl NameIndex {
    pub(super) fn get(&self, name: &Parts) -> Option<usize> {
        match name {
            (None, None, local) => self.plain.get(*local).copied().flatten(),
            _ => self.qualified.get(name).copied(),
        }
    }

    /// Adds an entry. A duplicate gets the index of the first one.
    pub(super) fn add(&mut self, name: Parts) -> Result<(), WriteError> {
        if self.next >= Limits::VOCABULARY_ENTRIES {
            return Err(WriteError::TooManyNames);
        }
        match name {
            (None, None, local) => {
                if self.plain.len() <= local {
                    self.plain.resize(local + 1, None);
                }
                if let Some(entry) = self.plain.get_mut(local) {
                    entry.get_or_insert(self.next);
                }
            }
            _ => {
                self.qualified.entry(name).or_insert(self.next);
            }
        }
        self.next += 1;
        Ok(())
    }
}

/// All tables.
#[derive(Debug, Clone)]
pub(super) struct Indexes {
    pub(super) prefixes: StringIndex,
    pub(super) namespaces: StringIndex,
    pub(super) local_names: StringIndex,
    pub(super) other_names: StringIndex,
    pub(super) other_uris: StringIndex,
    pub(super) values: StringIndex,
    pub(super) chunks: StringIndex,
    pub(super) other_strings: StringIndex,
    pub(super) elements: NameIndex,
    pub(super) attributes: NameIndex,
}

impl Indexes {
    pub(super) fn new() -> Self {
        Indexes {
            prefixes: StringIndex::with(XML_PREFIX),
            namespaces: StringIndex::with(XML_NAMESPACE),
            local_names: StringIndex::default(),
            other_names: StringIndex::default(),
            other_uris: StringIndex::default(),
            values: StringIndex::default(),
            chunks: StringIndex::default(),
            other_strings: StringIndex::default(),
            elements: NameIndex::default(),
            attributes: NameIndex::default(),
        }
    }
}
