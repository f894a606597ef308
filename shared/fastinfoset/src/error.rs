//! What can be wrong with a document, and where.

use thiserror::Error;

/// A document that cannot be read, with the byte offset of the trouble.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{kind} at byte {offset}")]
pub struct Error {
    /// Offset from the start of the document, in bytes.
    pub offset: usize,
    /// What is wrong there.
    pub kind: ErrorKind,
}

/// What is wrong with a document.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The document does not start as a Fast Infoset document does.
    #[error("not a fast infoset document")]
    NotFastInfoset,
    /// The document ends in the middle of something.
    #[error("the document ends too early")]
    Truncated,
    /// Bytes follow the end of the document.
    #[error("bytes follow the end of the document")]
    TrailingBytes,
    /// A feature of X.891 that this reader does not handle.
    #[error("{0} is not supported")]
    Unsupported(Feature),
    /// A byte that has no meaning where it stands.
    #[error("byte {byte:#04x} has no meaning in {place}")]
    UnexpectedByte {
        /// The byte.
        byte: u8,
        /// Where it stands, such as "element content".
        place: &'static str,
    },
    /// An index that points behind the end of its vocabulary table.
    #[error("index {index} is not in the table of {table}")]
    UnknownIndex {
        /// The table, such as "local names".
        table: &'static str,
        /// The index, from 0.
        index: usize,
    },
    /// A string that is not valid in the encoding it is declared to have.
    #[error("a string is not valid {0}")]
    InvalidString(&'static str),
    /// A name with a prefix but no namespace, which X.891 §7.16.5 forbids.
    #[error("a name has a prefix but no namespace")]
    PrefixWithoutNamespace,
    /// Text outside the root element, a second root element, or no root element at all.
    #[error("a document needs exactly one root element and no text outside it")]
    NotOneRoot,
    /// One of the [`Limits`](crate::Limits) was reached.
    #[error("more than {maximum} {what}")]
    Limit {
        /// What there is too much of, such as "levels of nesting".
        what: &'static str,
        /// The limit.
        maximum: usize,
    },
}

/// Features of X.891 that the reader refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Feature {
    /// Additional data before the document (X.891 §7.2.5).
    #[error("additional data")]
    AdditionalData,
    /// An initial or external vocabulary (§7.2.13).
    #[error("an initial vocabulary")]
    InitialVocabulary,
    /// Notation declarations (§7.11).
    #[error("a list of notations")]
    Notations,
    /// Unparsed entity declarations (§7.10).
    #[error("a list of unparsed entities")]
    UnparsedEntities,
    /// A document type declaration (§7.9).
    #[error("a document type declaration")]
    DocumentType,
    /// An unexpanded entity reference (§7.6).
    #[error("an unexpanded entity reference")]
    EntityReference,
    /// A string in a restricted alphabet, with its number (§8.2).
    #[error("restricted alphabet {0}")]
    RestrictedAlphabet(u16),
    /// A string in an encoding algorithm other than CDATA, with its number (§8.3).
    #[error("encoding algorithm {0}")]
    EncodingAlgorithm(u16),
}
