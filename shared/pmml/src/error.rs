//! What can go wrong, and where in the document.

use std::fmt;

/// A failure to read, compile or apply a PMML document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PmmlError {
    /// The bytes are not the XML that this crate accepts: UTF-8, well-formed, without a DTD.
    #[error("{at}: not readable as XML: {reason}")]
    Xml {
        /// Where reading stopped.
        at: Location,
        /// What the XML parser objected to.
        reason: String,
    },

    /// The document exceeds one of the [limits](crate::limits).
    #[error("{at}: more than {limit} {what}")]
    Limit {
        /// Where the limit was passed.
        at: Location,
        /// What there is too much of.
        what: &'static str,
        /// The limit.
        limit: usize,
    },

    /// The document contradicts the PMML specification or itself.
    #[error("{at}: {reason}")]
    Invalid {
        /// The element at fault.
        at: Location,
        /// What is wrong with it.
        reason: String,
    },

    /// The document asks for something that this crate does not compute.
    ///
    /// Ignoring it would change results, so the document is refused instead.
    #[error("{at}: {what} is not supported")]
    Unsupported {
        /// The element that asks.
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

    /// A field of the data has a type that the document's data type does not admit.
    #[error("field {name:?} is {found} in the data, but the model expects {expected}")]
    FieldType {
        /// The field's name in the document.
        name: String,
        /// The data type that the document declares.
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

    /// The document's own verification records give another result than the document states.
    #[error("{at}: record {row} gives {found} for {field:?}, but the document states {expected}")]
    Verification {
        /// The verification records.
        at: Location,
        /// The record, from 1.
        row: usize,
        /// The output.
        field: String,
        /// What the document states.
        expected: String,
        /// What was computed.
        found: String,
    },
    /// Columns of one batch differ in length, or their number is not that of the inputs.
    #[error("the batch does not fit the model: {reason}")]
    Shape {
        /// What does not fit.
        reason: String,
    },
}

/// The place in a document that an error is about.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Location {
    /// Element names from the root, such as `PMML/NeuralNetwork/NeuralLayer[2]`; empty for the
    /// document as a whole.
    pub path: String,
    /// Line and column of the element's start, both from 1, where known.
    pub position: Option<Position>,
}

/// A place in the document's text.
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
