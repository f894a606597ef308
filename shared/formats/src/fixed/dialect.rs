//! The settings of a fixed-width file.

use crate::delimited::Limits;
use crate::encoding::{TextEncoding, is_always_itself};
use crate::text::{Calendar, Fault, NumberStyle, Trim};

/// A field of a fixed-width file (`fixedFileColumnSpecs`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FixedColumn {
    /// The name.
    pub name: String,
    /// Its first character in the record, from 1.
    pub start: usize,
    /// Its length in characters.
    pub length: usize,
}

/// All settings of a fixed-width file.
#[derive(Debug, Clone, PartialEq)]
pub struct FixedDialect {
    /// The fields.
    pub columns: Vec<FixedColumn>,
    /// Whether each record is a line.
    pub line_oriented: bool,
    /// Characters of a record.
    pub record_length: usize,
    /// Lines before the first record (`skipHeaderLines`).
    pub skip_lines: usize,
    /// The spaces around text that are dropped.
    pub trim: Trim,
    /// Format of numbers.
    pub numbers: NumberStyle,
    /// Format of dates and times, unless their values have another one.
    pub calendar: Calendar,
    /// Decoding of the file.
    pub text: TextEncoding,
    /// Records to scan for the storage of a field that the stream does not define.
    pub scan_lines: usize,
    /// Whether such a field may be a date.
    pub recognise_dates: bool,
    /// Limits for hostile files.
    pub limits: Limits,
}

impl FixedDialect {
    /// UTF-8 text with one record per line, and the other settings of new nodes.
    pub fn lines(columns: Vec<FixedColumn>, record_length: usize) -> Self {
        Self {
            columns,
            line_oriented: true,
            record_length,
            skip_lines: 0,
            trim: Trim::Both,
            numbers: NumberStyle::PLAIN,
            calendar: Calendar::default(),
            text: TextEncoding::UTF_8,
            scan_lines: 50,
            recognise_dates: true,
            limits: Limits::default(),
        }
    }

    /// Refuses unsupported settings.
    ///
    /// # Errors
    /// [`Fault::Setting`] with the node's property; [`Fault::DuplicateField`] for a repeated name.
    pub fn check(&self) -> Result<(), Fault> {
        let refuse = |property, reason: String| Err(Fault::Setting { property, reason });
        if self.columns.is_empty() || self.columns.len() > self.limits.fields {
            return refuse(
                "fixedFileColumnSpecs",
                format!("there must be 1 to {} fields", self.limits.fields),
            );
        }
        // The limit of a record in bytes is also a limit in characters.
        if self.record_length == 0 || self.record_length > self.limits.record_bytes {
            let limit = self.limits.record_bytes;
            return refuse("recordLength", format!("a record must have 1 to {limit} characters"));
        }
        for (at, column) in self.columns.iter().enumerate() {
            let end = column.start.checked_add(column.length).map(|end| end - 1);
            if column.start == 0 || column.length == 0 || end.is_none_or(|end| end > self.record_length) {
                let reason = format!(
                    "field {:?} must be within the record, which has {} characters",
                    column.name, self.record_length
                );
                return refuse("fixedFileColumnSpecs", reason);
            }
            if self.columns.iter().take(at).any(|other| other.name == column.name) {
                return Err(Fault::DuplicateField(column.name.clone()));
            }
        }
        if self.text.encoding == encoding_rs::REPLACEMENT {
            let reason = "the encoding is not supported; convert the file to UTF-8".to_owned();
            return refuse("fileEncoding", reason);
        }
        Ok(())
    }

    /// Whether lines can be separated before text is decoded.
    pub(super) fn splits_bytes(&self) -> bool {
        self.line_oriented && b"\r\n".iter().all(|byte| is_always_itself(self.text.encoding, *byte))
    }
}
