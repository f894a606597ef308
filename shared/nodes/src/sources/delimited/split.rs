//! Text to fields, a block of records at a time.

use super::block::{Block, FieldEnd};
use super::class::{Class, Classes};
use super::dialect::{Dialect, InvalidText};
use satsuma_engine::DataFault;
use satsuma_engine::limits::{BATCH_BYTES, FIELD_BYTES, FIELDS, RECORD_BYTES};

/// Where the splitter is between two bytes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Field,
    /// Inside a pair of this quotation mark.
    Quoted(u8),
    /// Behind this mark inside its pair: the end of the pair, or half of a doubled mark.
    QuoteInQuoted(u8),
}

/// Splits text into fields; keeps its place between chunks.
pub(super) struct Splitter {
    classes: Classes,
    line_is_record: bool,
    null_replacement: Option<char>,
    /// Fields of a record, once known.
    pub(super) width: Option<usize>,
    state: State,
    after_return: bool,
    after_blank: bool,
    quoted: bool,
    dropped_quote: bool,
    fields: usize,
    field_start: usize,
    record_start: usize,
    line: u64,
    quote_line: u64,
    pub(super) nulls_seen: u64,
}

impl Splitter {
    pub(super) fn new(dialect: &Dialect) -> Self {
        Self {
            classes: Classes::of(dialect),
            line_is_record: dialect.line_is_record,
            null_replacement: match dialect.text.invalid {
                InvalidText::Replace(replacement) => Some(replacement),
                InvalidText::Refuse | InvalidText::Discard => None,
            },
            width: dialect.fields,
            state: State::Field,
            after_return: false,
            after_blank: false,
            quoted: false,
            dropped_quote: false,
            fields: 0,
            field_start: 0,
            record_start: 0,
            line: 1,
            quote_line: 1,
            nulls_seen: 0,
        }
    }

