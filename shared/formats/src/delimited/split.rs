//! Splits text into fields, a block of records at a time, without copying.
//!
//! A field is a span of the window. If marks within it are dropped, the rest of the field moves forward over
//! them, so that it stays contiguous.

use super::class::{Class, Classes};
use super::dialect::{Dialect, Limits};
use super::scanner::Scanner;
use crate::encoding::InvalidText;
use crate::text::{At, Block, Fault, Span};

/// State of the splitter between two bytes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Field,
    /// Inside a pair of this quotation mark.
    Quoted(u8),
    /// After this mark inside its pair: the end of the pair, or half of a doubled mark.
    QuoteInQuoted(u8),
    /// After a comment character.
    Comment,
}

/// Splits the text of a window; keeps its state between calls.
pub(super) struct Splitter {
    classes: Classes,
    scanner: Scanner,
    limits: Limits,
    line_is_record: bool,
    wraps: bool,
    keeps_nulls: bool,
    /// Fields of a record, once known.
    pub(super) width: Option<usize>,
    state: State,
    after_return: bool,
    after_blank: bool,
    is_quoted: bool,
    has_dropped_quote: bool,
    /// Position of the last opening mark in this field.
    pair: Option<usize>,
    /// Fields of this record so far.
    fields: usize,
    /// Start of the field's text so far.
    field_start: usize,
    /// End of the field's text so far.
    field_end: usize,
    /// Position after the last special byte.
    last: usize,
    /// End of the scanned bytes.
    scanned: usize,
    record_start: usize,
    /// Whether a field has just begun, and nothing unusual preceded it.
    is_plain: bool,
    pub(super) nulls: u64,
}

impl Splitter {
    pub(super) fn new(dialect: &Dialect) -> Self {
        let classes = Classes::of(dialect);
        Self {
            scanner: Scanner::new(classes.specials()),
            classes,
            limits: dialect.limits,
            line_is_record: dialect.line_is_record,
            wraps: dialect.wraps(),
            keeps_nulls: matches!(dialect.text.invalid, InvalidText::Replace(_)),
            width: dialect.fields,
            state: State::Field,
            after_return: false,
            after_blank: false,
            is_quoted: false,
            has_dropped_quote: false,
            pair: None,
            fields: 0,
            field_start: 0,
            field_end: 0,
            last: 0,
            scanned: 0,
            record_start: 0,
            is_plain: false,
            nulls: 0,
        }
    }

    /// Start of the record that is not complete yet.
    pub(super) fn record_start(&self) -> usize {
        self.record_start
    }

    /// Splits `text` into `block` until its end (false), or until the block has `max_rows` records (true).
    /// The end may cut a record: the next call continues with more text.
    pub(super) fn feed(&mut self, text: &mut [u8], block: &mut Block, max_rows: usize) -> Result<bool, At> {
        while self.scanned < text.len() {
            let from = self.scanned;
            let (mut mask, length) = self.scanner.mask(text, from);
            while mask != 0 {
                let place = from + mask.trailing_zeros() as usize;
                mask &= mask - 1;
                if !(self.is_plain && self.plain(text, place, block)) {
                    self.special(text, place, block)?;
                    self.is_plain = self.is_at_plain_field();
                }
                if block.rows >= max_rows {
                    self.scanned = place + 1;
                    self.settle();
                    return Ok(true);
                }
            }
            self.scanned = from + length;
        }
        self.settle();
        self.check_open_lengths(text.len())?;
        Ok(false)
    }

    /// Handles the end of the text: completes the last record if its line did not.
    pub(super) fn finish(&mut self, text: &mut [u8], block: &mut Block) -> Result<(), At> {
        if let State::Quoted(_) = self.state {
            return Err(self.unpaired());
        }
        if self.state != State::Comment && text.len() > self.last {
            self.run(text, self.last, text.len());
        }
        self.state = State::Field;
        self.last = text.len();
        if self.fields > 0 || self.field_end > self.field_start || self.is_quoted {
            self.end_record(text, text.len(), block)?;
            self.begin_record(text.len());
        }
        Ok(())
    }

    /// Whether the next byte determines if the line has ended.
    pub(super) fn awaits_line_feed(&self, text: &[u8]) -> bool {
        self.after_return && self.scanned == text.len()
    }

    /// Consumes a line feed that belongs to the previous carriage return.
    pub(super) fn take_line_feed(&mut self, text: &[u8]) {
        if self.after_return && text.get(self.scanned) == Some(&b'\n') {
            self.scanned += 1;
            self.begin_record(self.scanned);
        }
        self.after_return = false;
    }

    /// Drops the complete records of a block, and keeps the incomplete one.
    pub(super) fn start_block(&self, block: &mut Block) {
        let complete = block.spans.len() - self.fields.min(block.spans.len());
        block.spans.drain(..complete);
        block.starts.clear();
        block.rows = 0;
        block.short = 0;
    }

