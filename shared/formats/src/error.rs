//! Errors of readers and writers.

use std::io;

use thiserror::Error;

/// A data file that cannot be read or written.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum FormatError {
    /// The file or its stream failed.
    #[error("cannot read or write the data file: {0}")]
    Io(#[from] io::Error),
    /// The file is not of the format, or it is damaged.
    #[error("the {format} is damaged {place}: {problem}; save it again with the program that made it")]
    Damaged {
        /// The format, such as `SAV file`.
        format: &'static str,
        /// The place, such as `at byte 176` or `in cell B7`.
        place: String,
        /// The fault.
        problem: String,
    },
    /// The file is larger than a reader or the format allows.
    #[error("{what}: {found} is more than the {maximum} allowed")]
    Limit {
        /// The counted thing.
        what: &'static str,
        /// The number in the file.
        found: u64,
        /// The largest number allowed.
        maximum: u64,
    },
    /// The file or a setting needs an unsupported feature.
    #[error("{0} is not supported")]
    Unsupported(String),
    /// A setting of the node does not fit the file.
    #[error("{0}")]
    Setting(String),
    /// A value or a field cannot be written in the format.
    #[error("{0}")]
    Unwritable(String),
    /// A batch does not have the columns of the data model.
    #[error("a batch does not fit the data model: {0}")]
    Batch(String),
}

impl FormatError {
    pub(crate) fn damaged_at(format: &'static str, byte: u64, problem: impl Into<String>) -> Self {
        Self::Damaged { format, place: format!("at byte {byte}"), problem: problem.into() }
    }

    pub(crate) fn damaged_in(
        format: &'static str,
        place: impl Into<String>,
        problem: impl Into<String>,
    ) -> Self {
        Self::Damaged { format, place: place.into(), problem: problem.into() }
    }
}

/// Refuses `found` above `maximum`.
pub(crate) fn check_limit(what: &'static str, found: u64, maximum: u64) -> Result<(), FormatError> {
    if found <= maximum { Ok(()) } else { Err(FormatError::Limit { what, found, maximum }) }
}
