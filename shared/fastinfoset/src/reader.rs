//! The pull reader.

mod content;
mod element;
mod prolog;
mod strings;
mod vocabulary;

use std::io::BufRead;

use crate::cursor::Cursor;
use crate::error::{Error, ErrorKind, Fault};
use crate::event::{Event, Parts, StartElement};
use crate::header::Header;
use crate::limits::Limits;
use crate::vocabulary::Vocabulary;

pub use prolog::is_fast_infoset;

/// Reads one document, event by event.
///
/// The source may be a slice, read in place, or any [`BufRead`]. It must contain only the document. Events
/// are well nested: after the [`Event::End`] of the root element only comments and processing instructions
/// follow, then `None`. Names and repeated values are in the reader's tables, so that events need no
/// allocation. Do not use the reader after an error.
pub struct Reader<B> {
    cursor: Cursor<B>,
    limits: Limits,
    header: Header,
    parts: Parts,
    handed_out: usize,
    depth: usize,
    state: State,
    /// Pending ends: one byte may close an element and also terminate something else.
    pending_ends: u8,
}

/// Progress of reading.
#[derive(Clone, Copy, PartialEq)]
enum State {
    /// Only comments and instructions so far.
    Prolog,
    /// In the document type declaration.
    DocumentType,
    /// After the document type declaration.
    Declared,
    /// The root element was opened.
    Root,
    Finished,
}

/// The type of the current event; its data are in [`Parts`]. A step with all data would be copied from
/// function to function.
#[derive(Clone, Copy)]
enum Step {
    Start,
    Text,
    CData,
    Comment,
    Instruction,
    DocumentType,
    EndDocumentType,
    EntityReference,
    End,
    /// The end of the document.
    Finished,
}

impl<B: BufRead> Reader<B> {
    /// A reader with the default [`Limits`], positioned after the header.
    ///
    /// # Errors
    /// The document is not Fast Infoset, its header is damaged, or it needs an unsupported
    /// [`Feature`](crate::Feature).
    pub fn new(source: B) -> Result<Self, Error> {
        Self::with_limits(source, Limits::default())
    }

    /// Like [`Reader::new`], with other limits.
    ///
    /// # Errors
    /// Those of [`Reader::new`].
    pub fn with_limits(source: B, limits: Limits) -> Result<Self, Error> {
        Self::with_vocabularies(source, limits, &[])
    }

    /// Like [`Reader::with_limits`], with external vocabularies that documents may refer to, each with its
    /// URI. Others are refused by name.
    ///
    /// ```
    /// use satsuma_fastinfoset::{Limits, QualifiedName, Reader, Vocabulary};
    ///
    /// let known = Vocabulary { elements: vec![QualifiedName::local("order")], ..Vocabulary::default() };
    /// let document = [
    ///     0xE0, 0, 0, 1, 0x20, // there is an initial vocabulary
    ///     0x10, 0x00, 2, b'u', b':', b'o', // which is all external: u:o
    ///     0x00, 0xFF, // <order/>
    /// ];
    /// let refusal = Reader::new(document.as_slice()).err().unwrap();
    /// assert_eq!(refusal.to_string(), "the external vocabulary \"u:o\" is not supported at byte 10");
    ///
    /// let vocabularies = [("u:o", &known)];
    /// Reader::with_vocabularies(document.as_slice(), Limits::default(), &vocabularies)?;
    /// # Ok::<(), satsuma_fastinfoset::Error>(())
    /// ```
    ///
    /// # Errors
    /// Those of [`Reader::new`], or an invalid vocabulary.
    pub fn with_vocabularies(
        source: B,
        limits: Limits,
        vocabularies: &[(&str, &Vocabulary)],
    ) -> Result<Self, Error> {
        let mut reader = Reader {
            cursor: Cursor::new(source),
            limits,
            header: Header::default(),
            parts: Parts::new(&limits),
            handed_out: 0,
            depth: 0,
            state: State::Prolog,
            pending_ends: 0,
        };
        reader.document_header(vocabularies).map_err(|fault| *fault)?;
        Ok(reader)
    }

