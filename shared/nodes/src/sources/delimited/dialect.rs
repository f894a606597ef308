//! The settings of a delimited file.

use encoding_rs::Encoding;

use satsuma_engine::FileFormat;

/// What happens to a quotation mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum QuoteMode {
    /// Dropped wherever it stands.
    Discard,
    /// Dropped in pairs; delimiters in between are text.
    PairDiscard,
    /// A character like any other.
    Include,
}

/// Which spaces around text are dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trim {
    None,
    Left,
    Right,
    Both,
}

impl Trim {
    pub(crate) fn apply(self, text: &str) -> &str {
        match self {
            Self::None => text,
            Self::Left => text.trim_start_matches(' '),
            Self::Right => text.trim_end_matches(' '),
            Self::Both => text.trim_matches(' '),
        }
    }
}

/// The sign between the whole and the fraction of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Decimal {
    Period,
    Comma,
}

/// What happens to bytes that are no text in the encoding, and to null characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum InvalidText {
    /// An error: the encoding is a guess, so dropping bytes would hide a wrong guess.
    Refuse,
    Discard,
    Replace(char),
}

/// How bytes become text. A byte order mark wins over the encoding named here.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct TextEncoding {
    pub(crate) encoding: &'static Encoding,
    pub(crate) invalid: InvalidText,
}

/// All settings of a delimited file.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Dialect {
    /// ASCII characters, each of which ends a field.
    pub(crate) delimiters: Vec<u8>,
    /// Several spaces or tabs in a row, where they are delimiters, count as one.
    pub(crate) merge_blanks: bool,
    pub(crate) single_quotes: QuoteMode,
    pub(crate) double_quotes: QuoteMode,
    pub(crate) trim: Trim,
    /// The first record holds the field names.
    pub(crate) header: bool,
    pub(crate) skip_characters: usize,
    /// The end of the line ends the record, however many fields it has.
    pub(crate) line_is_record: bool,
    pub(crate) decimal: Decimal,
    pub(crate) text: TextEncoding,
    /// Fields a record must have, where the user says so.
    pub(crate) fields: Option<usize>,
    /// Lines to look at for the storage of a field that the stream does not know.
    pub(crate) scan_lines: usize,
    /// Whether such a field may turn out to be a date.
    pub(crate) recognise_dates: bool,
}

impl Dialect {
    /// CSV or TAB as everyone writes them.
    pub(crate) fn standard(format: FileFormat) -> Self {
        Self {
            delimiters: vec![if format == FileFormat::Tab { b'\t' } else { b',' }],
            merge_blanks: false,
            single_quotes: QuoteMode::Include,
            double_quotes: QuoteMode::PairDiscard,
            trim: Trim::None,
            header: true,
            skip_characters: 0,
            line_is_record: false,
            decimal: Decimal::Period,
            text: TextEncoding { encoding: encoding_rs::UTF_8, invalid: InvalidText::Refuse },
            fields: None,
            scan_lines: 50,
            recognise_dates: true,
        }
    }
}
