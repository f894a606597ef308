//! The tables that a document fills as it goes and then refers to by index (X.891 §8).

use std::borrow::Cow;

use crate::error::ErrorKind;
use crate::event::Name;
use crate::{Limits, XML_NAMESPACE};

/// One table: entries in order of appearance, indexed from 0.
pub(crate) struct Table<T> {
    what: &'static str,
    entries: Vec<T>,
    maximum: usize,
}

impl<T> Table<T> {
    fn new(what: &'static str, maximum: usize) -> Self {
        Table { what, entries: Vec::new(), maximum }
    }

    pub(crate) fn get(&self, index: usize) -> Result<&T, ErrorKind> {
        self.entries.get(index).ok_or(ErrorKind::UnknownIndex { table: self.what, index })
    }

    pub(crate) fn add(&mut self, entry: T) -> Result<(), ErrorKind> {
        if self.entries.len() >= self.maximum {
            return Err(ErrorKind::Limit { what: "entries in one vocabulary table", maximum: self.maximum });
        }
        self.entries.push(entry);
        Ok(())
    }
}

/// A piece of character data in the chunk table.
#[derive(Clone)]
pub(crate) struct Chunk<'a> {
    pub(crate) text: Cow<'a, str>,
    pub(crate) is_cdata: bool,
}

/// All tables of one document.
pub(crate) struct Vocabulary<'a> {
    pub(crate) prefixes: Table<Cow<'a, str>>,
    pub(crate) namespaces: Table<Cow<'a, str>>,
    pub(crate) local_names: Table<Cow<'a, str>>,
    pub(crate) other_names: Table<Cow<'a, str>>,
    pub(crate) values: Table<Cow<'a, str>>,
    pub(crate) other_strings: Table<Cow<'a, str>>,
    pub(crate) chunks: Table<Chunk<'a>>,
    pub(crate) elements: Table<Name<'a>>,
    pub(crate) attributes: Table<Name<'a>>,
}

impl Vocabulary<'_> {
    /// Empty tables, but for the prefix `xml` and its namespace (X.891 §7.2.21, §7.2.22).
    pub(crate) fn new(limits: &Limits) -> Self {
        let maximum = limits.vocabulary_entries;
        let mut prefixes = Table::new("prefixes", maximum);
        prefixes.entries.push(Cow::Borrowed("xml"));
        let mut namespaces = Table::new("namespaces", maximum);
        namespaces.entries.push(Cow::Borrowed(XML_NAMESPACE));
        Vocabulary {
            prefixes,
            namespaces,
            local_names: Table::new("local names", maximum),
            other_names: Table::new("other names", maximum),
            values: Table::new("attribute values", maximum),
            other_strings: Table::new("other strings", maximum),
            chunks: Table::new("character chunks", maximum),
            elements: Table::new("element names", maximum),
            attributes: Table::new("attribute names", maximum),
        }
    }
}
