//! Errors with a position in an expression.

use std::fmt;

use thiserror::Error;

/// An error in an expression, with its position.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{kind}{}", place(at))]
pub struct ClemError {
    /// The problem.
    pub kind: ErrorKind,
    /// The position in the expression; `None` for invalid columns and bytes.
    pub at: Option<Position>,
}

/// A position in an expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// Bytes from the start.
    pub offset: usize,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

/// The problem in an expression.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The text is not an expression.
    #[error("the expression cannot be read: {0}")]
    Syntax(String),
    /// A limit on the size of expressions.
    #[error("the expression is too large: {0}")]
    TooLarge(String),
    /// A field that is missing in the data.
    #[error("there is no field \"{name}\"{}", suggest(suggestion))]
    UnknownField {
        /// The name in the expression.
        name: String,
        /// The nearest field.
        suggestion: Option<String>,
    },
    /// An unknown function.
    #[error("there is no function {name}{}", suggest(suggestion))]
    UnknownFunction {
        /// The name in the expression.
        name: String,
        /// The nearest function.
        suggestion: Option<String>,
    },
    /// A parameter without a value.
    #[error(
        "there is no parameter \"{name}\"{}; define it in the stream, the supernode or the job",
        suggest(suggestion)
    )]
    UnknownParameter {
        /// The name, without `$P-`.
        name: String,
        /// The nearest parameter.
        suggestion: Option<String>,
    },
    /// A global that was not computed.
    #[error("{function}({field}) has no value; run a Set Globals node that computes it first")]
    UnknownGlobal {
        /// The function, `@GLOBAL_MEAN`.
        function: String,
        /// The field.
        field: String,
    },
    /// Arguments that a function does not accept.
    #[error("{function} does not accept {found}; it is used as {expected}")]
    Arguments {
        /// The function.
        function: String,
        /// Its signatures.
        expected: String,
        /// The actual storages.
        found: String,
    },
    /// An operand of the wrong storage.
    #[error("{what} must be {expected}, not {found}")]
    Type {
        /// The operand.
        what: String,
        /// The required type.
        expected: String,
        /// The actual type.
        found: String,
    },
    /// A special name without a meaning in this place.
    #[error("{name} has no meaning here: {reason}")]
    NoMeaning {
        /// The name, such as `@FIELD`.
        name: String,
        /// The requirement.
        reason: String,
    },
    /// A part of CLEM that is not supported.
    #[error("{name} is not supported: {reason}")]
    Unsupported {
        /// The function or notation.
        name: String,
        /// The reason.
        reason: String,
    },
    /// Columns that do not match the checked expression.
    #[error("the columns do not fit the expression: {0}")]
    Columns(String),
    /// Bytes that are not an encoded expression.
    #[error("the encoded expression cannot be read: {0}")]
    Encoding(String),
}

/// Result of an operation on an expression.
pub type Result<T, E = ClemError> = std::result::Result<T, E>;

fn place(at: &Option<Position>) -> String {
    at.map(|at| format!(" ({at})")).unwrap_or_default()
}

fn suggest(suggestion: &Option<String>) -> String {
    suggestion.as_ref().map(|name| format!("; did you mean \"{name}\"?")).unwrap_or_default()
}

impl Position {
    /// The position of a byte in a text.
    pub fn of(text: &str, offset: usize) -> Self {
        let offset = offset.min(text.len());
        let before = text.get(..offset).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        Self {
            offset,
            line: before.matches('\n').count() + 1,
            column: before.get(line_start..).unwrap_or_default().chars().count() + 1,
        }
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}

/// Bytes of all texts of a batch's column: Arrow's offsets have 31 bits.
pub(crate) const MAX_COLUMN_TEXT: usize = i32::MAX as usize;

/// The error for a batch whose texts exceed a column; smaller batches may succeed.
pub(crate) fn too_much_text() -> ClemError {
    let message = format!("the texts of a batch have more than {MAX_COLUMN_TEXT} bytes; use smaller batches");
    ErrorKind::TooLarge(message).anywhere()
}

/// An error of Arrow.
pub(crate) fn of_arrow(error: arrow_schema::ArrowError) -> ClemError {
    ErrorKind::Columns(error.to_string()).anywhere()
}

impl ErrorKind {
    pub(crate) fn anywhere(self) -> ClemError {
        ClemError { kind: self, at: None }
    }

    pub(crate) fn at(self, text: &str, offset: usize) -> ClemError {
        ClemError { kind: self, at: Some(Position::of(text, offset)) }
    }
}
