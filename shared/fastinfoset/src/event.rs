//! The events of a document.

mod start;

use std::borrow::Cow;

pub use start::StartElement;
pub(crate) use start::{AttributeRecord, NamespaceRecord, Parts, Piece};

/// An event of a document. It borrows from the reader until the next event.
#[derive(Debug, Clone, Copy)]
pub enum Event<'r> {
    /// An element starts.
    Start(StartElement<'r>),
    /// Character data; consecutive pieces are separate events, as stored.
    Text(&'r str),
    /// Character data of a CDATA section.
    CData(&'r str),
    /// A comment.
    Comment(&'r str),
    /// A processing instruction.
    Instruction {
        /// Its target.
        target: &'r str,
        /// Its content.
        content: &'r str,
    },
    /// A document type declaration starts. It contains only processing instructions.
    DocumentType {
        /// System identifier of the external subset.
        system: Option<&'r str>,
        /// Its public identifier.
        public: Option<&'r str>,
    },
    /// The document type declaration ends.
    EndDocumentType,
    /// A reference to an entity that the document's author did not expand.
    EntityReference {
        /// Name of the entity.
        name: &'r str,
        /// System identifier.
        system: Option<&'r str>,
        /// Public identifier.
        public: Option<&'r str>,
    },
    /// The innermost open element ends.
    End,
}

/// An attribute of an element: its name and value, which may be empty.
///
/// The reader returns values as text; the writer accepts other [`Value`](crate::Value)s as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attribute<'a, V = &'a str> {
    /// The attribute's name.
    pub name: Name<'a>,
    /// Its value.
    pub value: V,
}

/// A namespace declaration; without a namespace it undeclares the prefix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NamespaceDeclaration<'a> {
    /// The prefix; none for the default namespace.
    pub prefix: Option<&'a str>,
    /// The namespace name.
    pub namespace: Option<&'a str>,
}

/// A qualified name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Name<'a> {
    /// The prefix; a prefix requires a namespace.
    pub prefix: Option<&'a str>,
    /// The namespace name.
    pub namespace: Option<&'a str>,
    /// The local part.
    pub local: &'a str,
}

impl<'a> Name<'a> {
    /// A name without prefix and namespace.
    pub fn local(local: &'a str) -> Self {
        Name { prefix: None, namespace: None, local }
    }

    /// A name in a namespace.
    pub fn qualified_by(prefix: Option<&'a str>, namespace: &'a str, local: &'a str) -> Self {
        Name { prefix, namespace: Some(namespace), local }
    }

    /// The name in XML text: `prefix:local`, or `local`.
    pub fn qualified(&self) -> Cow<'a, str> {
        match self.prefix {
            Some(prefix) => Cow::Owned(format!("{prefix}:{}", self.local)),
            None => Cow::Borrowed(self.local),
        }
    }

    /// The parts that distinguish two attributes of an element.
    #[inline]
    pub(crate) fn expanded(&self) -> (&'a str, Option<&'a str>) {
        (self.local, self.namespace)
    }

    #[inline]
    pub(crate) fn byte_len(&self) -> usize {
        let part = |part: Option<&str>| part.map_or(0, str::len);
        part(self.prefix) + part(self.namespace) + self.local.len()
    }
}

/// Whether two of the names are equal except for their prefix.
pub(crate) fn has_duplicate<'n>(names: impl Iterator<Item = Name<'n>> + Clone) -> bool {
    /// Up to this number, pairwise comparison is faster than sorting.
    const FEW: usize = 12;
    let mut rest = names.clone();
    if names.clone().nth(FEW).is_none() {
        while let Some(name) = rest.next() {
            if rest.clone().any(|other| other.expanded() == name.expanded()) {
                return true;
            }
        }
        return false;
    }
    let mut sorted: Vec<_> = names.map(|name| name.expanded()).collect();
    sorted.sort_unstable();
    sorted.windows(2).any(|pair| matches!(pair, [one, other] if one == other))
}
