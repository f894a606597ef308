//! The settings of a delimited file.

use serde::{Deserialize, Serialize};

use crate::encoding::{TextEncoding, is_always_itself};
use crate::text::{BATCH_ROWS, Calendar, Fault, NumberStyle, Trim};

/// What happens to a quotation mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum QuoteMode {
    /// Dropped wherever it stands.
    Discard,
    /// Dropped in pairs; delimiters in between are text.
    PairDiscard,
    /// A character like any other.
    Include,
}

/// How much of a hostile file is believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Longest field, in bytes: an unpaired quote swallows no more than this.
    pub field_bytes: usize,
    /// Longest record, in bytes; at most 512 MiB, as places in text have 32 bits.
    pub record_bytes: usize,
    /// Most fields; Modeler itself is not used with more.
    pub fields: usize,
    /// Bytes read from the file at once: enough that calls to the system vanish, and fits the processor's cache.
    pub buffer_bytes: usize,
    /// Most records of a batch.
    pub batch_rows: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            field_bytes: 1 << 20,
            record_bytes: 16 << 20,
            fields: 16_384,
            buffer_bytes: 256 << 10,
            batch_rows: BATCH_ROWS,
        }
    }
}

/// What [`Limits::record_bytes`] and [`Limits::buffer_bytes`] may be: twice both must be below 31 bits.
const MOST_BYTES: usize = 1 << 29;

impl Limits {
    /// With all values within what places in text allow.
    pub(crate) fn checked(self) -> Self {
        Self {
            field_bytes: self.field_bytes.min(MOST_BYTES),
            record_bytes: self.record_bytes.min(MOST_BYTES),
            buffer_bytes: self.buffer_bytes.min(MOST_BYTES),
            ..self
        }
    }
}

/// Characters that "Skip header characters" may skip: nobody types more.
const MOST_SKIPPED: usize = 1 << 20;

/// All settings of a delimited file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Dialect {
    /// ASCII characters, each of which ends a field.
    pub delimiters: Vec<u8>,
    /// Control characters other than those that end a line end a field, too (`delimitOnNonPrintChars`).
    /// Assumed: these are U+0001 to U+001F and U+007F; null characters are dropped.
    pub non_printing_delimit: bool,
    /// Several spaces or tabs in a row, where they are delimiters, count as one.
    pub merge_blanks: bool,
    /// What happens to `'`.
    pub single_quotes: QuoteMode,
    /// What happens to `"`.
    pub double_quotes: QuoteMode,
    /// ASCII characters that begin a comment, which ends with the line (`eolCommentChars`).
    pub comments: Vec<u8>,
    /// Which spaces around text are dropped.
    pub trim: Trim,
    /// The first record holds the field names.
    pub header: bool,
    /// Characters before the first record (`skipHeaderCount`).
    pub skip_characters: usize,
    /// The end of the line ends the record, however many fields it has (`breakCasebyNewline`).
    pub line_is_record: bool,
    /// `[1,2]` is a list (`treatSquareBracketsAsLists`); refused.
    pub square_brackets_are_lists: bool,
    /// How numbers are written.
    pub numbers: NumberStyle,
    /// How dates and times are written, unless their values show another form.
    pub calendar: Calendar,
    /// How bytes become text.
    pub text: TextEncoding,
    /// Fields a record must have, where the user says so.
    pub fields: Option<usize>,
    /// Lines to look at for the storage of a field that the stream does not know.
    pub scan_lines: usize,
    /// Whether such a field may turn out to be a date.
    pub recognise_dates: bool,
    /// How much of a hostile file is believed.
    pub limits: Limits,
}

impl Dialect {
    /// Delimited text as everyone writes it: `,` or a tab, `"` in pairs, field names, UTF-8.
    pub fn standard(delimiter: u8) -> Self {
        Self {
            delimiters: vec![delimiter],
            non_printing_delimit: false,
            merge_blanks: false,
            single_quotes: QuoteMode::Include,
            double_quotes: QuoteMode::PairDiscard,
            comments: Vec::new(),
            trim: Trim::None,
            header: true,
            skip_characters: 0,
            line_is_record: false,
            square_brackets_are_lists: false,
            numbers: NumberStyle::PLAIN,
            calendar: Calendar::default(),
            text: TextEncoding::UTF_8,
            fields: None,
            scan_lines: 50,
            recognise_dates: true,
            limits: Limits::default(),
        }
    }

    /// Refuses settings that cannot be followed.
    ///
    /// # Errors
    /// [`Fault::Setting`] names the node's property.
    pub fn check(&self) -> Result<(), Fault> {
        let refuse = |property, reason: &str| Err(Fault::Setting { property, reason: reason.to_owned() });
        let in_line = |byte: &u8| byte.is_ascii() && !matches!(byte, b'\n' | b'\r' | 0);
        if !self.delimiters.iter().all(in_line) {
            return refuse("delimiterChars", "delimiters must be ASCII characters within a line");
        }
        if !self.comments.iter().all(in_line) {
            return refuse("eolCommentChars", "comments must begin with an ASCII character within a line");
        }
        if self.comments.iter().any(|byte| self.delimiters.contains(byte) || matches!(byte, b'"' | b'\'')) {
            return refuse("eolCommentChars", "a comment must not begin with a delimiter or quotation mark");
        }
        if self.square_brackets_are_lists {
            return refuse(
                "treatSquareBracketsAsLists",
                "lists are not supported; read the field as a string",
            );
        }
        if self.skip_characters > MOST_SKIPPED {
            return refuse("skipHeaderCount", "at most a million characters are skipped");
        }
        if self.fields == Some(0) {
            return refuse("manualFieldCount", "a record must have at least one field");
        }
        if self.text.encoding == encoding_rs::REPLACEMENT {
            return refuse("fileEncoding", "the encoding is not supported; convert the file to UTF-8");
        }
        Ok(())
    }

    /// Whether records may go on in the next line.
    pub(super) fn wraps(&self) -> bool {
        !self.line_is_record && self.fields.is_some()
    }

    /// Whether text can be split before it is decoded.
    pub(super) fn splits_bytes(&self) -> bool {
        let marks = b"\n\r\"'\0".iter();
        marks
            .chain(&self.delimiters)
            .chain(&self.comments)
            .all(|byte| is_always_itself(self.text.encoding, *byte))
    }

    pub(super) fn quote_modes(&self) -> [(u8, QuoteMode); 2] {
        [(b'\'', self.single_quotes), (b'"', self.double_quotes)]
    }
}
