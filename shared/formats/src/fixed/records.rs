//! Fixed-width records, block by block.

use std::path::{Path, PathBuf};

use super::dialect::{FixedColumn, FixedDialect};
use crate::encoding::{TextEncoding, decode_into, without_nulls};
use crate::text::{At, Block, ByteRange, Fault, NoText, ReadError, Records, Show, Span, Window, io, line_at};

/// Splits a range of a file.
pub(super) struct FixedRecords {
    window: Window,
    /// Position after the last record.
    at: usize,
    /// First character and end of each field, from 0.
    columns: Vec<(usize, usize)>,
    line_oriented: bool,
    record_length: usize,
    record_bytes: usize,
    /// Decoding of the window's text.
    encoding: TextEncoding,
    /// The block's records as UTF-8.
    text: Vec<u8>,
    /// Start of each character of a record.
    characters: Vec<usize>,
    block: Block,
    invalid: u64,
    path: PathBuf,
    file_encoding: &'static encoding_rs::Encoding,
    has_ended: bool,
    /// An error after the records of the block, which are returned first.
    pending: Option<At>,
}

impl FixedRecords {
    pub(super) fn open(path: &Path, dialect: &FixedDialect, range: ByteRange) -> Result<Self, ReadError> {
        let decode = (!dialect.splits_bytes()).then_some(dialect.text);
        let mut encoding = dialect.text;
        if decode.is_some() {
            encoding.encoding = encoding_rs::UTF_8;
        }
        let window = Window::open(path, range, dialect.limits.buffer_bytes, decode).map_err(io(path))?;
        let columns = dialect.columns.iter();
        Ok(Self {
            window,
            at: 0,
            columns: columns.map(span_of).collect(),
            line_oriented: dialect.line_oriented,
            record_length: dialect.record_length,
            record_bytes: dialect.limits.record_bytes,
            encoding,
            text: Vec::new(),
            characters: Vec::new(),
            block: Block::default(),
            invalid: 0,
            path: path.to_owned(),
            file_encoding: dialect.text.encoding,
            has_ended: false,
            pending: None,
        })
    }

    /// The next record: its start and end, and the start of the following one. `None` if it is not completely
    /// in the window yet.
    fn find(&self) -> Option<(usize, usize, usize)> {
        let rest = self.window.text().get(self.at..).unwrap_or_default();
        let is_last = self.window.has_ended();
        let end = if self.line_oriented { line_end(rest, is_last) } else { self.record_end(rest) };
        let (length, used) = match end {
            Some(end) => end,
            // The rest of the file: a truncated record, unless it is only a line end.
            None if is_last && !rest.iter().all(|byte| matches!(byte, b'\r' | b'\n')) => {
                (rest.len(), rest.len())
            }
            None => return None,
        };
        Some((self.at, self.at + length, self.at + used))
    }

    fn record_end(&self, rest: &[u8]) -> Option<(usize, usize)> {
        let mut starts = rest.iter().enumerate().filter(|(_, byte)| !matches!(byte, 0x80..=0xBF));
        let length = match starts.nth(self.record_length) {
            Some((at, _)) => at,
            // The text of a window is split between characters.
            None if rest.iter().filter(|byte| !matches!(byte, 0x80..=0xBF)).count() == self.record_length => {
                rest.len()
            }
            None => return None,
        };
        Some((length, length))
    }

    fn push(&mut self, start: usize, end: usize) -> Result<(), At> {
        let from = self.text.len();
        let bytes = self.window.text().get(start..end).unwrap_or_default();
        let decoded = decode_into(self.encoding, bytes, &mut self.text);
        let not_text = |encoding| At { place: start, fault: Fault::NotText { line: 0, encoding } };
        self.invalid += decoded.map_err(not_text)?;
        self.invalid += without_nulls(self.encoding.invalid, &mut self.text, from);
        let record = self.text.get(from..).unwrap_or_default();
        self.characters.clear();
        if !record.is_ascii() {
            let starts = record.iter().enumerate().filter(|(_, byte)| !matches!(byte, 0x80..=0xBF));
            self.characters.extend(starts.map(|(at, _)| at));
        }
        let place = |character: usize| match self.characters.is_empty() {
            true => from + character.min(record.len()),
            false => from + self.characters.get(character).copied().unwrap_or(record.len()),
        };
        let spans = self.columns.iter().map(|(start, end)| Span::new(place(*start), place(*end), false));
        let before = self.block.spans.len();
        self.block.spans.extend(spans);
        let added = self.block.spans.get(before..).unwrap_or_default();
        self.block.short += u64::from(added.iter().any(|span| span.is_empty()));
        self.block.starts.push(start);
        self.block.rows += 1;
        Ok(())
    }

