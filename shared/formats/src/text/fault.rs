//! Errors of text files.

use std::io as std_io;
use std::path::{Path, PathBuf};

use thiserror::Error;

/// The reason why a file could not be read.
#[derive(Debug, Error)]
pub enum ReadError {
    /// The file could not be opened or read.
    #[error("cannot read {}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The reason.
        source: std_io::Error,
    },
    /// The content of the file does not match the node's settings.
    #[error(transparent)]
    Fault(#[from] Fault),
}

pub(crate) fn io(path: &Path) -> impl Fn(std_io::Error) -> ReadError + '_ {
    |source| ReadError::Io { path: path.to_owned(), source }
}

/// An error in the text of a file. Lines count from 1.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Fault {
    /// A record has another number of fields than the first.
    #[error(
        "line {line}: the number of fields is {found} instead of {expected}; check the delimiters and quotes"
    )]
    FieldCount {
        /// The line where the record ends.
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
        /// The mark's line.
        line: u64,
    },
    /// Bytes that are invalid in the node's encoding.
    #[error("line {line}: the file is not {encoding} text; save it as UTF-8 or name its encoding")]
    NotText {
        /// The line of the first such bytes, or that of their record.
        line: u64,
        /// The encoding tried.
        encoding: &'static str,
    },
    /// A field that exceeds the limit.
    #[error("line {line} has a field or record over {limit} bytes; check the delimiters and quotes")]
    TooLong {
        /// The line of the field's or record's start.
        line: u64,
        /// The limit in bytes.
        limit: usize,
    },
    /// The number of fields exceeds the limit.
    #[error("line {line} has over {limit} fields; check the delimiters")]
    TooManyFields {
        /// The line.
        line: u64,
        /// The limit.
        limit: usize,
    },
    /// An empty file where field names are expected.
    #[error("the file is empty; its first line must hold the field names")]
    Empty,
    /// Two fields have the same name.
    #[error("the field name {0:?} occurs twice")]
    DuplicateField(String),
    /// A date, time or timestamp in another format than the field's.
    #[error("line {line}, field {field:?}: {value:?} is no date or time of the form {form}")]
    NotADate {
        /// The line where the record starts.
        line: u64,
        /// The field's name.
        field: String,
        /// The value found, shortened.
        value: String,
        /// The expected format.
        form: String,
    },
    /// An unsupported setting.
    #[error("{property}: {reason}")]
    Setting {
        /// The node's property.
        property: &'static str,
        /// The problem and the remedy.
        reason: String,
    },
    /// A missing column, or one whose storage text files do not support.
    #[error("field {field:?} is {found}, but {wanted} is needed; check the storage in the source node")]
    Storage {
        /// The field's name.
        field: String,
        /// Its storage.
        found: String,
        /// The required storage.
        wanted: String,
    },
}

/// An error without its line, and its position. Lines are counted only for errors.
#[derive(Debug)]
pub(crate) struct At {
    /// Position in the text that is being split.
    pub(crate) place: usize,
    pub(crate) fault: Fault,
}

impl Fault {
    /// Sets the line of the error.
    pub(crate) fn on_line(mut self, number: u64) -> Self {
        match &mut self {
            Self::FieldCount { line, .. }
            | Self::UnpairedQuote { line }
            | Self::NotText { line, .. }
            | Self::TooLong { line, .. }
            | Self::TooManyFields { line, .. }
            | Self::NotADate { line, .. } => *line = number,
            Self::Empty | Self::DuplicateField(_) | Self::Setting { .. } | Self::Storage { .. } => {}
        }
        self
    }
}
