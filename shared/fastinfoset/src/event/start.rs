//! The start of an element, as indexes into the reader's tables.

use std::fmt;

use super::{Attribute, Name, NamespaceDeclaration};
use crate::tables::{Strings, Tables};

/// The start of an element.
#[derive(Clone, Copy)]
pub struct StartElement<'r> {
    /// The element's name.
    pub name: Name<'r>,
    pub(crate) tables: &'r Tables,
    pub(crate) scratch: &'r str,
    pub(crate) namespaces: &'r [NamespaceRecord],
    pub(crate) attributes: &'r [AttributeRecord],
}

/// Where a string of the current event is.
#[derive(Clone, Copy)]
pub(crate) enum Piece {
    /// In a table, at this index.
    Entry(usize),
    /// In the scratch space, from here to there.
    Scratch(usize, usize),
}

impl Piece {
    /// Bytes of the string.
    #[inline]
    pub(crate) fn len(self, table: &Strings) -> usize {
        match self {
            Piece::Entry(index) => table.check(index).unwrap_or_default(),
            Piece::Scratch(start, end) => end - start,
        }
    }

    /// The string; indexes were checked when they were read.
    #[inline]
    pub(crate) fn resolve<'r>(self, table: &'r Strings, scratch: &'r str) -> &'r str {
        let found = match self {
            Piece::Entry(index) => table.find(index),
            Piece::Scratch(start, end) => scratch.get(start..end),
        };
        found.unwrap_or_default()
    }
}

pub(crate) struct AttributeRecord {
    pub(crate) name: crate::tables::Surrogate,
    pub(crate) value: Piece,
}

pub(crate) struct NamespaceRecord {
    pub(crate) prefix: Option<usize>,
    pub(crate) namespace: Option<usize>,
}

impl<'r> StartElement<'r> {
    /// Namespaces declared on this element, in document order.
    #[inline]
    pub fn namespaces(&self) -> impl ExactSizeIterator<Item = NamespaceDeclaration<'r>> + Clone + use<'r> {
        let tables = self.tables;
        self.namespaces.iter().map(|record| NamespaceDeclaration {
            prefix: record.prefix.and_then(|index| tables.prefixes.find(index)),
            namespace: record.namespace.and_then(|index| tables.namespaces.find(index)),
        })
    }

    /// Attributes, in document order. Namespace declarations are not among them.
    #[inline]
    pub fn attributes(&self) -> impl ExactSizeIterator<Item = Attribute<'r>> + Clone + use<'r> {
        let (tables, scratch) = (self.tables, self.scratch);
        self.attributes.iter().map(move |record| Attribute {
            name: tables.name(record.name),
            value: record.value.resolve(&tables.values, scratch),
        })
    }

    /// Value of the attribute with a local name and no namespace.
    pub fn attribute(&self, local: &str) -> Option<&'r str> {
        let mut attributes = self.attributes();
        let found = attributes.find(|attribute| attribute.name.expanded() == (local, None));
        found.map(|attribute| attribute.value)
    }
}

impl fmt::Debug for StartElement<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("StartElement")
            .field("name", &self.name)
            .field("namespaces", &self.namespaces().collect::<Vec<_>>())
            .field("attributes", &self.attributes().collect::<Vec<_>>())
            .finish()
    }
}
