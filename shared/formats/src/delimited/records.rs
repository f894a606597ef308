//! The records of a range, block by block.

use std::path::{Path, PathBuf};

use super::dialect::Dialect;
use super::split::Splitter;
use crate::text::{
    At, Block, ByteRange, Cleaner, Fault, NoText, ReadError, Records, Show, Window, io, line_at,
};

/// Splits a range of a file.
pub(super) struct DelimitedRecords {
    window: Window,
    splitter: Splitter,
    cleaner: Cleaner,
    pub(super) block: Block,
    width: Option<usize>,
    path: PathBuf,
    encoding: &'static encoding_rs::Encoding,
    has_ended: bool,
    /// An error after the records of the block. These records are returned first, so that the first error of
    /// a file does not depend on its ranges.
    pending: Option<At>,
    nulls_before: u64,
}

impl DelimitedRecords {
    /// `width` is the number of fields, if known.
    pub(super) fn open(
        path: &Path,
        dialect: &Dialect,
        range: ByteRange,
        width: Option<usize>,
    ) -> Result<Self, ReadError> {
        let decode = (!dialect.splits_bytes()).then_some(dialect.text);
        let mut text = dialect.text;
        if decode.is_some() {
            text.encoding = encoding_rs::UTF_8;
        }
        let window = Window::open(path, range, dialect.limits.buffer_bytes, decode).map_err(io(path))?;
        let mut splitter = Splitter::new(dialect);
        splitter.width = width.or(splitter.width);
        Ok(Self {
            window,
            splitter,
            cleaner: Cleaner::new(text),
            block: Block::default(),
            width,
            path: path.to_owned(),
            encoding: dialect.text.encoding,
            has_ended: false,
            pending: None,
            nulls_before: 0,
        })
    }

    /// The number of fields, after the first record.
    pub(super) fn width(&self) -> Option<usize> {
        self.width
    }

    /// Splits up to `max_rows` records. An error after the first of them is deferred.
    fn split(&mut self, max_rows: usize) -> Result<(), ReadError> {
        while !self.has_ended {
            let fed = self.splitter.feed(self.window.text_mut(), &mut self.block, max_rows);
            if self.or_later(fed)?.unwrap_or(true) {
                if self.splitter.awaits_line_feed(self.window.text()) && !self.window.has_ended() {
                    self.refill()?;
                }
                self.splitter.take_line_feed(self.window.text());
                break;
            }
            if self.window.has_ended() {
                self.has_ended = true;
                let finished = self.splitter.finish(self.window.text_mut(), &mut self.block);
                self.or_later(finished)?;
            } else if self.block.rows > 0 {
                break;
            } else {
                let done = self.splitter.record_start();
                self.window.discard(done);
                self.splitter.move_back(done, &mut self.block);
                self.refill()?;
            }
        }
        Ok(())
    }

    /// The result, or `None` and a deferred error.
    fn or_later<T>(&mut self, result: Result<T, At>) -> Result<Option<T>, ReadError> {
        match result {
            Ok(value) => Ok(Some(value)),
            Err(at) if self.block.rows > 0 => {
                self.pending = Some(at);
                Ok(None)
            }
            Err(at) => Err(self.fault(at)),
        }
    }

    /// Shows the records before an invalid one; one of them may be invalid, too.
    fn show_before(&mut self, at: At, show: &mut Show<'_>) -> ReadError {
        let before = self.block.starts.partition_point(|start| *start <= at.place).saturating_sub(1);
        self.block.rows = before.min(self.block.rows);
        let earlier = if self.block.rows > 0 { self.show_clean(show).err() } else { None };
        self.fault(earlier.unwrap_or(at))
    }

    fn show_clean(&mut self, show: &mut Show<'_>) -> Result<(), At> {
        let Self { window, splitter, cleaner, block, .. } = self;
        let end = block.starts.get(block.rows).copied().unwrap_or(splitter.record_start());
        let used = (block.starts.first().copied().unwrap_or_default(), end);
        let has_nulls = splitter.nulls > self.nulls_before;
        let complete = block.rows * self.width.unwrap_or_default();
        let shown = cleaner
            .clean(block, window.text(), used, complete, has_nulls)
            .map(|text| show(block, text, &|place| window.offset_of(place)));
        cleaner.restore(block);
        shown?
    }

    fn refill(&mut self) -> Result<(), ReadError> {
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
        let line = line_at(&self.path, self.encoding, self.window.offset_of(at.place));
        ReadError::Fault(at.fault.on_line(line))
    }
}

impl Records for DelimitedRecords {
    fn offset(&self) -> u64 {
        self.window.offset_of(self.splitter.record_start())
    }

    fn next(&mut self, max_rows: usize) -> Result<bool, ReadError> {
        if let Some(at) = self.pending.take() {
            return Err(self.fault(at));
        }
        self.splitter.start_block(&mut self.block);
        self.nulls_before = self.splitter.nulls;
        self.split(max_rows)?;
        if self.block.rows > 0 {
            self.width = self.splitter.width;
        }
        Ok(self.block.rows > 0)
    }

    fn show(&mut self, show: &mut Show<'_>) -> Result<(), ReadError> {
        match self.show_clean(show) {
            Ok(()) => Ok(()),
            Err(at) if matches!(at.fault, Fault::NotText { .. }) => Err(self.show_before(at, show)),
            Err(at) => Err(self.fault(at)),
        }
    }

    fn short(&self) -> u64 {
        self.block.short
    }

    fn take_invalid(&mut self) -> u64 {
        self.nulls_before = 0;
        self.cleaner.take_invalid() + self.window.take_invalid() + std::mem::take(&mut self.splitter.nulls)
    }
}
