//! Initial tables of a document.

use crate::event::Name;

/// The initial tables of a document, in addition to the entries that every document has (X.891 §7.2.13).
///
/// In the document's header it is an *initial vocabulary*. If both sides have it under a URI, it is an
/// *external* one: see [`Reader::with_vocabularies`](crate::Reader::with_vocabularies) and
/// [`WriterOptions::external`](crate::WriterOptions::external). Indexes follow the order of the entries.
/// Parts of names that are missing in the tables of strings are appended to them, those of elements first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Vocabulary {
    /// Restricted alphabets: the characters of each; the first has the number 16.
    pub restricted_alphabets: Vec<String>,
    /// URIs of encoding algorithms; the first has the number 32.
    pub encoding_algorithms: Vec<String>,
    /// Prefixes, after `xml`.
    pub prefixes: Vec<String>,
    /// Namespace names, after that of `xml`.
    pub namespaces: Vec<String>,
    /// Local names.
    pub local_names: Vec<String>,
    /// Names of notations, entities and processing instructions' targets.
    pub other_names: Vec<String>,
    /// System and public identifiers.
    pub other_uris: Vec<String>,
    /// Attribute values.
    pub attribute_values: Vec<String>,
    /// Pieces of character data.
    pub chunks: Vec<String>,
    /// Comments, content of processing instructions, the version.
    pub other_strings: Vec<String>,
    /// Names of elements.
    pub elements: Vec<QualifiedName>,
    /// Names of attributes.
    pub attributes: Vec<QualifiedName>,
}

impl Vocabulary {
    /// Whether it has no entries.
    pub fn is_empty(&self) -> bool {
        *self == Vocabulary::default()
    }
}

/// A name that owns its parts.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct QualifiedName {
    /// The prefix; a prefix requires a namespace.
    pub prefix: Option<String>,
    /// The namespace name.
    pub namespace: Option<String>,
    /// The local part.
    pub local: String,
}

impl QualifiedName {
    /// A name without prefix and namespace.
    pub fn local(local: impl Into<String>) -> Self {
        QualifiedName { prefix: None, namespace: None, local: local.into() }
    }

    /// The same name, borrowed.
    pub fn as_name(&self) -> Name<'_> {
        Name { prefix: self.prefix.as_deref(), namespace: self.namespace.as_deref(), local: &self.local }
    }
}
