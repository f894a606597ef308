//! What can be wrong with data.

use thiserror::Error;

use super::names::list;

/// What can be wrong with data.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum DataFault {
    /// A record has another number of fields than the first.
    #[error(
        "line {line}: the number of fields is {found} instead of {expected}; check the delimiters and quotes"
    )]
    FieldCount {
        /// Line of the file, from 1.
        line: u64,
        /// Fields that the first record has.
        expected: usize,
        /// Fields found.
        found: usize,
    },
    /// A quotation mark opens and never closes.
    #[error(
        "the quotation mark on line {line} has no partner; set the node's quotes to Discard or Include as text if it is part of the text"
    )]
    UnpairedQuote {
        /// Line of the file, from 1.
        line: u64,
    },
    /// Bytes that are no text in the node's encoding.
    #[error("the file is not {encoding} text; save it as UTF-8 or name its encoding")]
    NotText {
        /// The encoding tried.
        encoding: &'static str,
    },
    /// A field longer than any honest one.
    #[error("line {line} has a field or record over {limit} bytes; check the delimiters and quotes")]
    TooLong {
        /// Line of the file, from 1.
        line: u64,
        /// The limit in bytes.
        limit: usize,
    },
    /// More fields than any honest file.
    #[error("line {line} has over {limit} fields; check the delimiters")]
    TooManyFields {
        /// Line of the file, from 1.
        line: u64,
        /// The limit.
        limit: usize,
    },
    /// An empty file where field names are expected.
    #[error("the file is empty; its first line must hold the field names")]
    Empty,
    /// Anything else that a reader found.
    #[error("{0}")]
    Unreadable(String),
    /// Two fields of one name.
    #[error("the field name {0:?} occurs twice")]
    DuplicateField(String),
    /// A field without a name.
    #[error("field {0} has no name; give every column a name")]
    UnnamedField(usize),
    /// A field that the node needs is not there.
    #[error("field {field:?} is missing; there are {}", list(.available))]
    MissingField {
        /// The field's name.
        field: String,
        /// The fields that there are.
        available: Vec<String>,
    },
    /// A field has a storage that the node cannot work on.
    #[error("field {field:?} is {found}, but {wanted} is needed; check the storage in the source node")]
    Storage {
        /// The field's name.
        field: String,
        /// Its storage.
        found: String,
        /// The storage needed.
        wanted: String,
    },
    /// A date, time or timestamp in another form than the one that is certain.
    #[error(
        "line {line}, field {field:?}: {value:?} is no date or time of the form {form}, the only form read so far"
    )]
    NotADate {
        /// Line of the file where the batch starts, from 1.
        line: u64,
        /// The field's name.
        field: String,
        /// The value found, shortened.
        value: String,
        /// The form that is read.
        form: &'static str,
    },
}
