//! Errors, and their places in the document.

use std::fmt;

/// A failure to read, compile or apply a PMML document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PmmlError {
    /// The bytes are not the XML that this crate accepts: UTF-8, well-formed, without a DTD.
    #[error("{at}: not readable as XML: {reason}")]
    Xml {
        /// Where the parser stopped.
        at: Location,
        /// The parser's message.
        reason: String,
    },

    /// The document exceeds one of the [limits](crate::limits).
    #[error("{at}: more than {limit} {what}")]
    Limit {
        /// The element that exceeds the limit.
        at: Location,
        /// The quantity that is too large.
        what: &'static str,
        /// The limit.
        limit: usize,
    },

    /// The document violates the PMML specification or contradicts itself.
    #[error("{at}: {reason}")]
    Invalid {
        /// The element.
        at: Location,
        /// The problem.
        reason: String,
    },

    /// The document uses a feature that this crate does not support.
    ///
    /// Ignoring the feature would change results, so the document is refused.
    #[error("{at}: {what} is not supported")]
    Unsupported {
        /// The element that uses it.
        at: Location,
        /// The element, attribute value or function, by name.
        what: String,
    },

    /// The data lack a field that the model needs.
    #[error("the data have no field {name:?}, which the model needs")]
    MissingField {
        /// The field's name in the document.
        name: String,
    },

    /// A field of the data has a type that is incompatible with the document's data type.
    #[error("field {name:?} is {found} in the data, but the model expects {expected}")]
    FieldType {
        /// The field's name in the document.
        name: String,
        /// The data type in the document.
        expected: &'static str,
        /// The Arrow type of the data.
        found: String,
    },

    /// A value of the data cannot be represented exactly in double precision.
    #[error("field {name:?}, row {row}: {value} is too large to be computed with exactly")]
    FieldValue {
        /// The field's name in the document.
        name: String,
        /// The row in the batch, from 0.
        row: usize,
        /// The value.
        value: String,
    },

    /// The document's own verification records give another result than the document.
    #[error("{at}: record {row} gives {found} for {field:?}, but the document states {expected}")]
    Verification {
        /// The verification records.
        at: Location,
        /// The record, from 1.
        row: usize,
        /// The output.
        field: String,
        /// The result in the document.
        expected: String,
        /// The computed result.
        found: String,
    },
    /// Columns of one batch differ in length, or their number is not that of the inputs.
    #[error("the batch does not fit the model: {reason}")]
    Shape {
        /// The problem.
        reason: String,
    },
}

/// The place of an error in a document.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Location {
    /// Element names from the root, such as `PMML/NeuralNetwork/NeuralLayer[2]`; empty for the
    /// document as a whole.
    pub path: String,
    /// Line and column of the element's start, both from 1, if known.
    pub position: Option<Position>,
}

/// A position in the document's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// Line, from 1.
    pub line: u32,
    /// Column in bytes, from 1.
    pub column: u32,
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.path.is_empty() { "document" } else { &self.path })?;
        match self.position {
            Some(Position { line, column }) => write!(f, " (line {line}, column {column})"),
            None => Ok(()),
        }
    }
}
