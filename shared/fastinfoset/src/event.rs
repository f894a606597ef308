//! What a document is made of, as the reader hands it out.

use std::borrow::Cow;

/// A step through a document. Strings stored as UTF-8 are borrowed from the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event<'a> {
    /// An element starts.
    Start(StartElement<'a>),
    /// Character data; consecutive pieces are handed out as they are stored.
    Text(Cow<'a, str>),
    /// Character data of a CDATA section.
    CData(Cow<'a, str>),
    /// A comment.
    Comment(Cow<'a, str>),
    /// A processing instruction.
    Instruction {
        /// What it is for.
        target: Cow<'a, str>,
        /// The rest of it.
        content: Cow<'a, str>,
    },
    /// The innermost open element ends.
    End,
}

/// The start of an element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StartElement<'a> {
    /// The element's name.
    pub name: Name<'a>,
    /// Namespaces declared on this element.
    pub namespaces: Vec<NamespaceDeclaration<'a>>,
    /// Attributes in document order.
    pub attributes: Vec<Attribute<'a>>,
}

/// An attribute of an element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute<'a> {
    /// The attribute's name.
    pub name: Name<'a>,
    /// Its value; may be empty.
    pub value: Cow<'a, str>,
}

/// A namespace declaration; without a namespace it undeclares the prefix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamespaceDeclaration<'a> {
    /// The prefix; none for the default namespace.
    pub prefix: Option<Cow<'a, str>>,
    /// The namespace name.
    pub namespace: Option<Cow<'a, str>>,
}

/// A qualified name.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Name<'a> {
    /// The prefix; one without a namespace is not allowed.
    pub prefix: Option<Cow<'a, str>>,
    /// The namespace name.
    pub namespace: Option<Cow<'a, str>>,
    /// The local part.
    pub local: Cow<'a, str>,
}

impl<'a> Name<'a> {
    /// A name without prefix and namespace.
    pub fn local(local: impl Into<Cow<'a, str>>) -> Self {
        Name { prefix: None, namespace: None, local: local.into() }
    }

    /// The name as XML text writes it: `prefix:local`, or `local`.
    pub fn qualified(&self) -> Cow<'_, str> {
        match &self.prefix {
            Some(prefix) => Cow::Owned(format!("{prefix}:{}", self.local)),
            None => Cow::Borrowed(&self.local),
        }
    }

    pub(crate) fn byte_len(&self) -> usize {
        let part = |part: &Option<Cow<'_, str>>| part.as_deref().map_or(0, str::len);
        part(&self.prefix) + part(&self.namespace) + self.local.len()
    }
}