    fn refill(&mut self) -> Result<(), ReadError> {
        self.window.discard(self.at);
        self.at = 0;
        if self.window.text().len() > self.record_bytes {
            let fault = Fault::TooLong { line: 0, limit: self.record_bytes };
            return Err(self.fault(At { place: 0, fault }));
        }
        match self.window.refill() {
            Ok(()) => Ok(()),
            Err(NoText::Io(error)) => Err(io(&self.path)(error)),
            Err(NoText::Invalid(place, encoding)) => {
                Err(self.fault(At { place, fault: Fault::NotText { line: 0, encoding } }))
            }
        }
    }

    #[cold]
    fn fault(&self, at: At) -> ReadError {
        let line = line_at(&self.path, self.file_encoding, self.window.offset_of(at.place));
        ReadError::Fault(at.fault.on_line(line))
    }
}

impl Records for FixedRecords {
    fn next(&mut self, max_rows: usize) -> Result<bool, ReadError> {
        if let Some(at) = self.pending.take() {
            return Err(self.fault(at));
        }
        self.text.clear();
        self.block = Block { rows: 0, short: 0, ..std::mem::take(&mut self.block) };
        self.block.spans.clear();
        self.block.starts.clear();
        while !self.has_ended && self.block.rows < max_rows {
            match self.find() {
                Some((start, end, next)) => {
                    let pushed = if end > start { self.push(start, end) } else { Ok(()) };
                    match pushed {
                        Ok(()) => self.at = next,
                        Err(at) if self.block.rows > 0 => {
                            self.pending = Some(at);
                            break;
                        }
                        Err(at) => return Err(self.fault(at)),
                    }
                }
                None if self.window.has_ended() => {
                    self.at = self.window.text().len();
                    self.has_ended = true;
                }
                None if self.block.rows > 0 => break,
                None => self.refill()?,
            }
        }
        Ok(self.block.rows > 0)
    }

    fn show(&mut self, show: &mut Show<'_>) -> Result<(), ReadError> {
        let shown = show(&self.block, &self.text, &|place| self.window.offset_of(place));
        shown.map_err(|at| self.fault(at))
    }

    fn short(&self) -> u64 {
        self.block.short
    }

    fn offset(&self) -> u64 {
        self.window.offset_of(self.at)
    }

    fn take_invalid(&mut self) -> u64 {
        std::mem::take(&mut self.invalid) + self.window.take_invalid()
    }
}

/// First character of a field and the end of it, from 0.
fn span_of(column: &FixedColumn) -> (usize, usize) {
    let start = column.start.saturating_sub(1);
    (start, start.saturating_add(column.length))
}

/// Length of the first line, without and with its end. `None` if it is not known yet whether the line has
/// ended.
fn line_end(text: &[u8], is_last: bool) -> Option<(usize, usize)> {
    let length = memchr::memchr2(b'\n', b'\r', text)?;
    match (text.get(length), text.get(length + 1)) {
        (Some(b'\r'), Some(b'\n')) => Some((length, length + 2)),
        (Some(b'\r'), None) if !is_last => None,
        _ => Some((length, length + 1)),
    }
}

/// The offset after the first `lines` lines of the range.
pub(super) fn line_start(
    path: &Path,
    dialect: &FixedDialect,
    range: ByteRange,
    lines: usize,
) -> Result<u64, ReadError> {
    let by_lines = FixedDialect { line_oriented: true, ..dialect.clone() };
    let mut records = FixedRecords::open(path, &by_lines, range)?;
    let mut left = lines;
    while left > 0 {
        let rest = records.window.text().get(records.at..).unwrap_or_default();
        match line_end(rest, records.window.has_ended()) {
            Some((_, used)) => {
                records.at += used;
                left -= 1;
            }
            None if records.window.has_ended() => return Ok(range.end),
            None => records.refill()?,
        }
    }
    Ok(records.offset())
}
