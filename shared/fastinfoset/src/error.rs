//! What can be wrong with a document, and where.

use std::io;

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

/// An error on its way out of the reader, in the space of a pointer: results that are nearly always good
/// are handed up in registers.
pub(crate) type Fault = Box<Error>;

/// What is wrong with a document.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The source of the bytes failed.
    #[error("the document cannot be read: {0}")]
    Io(io::ErrorKind),
    /// The document does not start as a Fast Infoset document does.
    #[error("not a fast infoset document")]
    NotFastInfoset,
    /// The document ends in the middle of something.
    #[error("the document ends too early")]
    Truncated,
    /// Bytes follow the end of the document.
    #[error("bytes follow the end of the document")]
    TrailingBytes,
    /// Something that this reader does not handle.
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
    /// A string whose bytes are not valid in the encoding that it is declared to have.
    #[error("a string is not valid {0}")]
    InvalidString(&'static str),
    /// A restricted alphabet of fewer than two characters, or with one twice (X.891 §8.2).
    #[error("a restricted alphabet needs two or more characters, each of them once")]
    InvalidAlphabet,
    /// A CDATA section outside element content, which X.891 §10.11 forbids.
    #[error("a CDATA section stands outside element content")]
    CDataOutsideContent,
    /// A name with a prefix but no namespace, which X.891 §7.16.5 forbids.
    #[error("a name has a prefix but no namespace")]
    PrefixWithoutNamespace,
    /// An element with two attributes of one name.
    #[error("an element has two attributes of one name")]
    DuplicateAttribute,
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

/// What the reader refuses, by name.
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
    /// An unexpanded entity reference (§7.6). This reader hands it out; callers that need whole
    /// text may refuse it with this.
    #[error("the unexpanded entity reference {0:?}")]
    EntityReference(String),
}
