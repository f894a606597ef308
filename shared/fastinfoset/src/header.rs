//! The header of a document, before its first event (X.891 §7.2).

/// The optional parts of a document's header.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Header {
    /// Whether an XML declaration precedes the binary document (X.891 §12.3), such as `<?xml version='1.0'
    /// encoding='finf'?>`. A writer derives its version and standalone attributes from this header.
    pub declaration: bool,
    /// Data of applications, each with a URI that identifies them.
    pub additional_data: Vec<AdditionalData>,
    /// URI of the external vocabulary.
    pub external_vocabulary: Option<String>,
    /// Notations of the document type.
    pub notations: Vec<Notation>,
    /// Unparsed entities of the document type.
    pub unparsed_entities: Vec<UnparsedEntity>,
    /// Character encoding of the original XML text; it has no meaning for the strings of this document.
    pub encoding: Option<String>,
    /// Whether the document is standalone.
    pub standalone: Option<bool>,
    /// Version of XML, such as `1.0`.
    pub version: Option<String>,
}

/// Data that a document carries for an application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdditionalData {
    /// URI that identifies the data.
    pub id: String,
    /// The data; not empty.
    pub data: Vec<u8>,
}

/// A notation declaration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notation {
    /// Its name.
    pub name: String,
    /// System identifier.
    pub system: Option<String>,
    /// Public identifier.
    pub public: Option<String>,
}

/// An unparsed entity declaration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnparsedEntity {
    /// Its name.
    pub name: String,
    /// System identifier.
    pub system: String,
    /// Public identifier.
    pub public: Option<String>,
    /// Name of its notation.
    pub notation: String,
}