    /// The header of the document.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Offset of the next byte to be read, from the start of the document.
    pub fn offset(&self) -> usize {
        self.cursor.position()
    }

    /// The next event, or `None` at the end of the document.
    ///
    /// # Errors
    /// The document is damaged, exceeds a limit, or uses an unsupported feature.
    pub fn next_event(&mut self) -> Result<Option<Event<'_>>, Error> {
        match self.step() {
            Ok(step) => Ok(self.show(step)),
            Err(fault) => Err(*fault),
        }
    }

    #[inline]
    fn step(&mut self) -> Result<Step, Fault> {
        if self.state == State::Finished {
            return Ok(Step::Finished);
        }
        if self.pending_ends > 0 {
            self.pending_ends -= 1;
            return self.end();
        }
        self.parts.scratch.clear();
        let first = self.cursor.byte()?;
        if self.state == State::DocumentType {
            return self.in_document_type(first);
        }
        match first {
            0x00..=0x7F => self.element(first),
            0x80..=0xBF => self.characters(first),
            0xC4..=0xC7 if matches!(self.state, State::Prolog) => self.document_type(first),
            0xC8..=0xCB if self.depth > 0 => self.entity_reference(first),
            0xE1 => self.instruction(),
            0xE2 => self.comment(),
            0xF0 => self.end(),
            0xFF if self.depth > 0 => {
                self.pending_ends = 1;
                self.end()
            }
            _ if self.depth > 0 => Err(self.cursor.unexpected(first, "element content")),
            _ => Err(self.cursor.unexpected(first, "the document, outside its root element")),
        }
    }

    /// Closes the innermost element or, if none is open, the document.
    fn end(&mut self) -> Result<Step, Fault> {
        if self.depth > 0 {
            self.depth -= 1;
            return Ok(Step::End);
        }
        if self.state != State::Root {
            return Err(self.cursor.error(ErrorKind::NotOneRoot));
        }
        if !self.cursor.at_end()? {
            return Err(Fault::new(Error { offset: self.cursor.position(), kind: ErrorKind::TrailingBytes }));
        }
        self.state = State::Finished;
        Ok(Step::Finished)
    }

    /// Counts bytes that are returned to the caller or stored in tables.
    #[inline]
    fn hand_out(&mut self, bytes: usize) -> Result<(), Fault> {
        self.handed_out = self.handed_out.saturating_add(bytes);
        if self.handed_out > self.limits.total_bytes {
            return Err(self.limit("bytes of text in the document", self.limits.total_bytes));
        }
        Ok(())
    }

    /// Counts memory of the header.
    fn hold(&mut self, bytes: usize) -> Result<(), Fault> {
        self.parts.tables.hold(bytes).map_err(|kind| self.cursor.error(kind))
    }

    #[cold]
    fn limit(&self, what: &'static str, maximum: usize) -> Fault {
        self.cursor.error(ErrorKind::Limit { what, maximum })
    }

    #[inline]
    fn show(&self, step: Step) -> Option<Event<'_>> {
        let parts = &self.parts;
        let Parts { tables, scratch, text, system, public, .. } = parts;
        let uri = |index: Option<usize>| index.and_then(|index| tables.other_uris.find(index));
        let name = || tables.other_names.find(parts.name).unwrap_or_default();
        Some(match step {
            Step::Start => Event::Start(StartElement { parts }),
            Step::Text => Event::Text(text.resolve(&tables.chunks, scratch)),
            Step::CData => Event::CData(text.resolve(&tables.chunks, scratch)),
            Step::Comment => Event::Comment(text.resolve(&tables.other_strings, scratch)),
            Step::Instruction => {
                Event::Instruction { target: name(), content: text.resolve(&tables.other_strings, scratch) }
            }
            Step::DocumentType => Event::DocumentType { system: uri(*system), public: uri(*public) },
            Step::EndDocumentType => Event::EndDocumentType,
            Step::EntityReference => {
                Event::EntityReference { name: name(), system: uri(*system), public: uri(*public) }
            }
            Step::End => Event::End,
            Step::Finished => return None,
        })
    }
}

#[cfg(test)]
mod tests;