    /// Reads `bytes` into `block` until they end or the block is full; gives how many were read.
    /// A record may be cut by the end of `bytes`: the next call goes on with the same block.
    pub(super) fn feed(
        &mut self,
        bytes: &[u8],
        block: &mut Block,
        max_rows: usize,
    ) -> Result<usize, DataFault> {
        let mut at = 0;
        while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
            if self.at_record_start(block) && (block.rows >= max_rows || block.text.len() >= BATCH_BYTES) {
                let second_half_of_line_end = self.after_return && rest.first() == Some(&b'\n');
                self.after_return = false;
                at += usize::from(second_half_of_line_end);
                break;
            }
            let run = self.text_run(rest);
            if run > 0 {
                self.leave_quote_or_line();
                block.text.extend_from_slice(rest.get(..run).unwrap_or_default());
                self.check_lengths(block)?;
                at += run;
                continue;
            }
            if let Some(&byte) = rest.first() {
                self.special(byte, block)?;
            }
            at += 1;
        }
        Ok(at)
    }

    /// The file has ended: closes the last record if its line did not.
    pub(super) fn finish(&mut self, block: &mut Block) -> Result<(), DataFault> {
        if let State::Quoted(_) = self.state {
            return Err(DataFault::UnpairedQuote { line: self.quote_line });
        }
        self.state = State::Field;
        if self.fields > 0 || block.text.len() > self.field_start || self.quoted {
            self.end_record(block)?;
        }
        Ok(())
    }

    /// A new block begins; the splitter must be between two records.
    pub(super) fn start_block(&mut self, block: &mut Block) {
        block.clear();
        block.line = self.line;
        self.field_start = 0;
        self.record_start = 0;
    }

    fn at_record_start(&self, block: &Block) -> bool {
        self.fields == 0
            && block.text.len() == self.field_start
            && !self.quoted
            && !self.after_blank
            && self.state == State::Field
    }

    /// How many bytes at the start of `rest` are plain text here.
    fn text_run(&self, rest: &[u8]) -> usize {
        let length = match self.state {
            State::Quoted(mark) => rest.iter().position(|&byte| byte == mark || byte == b'\n' || byte == 0),
            State::Field | State::QuoteInQuoted(_) => {
                rest.iter().position(|&byte| self.classes.of_byte(byte) != Class::Text)
            }
        };
        length.unwrap_or(rest.len())
    }

    /// Plain text follows: a mark seen before it closed its pair, and the line has begun.
    fn leave_quote_or_line(&mut self) {
        if let State::QuoteInQuoted(_) = self.state {
            self.state = State::Field;
        }
        self.after_return = false;
        self.after_blank = false;
    }

    fn special(&mut self, byte: u8, block: &mut Block) -> Result<(), DataFault> {
        match self.state {
            State::Quoted(mark) => self.special_in_quotes(byte, mark, block),
            State::QuoteInQuoted(mark) if byte == mark => {
                block.text.push(mark);
                self.state = State::Quoted(mark);
                self.check_lengths(block)
            }
            State::QuoteInQuoted(_) => {
                self.state = State::Field;
                self.special_in_field(byte, block)
            }
            State::Field => self.special_in_field(byte, block),
        }
    }

    fn special_in_quotes(&mut self, byte: u8, mark: u8, block: &mut Block) -> Result<(), DataFault> {
        if byte == mark {
            self.state = State::QuoteInQuoted(mark);
            return Ok(());
        }
        if byte == 0 {
            self.null(block);
        } else {
            self.line += u64::from(byte == b'\n');
            block.text.push(byte);
        }
        self.check_lengths(block)
    }

    fn special_in_field(&mut self, byte: u8, block: &mut Block) -> Result<(), DataFault> {
        let class = self.classes.of_byte(byte);
        let after_return = std::mem::take(&mut self.after_return);
        let after_blank = std::mem::take(&mut self.after_blank);
        match class {
            Class::Text => block.text.push(byte),
            Class::Null => self.null(block),
            Class::DroppedQuote => {
                self.quoted = true;
                self.dropped_quote = true;
            }
            Class::PairedQuote => {
                self.quoted = true;
                self.quote_line = self.line;
                self.state = State::Quoted(byte);
            }
            Class::Delimiter => self.end_field(block)?,
            Class::Blank => {
                if !after_blank {
                    self.end_field(block)?;
                }
                self.after_blank = true;
            }
            Class::LineFeed if after_return => {}
            Class::LineFeed | Class::CarriageReturn => {
                self.end_line(block)?;
                self.after_return = class == Class::CarriageReturn;
            }
        }
        Ok(())
    }

    fn null(&mut self, block: &mut Block) {
        self.nulls_seen += 1;
        if let Some(replacement) = self.null_replacement {
            block.text.extend_from_slice(replacement.encode_utf8(&mut [0; 4]).as_bytes());
        }
    }

    fn end_line(&mut self, block: &mut Block) -> Result<(), DataFault> {
        let empty = self.fields == 0 && block.text.len() == self.field_start && !self.quoted;
        let skipped = empty && self.width != Some(1);
        if !skipped {
            self.end_record(block)?;
        }
        self.line += 1;
        if block.rows == 0 {
            block.line = self.line;
        }
        Ok(())
    }

    fn end_field(&mut self, block: &mut Block) -> Result<(), DataFault> {
        if self.dropped_quote {
            while block.text.len() > self.field_start && block.text.last() == Some(&b' ') {
                block.text.pop();
            }
        }
        self.fields += 1;
        if self.fields > FIELDS {
            return Err(DataFault::TooManyFields { line: self.line, limit: FIELDS });
        }
        block.ends.push(FieldEnd { end: block.text.len(), quoted: self.quoted });
        self.field_start = block.text.len();
        self.quoted = false;
        self.dropped_quote = false;
        Ok(())
    }

    fn end_record(&mut self, block: &mut Block) -> Result<(), DataFault> {
        self.end_field(block)?;
        let width = *self.width.get_or_insert(self.fields);
        if self.line_is_record && self.fields < width {
            let end = block.text.len();
            block.ends.resize(block.ends.len() + width - self.fields, FieldEnd { end, quoted: false });
            block.short += 1;
        } else if self.line_is_record && self.fields > width {
            self.drop_blank_tail(width, block);
        }
        if !self.line_is_record && self.fields != width || self.fields > width {
            return Err(DataFault::FieldCount { line: self.line, expected: width, found: self.fields });
        }
        self.fields = 0;
        self.after_blank = false;
        self.record_start = block.text.len();
        block.rows += 1;
        Ok(())
    }

    /// Blank values at the end of a line do not count where the line is the record.
    fn drop_blank_tail(&mut self, width: usize, block: &mut Block) {
        while self.fields > width {
            let (Some(last), Some(before)) =
                (block.ends.last(), block.ends.len().checked_sub(2).and_then(|at| block.ends.get(at)))
            else {
                return;
            };
            if last.end != before.end {
                return;
            }
            block.ends.pop();
            self.fields -= 1;
        }
    }

    fn check_lengths(&self, block: &Block) -> Result<(), DataFault> {
        let field = block.text.len().saturating_sub(self.field_start);
        let record = block.text.len().saturating_sub(self.record_start);
        let limit = match (field > FIELD_BYTES, record > RECORD_BYTES) {
            (true, _) => FIELD_BYTES,
            (_, true) => RECORD_BYTES,
            _ => return Ok(()),
        };
        match self.state {
            State::Quoted(_) => Err(DataFault::UnpairedQuote { line: self.quote_line }),
            _ => Err(DataFault::TooLong { line: self.line, limit }),
        }
    }
}
