//! Errors in documents, and their offsets.

use std::io;

use thiserror::Error;

/// An error in a document, with its byte offset.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{kind} at byte {offset}")]
pub struct Error {
    /// Offset from the start of the document, in bytes.
    pub offset: usize,
    /// The problem.
    pub kind: ErrorKind,
}

/// An error inside the reader, in the size of a pointer: results are usually successful and fit into
/// registers.
pub(crate) type Fault = Box<Error>;

/// The problem in a document.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The source of the bytes failed.
    #[error("the document cannot be read: {0}")]
    Io(io::ErrorKind),
    /// The document does not have the first bytes of a Fast Infoset document.
    #[error("not a fast infoset document")]
    NotFastInfoset,
    /// The document ends inside an item.
    #[error("the document ends too early")]
    Truncated,
    /// Bytes follow the end of the document.
    #[error("bytes follow the end of the document")]
    TrailingBytes,
    /// A feature that this reader does not support.
    #[error("{0} is not supported")]
    Unsupported(Feature),
    /// A byte that is invalid in its place.
    #[error("byte {byte:#04x} has no meaning in {place}")]
    UnexpectedByte {
        /// The byte.
        byte: u8,
        /// Its place, such as "element content".
        place: &'static str,
    },
    /// An index beyond the end of its vocabulary table.
    #[error("index {index} is not in the table of {table}")]
    UnknownIndex {
        /// The table, such as "local names".
        table: &'static str,
        /// The index, from 0.
        index: usize,
    },
    /// A string whose bytes are invalid in its declared encoding.
    #[error("a string is not valid {0}")]
    InvalidString(&'static str),
    /// A restricted alphabet of fewer than two characters, or with a repeated one (X.891 §8.2).
    #[error("a restricted alphabet needs two or more characters, each of them once")]
    InvalidAlphabet,
    /// A CDATA section outside element content, which X.891 §10.11 forbids.
    #[error("a CDATA section stands outside element content")]
    CDataOutsideContent,
    /// A name with a prefix but no namespace, which X.891 §7.16.5 forbids.
    #[error("a name has a prefix but no namespace")]
    PrefixWithoutNamespace,
    /// An element has two attributes with the same name.
    #[error("an element has two attributes of one name")]
    DuplicateAttribute,
    /// Text outside the root element, a second root element, or no root element at all.
    #[error("a document needs exactly one root element and no text outside it")]
    NotOneRoot,
    /// One of the [`Limits`](crate::Limits) was reached.
    #[error("more than {maximum} {what}")]
    Limit {
        /// The quantity that is too large, such as "levels of nesting".
        what: &'static str,
        /// The limit.
        maximum: usize,
    },
}

/// A feature that the reader refuses.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Feature {
    /// An external vocabulary that the caller did not supply, with its URI (X.891 §7.2.14); see
    /// [`Reader::with_vocabularies`](crate::Reader::with_vocabularies).
    #[error("the external vocabulary {0:?}")]
    ExternalVocabulary(String),
    /// An application-defined encoding algorithm, with its URI (§8.3).
    #[error("the encoding algorithm {0:?}")]
    EncodingAlgorithm(String),
    /// An encoding algorithm, by number, that is reserved or was not declared (§8.3).
    #[error("encoding algorithm {0}")]
    UnknownAlgorithm(usize),
    /// A restricted alphabet, by number, that is reserved or was not declared (§8.2).
    #[error("restricted alphabet {0}")]
    UnknownAlphabet(usize),
    /// An unexpanded entity reference (§7.6). This reader returns it as an event; callers that need the whole
    /// text may refuse it with this.
    #[error("the unexpanded entity reference {0:?}")]
    EntityReference(String),
}
