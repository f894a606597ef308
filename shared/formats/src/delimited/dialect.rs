//! The settings of a delimited file.

use crate::encoding::{TextEncoding, is_always_itself};
use crate::text::{BATCH_ROWS, Calendar, Fault, NumberStyle, Trim};

/// Treatment of a quotation mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QuoteMode {
    /// All are dropped.
    Discard,
    /// Pairs are dropped; delimiters between them are text.
    PairDiscard,
    /// An ordinary character.
    Include,
}

/// Limits for hostile files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Longest field in bytes, which limits the effect of an unpaired quote.
    pub field_bytes: usize,
    /// Longest record in bytes; at most 512 MiB, because positions in text have 32 bits.
    pub record_bytes: usize,
    /// Most fields; Modeler itself is not used with more.
    pub fields: usize,
    /// Bytes of one read: enough that system calls are negligible, and few enough for the processor's cache.
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

/// Largest [`Limits::record_bytes`] and [`Limits::buffer_bytes`]: twice their sum must be below 31 bits.
const MOST_BYTES: usize = 1 << 29;

impl Limits {
    /// All values, restricted to the range of positions in text.
    pub(crate) fn checked(self) -> Self {
        Self {
            field_bytes: self.field_bytes.min(MOST_BYTES),
            record_bytes: self.record_bytes.min(MOST_BYTES),
            buffer_bytes: self.buffer_bytes.min(MOST_BYTES),
            ..self
        }
    }
}

/// Most characters of "Skip header characters".
const MOST_SKIPPED: usize = 1 << 20;

/// All settings of a delimited file.
#[derive(Debug, Clone, PartialEq)]
pub struct Dialect {
    /// ASCII characters that end a field.
    pub delimiters: Vec<u8>,
    /// Whether control characters that do not end a line also end a field (`delimitOnNonPrintChars`).
    /// Assumption: these are U+0001 to U+001F and U+007F; null characters are dropped.
    pub non_printing_delimit: bool,
    /// Whether several spaces or tabs in a row count as one delimiter.
    pub merge_blanks: bool,
    /// Treatment of `'`.
    pub single_quotes: QuoteMode,
    /// Treatment of `"`.
    pub double_quotes: QuoteMode,
    /// ASCII characters that begin a comment, which extends to the end of the line (`eolCommentChars`).
    pub comments: Vec<u8>,
    /// The spaces around text that are dropped.
    pub trim: Trim,
    /// Whether the first record has the field names.
    pub header: bool,
    /// Characters before the first record (`skipHeaderCount`).
    pub skip_characters: usize,
    /// Whether the end of the line ends the record, whatever its number of fields (`breakCasebyNewline`).
    pub line_is_record: bool,
    /// Whether `[1,2]` is a list (`treatSquareBracketsAsLists`); refused.
    pub square_brackets_are_lists: bool,
    /// Format of numbers.
    pub numbers: NumberStyle,
    /// Format of dates and times, unless their values have another one.
    pub calendar: Calendar,
    /// Decoding of the file.
    pub text: TextEncoding,
    /// Required number of fields, if the user set it.
    pub fields: Option<usize>,
    /// Lines to scan for the storage of a field that the stream does not define.
    pub scan_lines: usize,
    /// Whether such a field may be a date.
    pub recognise_dates: bool,
    /// Limits for hostile files.
    pub limits: Limits,
}

impl Dialect {
    /// Delimited text in its usual form: `,` or a tab, `"` in pairs, field names, UTF-8.
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

    /// Refuses unsupported settings.
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
        if self.fields.is_some_and(|fields| fields > self.limits.fields) {
            let most = self.limits.fields;
            return refuse("manualFieldCount", &format!("at most {most} fields are supported"));
        }
        if self.text.encoding == encoding_rs::REPLACEMENT {
            return refuse("fileEncoding", "the encoding is not supported; convert the file to UTF-8");
        }
        Ok(())
    }

    /// Whether records may continue in the next line.
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
