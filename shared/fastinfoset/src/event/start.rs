//! The start of an element, as indexes into the reader's tables.

use std::fmt;

use super::{Attribute, Name, NamespaceDeclaration};
use crate::limits::Limits;
use crate::tables::{Strings, Surrogate, Tables};

/// The start of an element.
#[derive(Clone, Copy)]
pub struct StartElement<'r> {
    pub(crate) parts: &'r Parts,
}

/// The current event; its strings are in the reader's tables.
pub(crate) struct Parts {
    pub(crate) tables: Tables,
    /// Literal strings of the event.
    pub(crate) scratch: String,
    /// The name of an element.
    pub(crate) element: Surrogate,
    /// Character data, or the content of a comment or instruction.
    pub(crate) text: Piece,
    /// The name of an entity, or the target of an instruction: an index among other names.
    pub(crate) name: usize,
    /// Identifiers of an entity or document type: indexes among other URIs.
    pub(crate) system: Option<usize>,
    pub(crate) public: Option<usize>,
    pub(crate) namespaces: Vec<NamespaceRecord>,
    pub(crate) attributes: Vec<AttributeRecord>,
}

/// Location of a string of the current event.
#[derive(Clone, Copy)]
pub(crate) enum Piece {
    /// In a table, at this index.
    Entry(usize),
    /// In the scratch buffer, start and end.
    Scratch(usize, usize),
}

impl Piece {
    /// The string; its index was checked on reading.
    #[inline]
    pub(crate) fn resolve<'r>(self, table: &'r Strings, scratch: &'r str) -> &'r str {
        let found = match self {
            Piece::Entry(index) => table.find(index),
            Piece::Scratch(start, end) => scratch.get(start..end),
        };
        found.unwrap_or_default()
    }
}

impl Parts {
    pub(crate) fn new(limits: &Limits) -> Self {
        Parts {
            tables: Tables::new(limits),
            scratch: String::new(),
            element: Surrogate::NONE,
            text: Piece::Scratch(0, 0),
            name: 0,
            system: None,
            public: None,
            namespaces: Vec::new(),
            attributes: Vec::new(),
        }
    }
}

pub(crate) struct AttributeRecord {
    pub(crate) name: Surrogate,
    pub(crate) value: Piece,
}

pub(crate) struct NamespaceRecord {
    pub(crate) prefix: Option<usize>,
    pub(crate) namespace: Option<usize>,
}

impl<'r> StartElement<'r> {
    /// The element's name.
    #[inline]
    pub fn name(&self) -> Name<'r> {
        self.parts.tables.name(self.parts.element)
    }

    /// Namespaces declared on this element, in document order.
    #[inline]
    pub fn namespaces(&self) -> impl ExactSizeIterator<Item = NamespaceDeclaration<'r>> + Clone + use<'r> {
        let tables = &self.parts.tables;
        self.parts.namespaces.iter().map(|record| NamespaceDeclaration {
            prefix: record.prefix.and_then(|index| tables.prefixes.find(index)),
            namespace: record.namespace.and_then(|index| tables.namespaces.find(index)),
        })
    }

    /// Attributes, in document order, without namespace declarations.
    #[inline]
    pub fn attributes(&self) -> impl ExactSizeIterator<Item = Attribute<'r>> + Clone + use<'r> {
        let Parts { tables, scratch, attributes, .. } = self.parts;
        attributes.iter().map(move |record| Attribute {
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
            .field("name", &self.name())
            .field("namespaces", &self.namespaces().collect::<Vec<_>>())
            .field("attributes", &self.attributes().collect::<Vec<_>>())
            .finish()
    }
}
