//! Layout of records in a result file.

use crate::text::Decimal;

/// The values that are quoted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Quoting {
    /// None: the Flat File node's "Symbol quotes: None".
    Never,
    /// Text that could otherwise be misread (RFC 4180).
    WhereNeeded,
    /// Every text, with this mark: the Flat File node's "Symbol quotes".
    Text(String),
}

/// The line terminator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineEnd {
    /// `\n`
    Lf,
    /// `\r\n`
    CrLf,
}

impl LineEnd {
    /// The characters.
    pub fn text(self) -> &'static str {
        match self {
            Self::Lf => "\n",
            Self::CrLf => "\r\n",
        }
    }
}

/// The layout of a delimited result file. Always UTF-8.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    /// The separator between two values.
    pub separator: String,
    /// The values that are quoted.
    pub quoting: Quoting,
    /// Whether the first line has the field names.
    pub header: bool,
    /// The decimal symbol of real numbers.
    pub decimal: Decimal,
    /// Decimals of real numbers; `None` for the fewest digits that round-trip.
    pub decimals: Option<u8>,
    /// The line terminator.
    pub line_end: LineEnd,
}

impl Layout {
    /// Comma-separated values.
    pub fn csv() -> Self {
        Self {
            separator: ",".to_owned(),
            quoting: Quoting::WhereNeeded,
            header: true,
            decimal: Decimal::Period,
            decimals: None,
            line_end: LineEnd::Lf,
        }
    }

    /// Tab-separated values, in the recorded format of the original service: lines end with CR LF.
    pub fn tab() -> Self {
        Self { separator: "\t".to_owned(), line_end: LineEnd::CrLf, ..Self::csv() }
    }
}