    /// Adjusts positions after the window dropped its first `by` bytes.
    pub(super) fn move_back(&mut self, by: usize, block: &mut Block) {
        for place in [
            &mut self.field_start,
            &mut self.field_end,
            &mut self.last,
            &mut self.scanned,
            &mut self.record_start,
        ] {
            *place = place.saturating_sub(by);
        }
        self.pair = self.pair.map(|place| place.saturating_sub(by));
        block.spans.iter_mut().for_each(|span| *span = span.moved_back(by));
    }

    /// The fast path for nearly all fields: text without marks up to a delimiter, or up to the line feed that
    /// completes a record. False for everything else.
    #[inline]
    fn plain(&mut self, text: &[u8], place: usize, block: &mut Block) -> bool {
        let class = self.classes.of_byte(text.get(place).copied().unwrap_or_default());
        let ends_record = class == Class::LineFeed && self.width == Some(self.fields + 1);
        let is_short = place - self.record_start <= self.limits.record_bytes
            && place - self.field_start <= self.limits.field_bytes
            && self.fields < self.limits.fields;
        if !is_short
            || !(class == Class::Delimiter || ends_record)
            || (ends_record && self.is_empty_line(place))
        {
            self.settle();
            return false;
        }
        block.spans.push(Span::new(self.field_start, place, false));
        self.field_start = place + 1;
        self.fields += 1;
        if ends_record {
            block.starts.push(self.record_start);
            block.rows += 1;
            self.fields = 0;
            self.record_start = place + 1;
        }
        true
    }

    /// With one field per record, an empty line needs special treatment.
    fn is_empty_line(&self, place: usize) -> bool {
        self.fields == 0 && place == self.field_start
    }

    /// While fields are plain, only their start is updated; this derives the other positions from it.
    #[inline]
    fn settle(&mut self) {
        if self.is_plain {
            self.field_end = self.field_start;
            self.last = self.field_start;
        }
    }

    fn is_at_plain_field(&self) -> bool {
        self.state == State::Field
            && !(self.after_return || self.after_blank || self.is_quoted || self.wraps)
            && self.field_end == self.field_start
            && self.last == self.field_start
    }

    #[inline]
    fn special(&mut self, text: &mut [u8], place: usize, block: &mut Block) -> Result<(), At> {
        let byte = text.get(place).copied().unwrap_or_default();
        let class = self.classes.of_byte(byte);
        if self.state == State::Field && class == Class::Delimiter {
            self.after_return = false;
            self.after_blank = false;
            self.run(text, self.last, place);
            return self.end_field(text, place, block);
        }
        match self.state {
            State::Field => self.special_in_field(text, place, class, block),
            State::Quoted(mark) => {
                self.run(text, self.last, place);
                self.last = place + 1;
                if byte == mark {
                    self.state = State::QuoteInQuoted(mark);
                } else if byte == 0 {
                    self.null(text, place);
                } else {
                    self.run(text, place, place + 1);
                }
                Ok(())
            }
            State::QuoteInQuoted(mark) if byte == mark && place == self.last => {
                self.run(text, place, place + 1);
                self.last = place + 1;
                self.state = State::Quoted(mark);
                Ok(())
            }
            State::QuoteInQuoted(_) => {
                self.state = State::Field;
                self.special_in_field(text, place, class, block)
            }
            State::Comment => {
                self.last = place;
                if matches!(class, Class::LineFeed | Class::CarriageReturn) {
                    self.state = State::Field;
                    self.special_in_field(text, place, class, block)?;
                }
                Ok(())
            }
        }
    }

    #[inline]
    fn special_in_field(
        &mut self,
        text: &mut [u8],
        place: usize,
        class: Class,
        block: &mut Block,
    ) -> Result<(), At> {
        let is_behind_text = place > self.last;
        self.run(text, self.last, place);
        self.last = place + 1;
        let after_return = std::mem::take(&mut self.after_return) && !is_behind_text;
        let after_blank = std::mem::take(&mut self.after_blank) && !is_behind_text;
        match class {
            Class::LineFeed if after_return && self.fields == 0 => self.begin_record(place + 1),
            Class::LineFeed if after_return => self.begin_field(place + 1),
            Class::LineFeed | Class::CarriageReturn => {
                self.end_line(text, place, block)?;
                self.after_return = class == Class::CarriageReturn;
            }
            Class::Delimiter => self.end_field(text, place, block)?,
            Class::Blank if after_blank => {
                self.begin_field(place + 1);
                self.after_blank = true;
            }
            Class::Blank => {
                self.end_field(text, place, block)?;
                self.after_blank = true;
            }
            Class::PairedQuote => {
                self.is_quoted = true;
                self.pair = Some(place);
                self.state = State::Quoted(text.get(place).copied().unwrap_or_default());
            }
            Class::DroppedQuote => {
                self.is_quoted = true;
                self.has_dropped_quote = true;
            }
            Class::Comment => self.state = State::Comment,
            Class::Null => self.null(text, place),
            Class::Text => self.run(text, place, place + 1),
        }
        Ok(())
    }

    fn null(&mut self, text: &mut [u8], place: usize) {
        self.nulls += 1;
        if self.keeps_nulls {
            self.run(text, place, place + 1);
        }
    }

