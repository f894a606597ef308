//! The pull reader.

mod content;
mod prolog;
mod strings;

use crate::cursor::Cursor;
use crate::error::{Error, ErrorKind};
use crate::event::Event;
use crate::limits::Limits;
use crate::vocabulary::Vocabulary;

pub use prolog::is_fast_infoset;

/// Reads one document, event by event.
///
/// Events are well nested: after the [`Event::End`] of the root element only comments and
/// processing instructions follow, then `None`. After an error the reader should be dropped.
pub struct Reader<'a> {
    cursor: Cursor<'a>,
    vocabulary: Vocabulary<'a>,
    limits: Limits,
    handed_out: usize,
    depth: usize,
    root_seen: bool,
    /// A byte may close an element and end something else too: closings not handed out yet.
    pending_ends: u8,
    finished: bool,
}

impl<'a> Reader<'a> {
    /// A reader with the default [`Limits`], placed at the root element.
    ///
    /// # Errors
    /// If the document is not Fast Infoset, or its header asks for an unsupported [`Feature`](crate::Feature).
    pub fn new(document: &'a [u8]) -> Result<Self, Error> {
        Self::with_limits(document, Limits::default())
    }

    /// As [`Reader::new`], with other limits.
    ///
    /// # Errors
    /// As [`Reader::new`].
    pub fn with_limits(document: &'a [u8], limits: Limits) -> Result<Self, Error> {
        let start =
            prolog::content_start(document).ok_or(Error { offset: 0, kind: ErrorKind::NotFastInfoset })?;
        let mut reader = Reader {
            cursor: Cursor::new(document, start),
            vocabulary: Vocabulary::new(&limits),
            limits,
            handed_out: 0,
            depth: 0,
            root_seen: false,
            pending_ends: 0,
            finished: false,
        };
        reader.document_header()?;
        Ok(reader)
    }

    /// Offset of the next byte to be read.
    pub fn offset(&self) -> usize {
        self.cursor.position()
    }

    /// The next event, or `None` at the end of the document.
    ///
    /// # Errors
    /// If the document is damaged, too large, or uses an unsupported feature.
    pub fn next_event(&mut self) -> Result<Option<Event<'a>>, Error> {
        if self.finished {
            return Ok(None);
        }
        if self.pending_ends > 0 {
            self.pending_ends -= 1;
            return self.end();
        }
        let first = self.cursor.byte()?;
        match first {
            0x00..=0x7F => self.element(first).map(Some),
            0x80..=0xBF => self.characters(first).map(Some),
            0xE1 => self.instruction().map(Some),
            0xE2 => self.comment().map(Some),
            0xF0 => self.end(),
            0xFF if self.depth > 0 => {
                self.pending_ends = 1;
                self.end()
            }
            _ => Err(self.refuse_content(first)),
        }
    }

    /// Closes the innermost element or, where none is open, the document.
    fn end(&mut self) -> Result<Option<Event<'a>>, Error> {
        if self.depth > 0 {
            self.depth -= 1;
            return Ok(Some(Event::End));
        }
        if !self.root_seen {
            return Err(self.cursor.error(ErrorKind::NotOneRoot));
        }
        if !self.cursor.at_end() {
            return Err(Error { offset: self.cursor.position(), kind: ErrorKind::TrailingBytes });
        }
        self.finished = true;
        Ok(None)
    }

    /// Counts bytes handed out to the caller.
    fn hand_out(&mut self, bytes: usize) -> Result<(), Error> {
        self.handed_out = self.handed_out.saturating_add(bytes);
        if self.handed_out > self.limits.total_bytes {
            return Err(self.cursor.error(ErrorKind::Limit {
                what: "bytes of text in the document",
                maximum: self.limits.total_bytes,
            }));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
