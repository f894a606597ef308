//! How records are laid out in a result file.

use crate::sources::delimited::Decimal;
use satsuma_engine::FileFormat;

/// Which values get quotation marks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Quoting {
    /// None at all: the Flat File node's "Symbol quotes: None".
    Never,
    /// Text that could otherwise be misread (RFC 4180).
    WhereNeeded,
    /// Every text, with this mark: the Flat File node's "Symbol quotes".
    Text(String),
}

/// What ends a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LineEnd {
    Lf,
    CrLf,
}

impl LineEnd {
    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::Lf => "\n",
            Self::CrLf => "\r\n",
        }
    }
}

/// The layout of a delimited result file. Always UTF-8.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Layout {
    pub(crate) separator: String,
    pub(crate) quoting: Quoting,
    pub(crate) header: bool,
    pub(crate) decimal: Decimal,
    pub(crate) line_end: LineEnd,
    pub(crate) media_type: &'static str,
    pub(crate) extension: &'static str,
}

impl Layout {
    /// CSV or TAB; `None` for formats that are no delimited text.
    pub(crate) fn standard(format: FileFormat) -> Option<Self> {
        let csv = Self {
            separator: ",".to_owned(),
            quoting: Quoting::WhereNeeded,
            header: true,
            decimal: Decimal::Period,
            line_end: LineEnd::Lf,
            media_type: "text/csv",
            extension: "csv",
        };
        match format {
            FileFormat::Csv => Some(csv),
            FileFormat::Tab => Some(Self {
                separator: "\t".to_owned(),
                // As the original service answered (recorded).
                line_end: LineEnd::CrLf,
                media_type: "text/tab-separated-values",
                extension: "tab",
                ..csv
            }),
            FileFormat::Parquet | FileFormat::Excel | FileFormat::Sav => None,
        }
    }
}