    /// Plain text follows: it moves to the end of the field's text, unless it is there already.
    #[inline]
    fn run(&mut self, text: &mut [u8], from: usize, to: usize) {
        if self.field_end == from {
            self.field_end = to;
        } else if from < to {
            self.move_run(text, from, to);
        }
    }

    #[cold]
    fn move_run(&mut self, text: &mut [u8], from: usize, to: usize) {
        if self.field_end == self.field_start {
            self.field_start = from;
            self.field_end = to;
        } else if self.field_end <= from && to <= text.len() {
            text.copy_within(from..to, self.field_end);
            self.field_end += to - from;
        }
    }

    fn end_line(&mut self, text: &[u8], place: usize, block: &mut Block) -> Result<(), At> {
        let is_empty = self.fields == 0 && self.field_end == self.field_start && !self.is_quoted;
        // In a wrapped record, an empty line inside is a blank field, and one before it is ignored.
        let is_skipped = is_empty && (self.wraps || self.width != Some(1));
        if self.wraps && !is_skipped {
            // The end of the line is a delimiter; it completes the record if all fields are present.
            return self.end_field(text, place, block);
        }
        if !is_skipped {
            self.end_record(text, place, block)?;
        }
        self.begin_record(place + 1);
        Ok(())
    }

    #[inline]
    fn end_field(&mut self, text: &[u8], place: usize, block: &mut Block) -> Result<(), At> {
        if self.has_dropped_quote {
            let field = text.get(self.field_start..self.field_end).unwrap_or_default();
            self.field_end -= field.iter().rev().take_while(|byte| **byte == b' ').count();
            self.has_dropped_quote = false;
        }
        if self.field_end - self.field_start > self.limits.field_bytes {
            return Err(self.too_long(self.limits.field_bytes));
        }
        self.fields += 1;
        if self.fields > self.limits.fields {
            let limit = self.limits.fields;
            return Err(At { place, fault: Fault::TooManyFields { line: 0, limit } });
        }
        block.spans.push(Span::new(self.field_start, self.field_end, self.is_quoted));
        self.begin_field(place + 1);
        if self.wraps && Some(self.fields) == self.width {
            self.close_record(place, block)?;
            self.begin_record(place + 1);
        }
        Ok(())
    }

    #[inline]
    fn begin_field(&mut self, place: usize) {
        self.field_start = place;
        self.field_end = place;
        self.last = place;
        self.is_quoted = false;
        self.pair = None;
    }

    fn begin_record(&mut self, place: usize) {
        self.begin_field(place);
        self.record_start = place;
    }

    #[inline]
    fn end_record(&mut self, text: &[u8], place: usize, block: &mut Block) -> Result<(), At> {
        self.end_field(text, place, block)?;
        if self.fields == 0 {
            // A wrapped record that its last field completed.
            return Ok(());
        }
        let width = *self.width.get_or_insert(self.fields);
        if self.fields != width {
            self.fit(width, place, block)?;
        }
        self.close_record(place, block)
    }

    #[inline]
    fn close_record(&mut self, place: usize, block: &mut Block) -> Result<(), At> {
        if place.saturating_sub(self.record_start) > self.limits.record_bytes {
            return Err(self.too_long(self.limits.record_bytes));
        }
        self.fields = 0;
        self.after_blank = false;
        block.starts.push(self.record_start);
        block.rows += 1;
        Ok(())
    }

    /// A record with another number of fields than the first. If the line is the record, it is padded or
    /// truncated; otherwise it is an error.
    #[cold]
    fn fit(&mut self, width: usize, place: usize, block: &mut Block) -> Result<(), At> {
        if self.line_is_record && self.fields < width {
            let blank = Span::new(place, place, false);
            block.spans.resize(block.spans.len() + width - self.fields, blank);
            block.short += 1;
            return Ok(());
        }
        // Blank values at the end of a line do not count if the line is the record.
        while self.line_is_record
            && self.fields > width
            && block.spans.last().is_some_and(|span| span.is_empty())
        {
            block.spans.pop();
            self.fields -= 1;
        }
        if self.fields == width {
            return Ok(());
        }
        Err(At { place, fault: Fault::FieldCount { line: 0, expected: width, found: self.fields } })
    }

    /// The text ended within a record, which must not grow without limit.
    fn check_open_lengths(&self, end: usize) -> Result<(), At> {
        let behind = if self.state == State::Comment { 0 } else { end - self.last };
        if self.field_end - self.field_start + behind > self.limits.field_bytes {
            return Err(self.too_long(self.limits.field_bytes));
        }
        if end - self.record_start > self.limits.record_bytes {
            return Err(self.too_long(self.limits.record_bytes));
        }
        Ok(())
    }

    #[cold]
    fn too_long(&self, limit: usize) -> At {
        match self.pair {
            Some(_) => self.unpaired(),
            None => At { place: self.field_start, fault: Fault::TooLong { line: 0, limit } },
        }
    }

    #[cold]
    fn unpaired(&self) -> At {
        let place = self.pair.unwrap_or(self.field_start);
        At { place, fault: Fault::UnpairedQuote { line: 0 } }
    }
}
