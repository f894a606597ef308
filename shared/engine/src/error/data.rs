//! Errors in data.

use thiserror::Error;

use super::names::list;

/// An error in data.
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
        /// Number of fields in the first record.
        expected: usize,
        /// Number of fields in this record.
        found: usize,
    },
    /// A quotation mark has no closing mark.
    #[error(
        "the quotation mark on line {line} has no partner; set the node's quotes to Discard or Include as text if it is part of the text"
    )]
    UnpairedQuote {
        /// Line of the file, from 1.
        line: u64,
    },
    /// Bytes that are invalid in the node's encoding.
    #[error("the file is not {encoding} text; save it as UTF-8 or name its encoding")]
    NotText {
        /// The encoding tried.
        encoding: &'static str,
    },
    /// A field that exceeds the limit.
    #[error("line {line} has a field or record over {limit} bytes; check the delimiters and quotes")]
    TooLong {
        /// Line of the file, from 1.
        line: u64,
        /// The limit in bytes.
        limit: usize,
    },
    /// The number of fields exceeds the limit.
    #[error("line {line} has over {limit} fields; check the delimiters")]
    TooManyFields {
        /// Line of the file, from 1.
        line: u64,
        /// The limit.
        limit: usize,
    },
    /// An empty file where field names are expected.
    #[error("the file is empty; its first line must have the field names")]
    Empty,
    /// Any other problem of a reader.
    #[error("{0}")]
    Unreadable(String),
    /// Two fields have the same name.
    #[error("the field name {0:?} occurs twice")]
    DuplicateField(String),
    /// A field without a name.
    #[error("field {0} has no name; give every column a name")]
    UnnamedField(usize),
    /// A field that the node needs is missing.
    #[error("field {field:?} is missing; there are {}", list(.available))]
    MissingField {
        /// The field's name.
        field: String,
        /// The existing fields.
        available: Vec<String>,
    },
    /// A field has a storage that the node does not support.
    #[error("field {field:?} is {found}, but {wanted} is needed; check the storage in the source node")]
    Storage {
        /// The field's name.
        field: String,
        /// Its storage.
        found: String,
        /// The required storage.
        wanted: String,
    },
    /// A date, time or timestamp in another format than the definite one.
    #[error(
        "line {line}, field {field:?}: {value:?} is not a date or time in the format {form}, the only supported one"
    )]
    NotADate {
        /// Line of the file where the batch starts, from 1.
        line: u64,
        /// The field's name.
        field: String,
        /// The value found, shortened.
        value: String,
        /// The expected format.
        form: &'static str,
    },
}
