//! The pull reader.

mod content;
mod element;
mod prolog;
mod strings;
mod vocabulary;

use std::io::BufRead;

use crate::cursor::Cursor;
use crate::error::{Error, ErrorKind};
use crate::event::{AttributeRecord, Event, NamespaceRecord, Piece, StartElement};
use crate::header::Header;
use crate::limits::Limits;
use crate::tables::{Surrogate, Tables};
use crate::vocabulary::Vocabulary;

pub use prolog::is_fast_infoset;

/// Reads one document, event by event.
///
/// The source may be a slice, read in place, or any [`BufRead`]; the document must be all that is in
/// it. Events are well nested: after the [`Event::End`] of the root element only comments and
/// processing instructions follow, then `None`. Names and repeated values live in the reader's
/// tables, so that in the long run an event allocates nothing. After an error the reader should be
/// dropped.
pub struct Reader<B> {
    cursor: Cursor<B>,
    limits: Limits,
    header: Header,
    tables: Tables,
    /// Literal strings of the current event.
    scratch: String,
    namespaces: Vec<NamespaceRecord>,
    attributes: Vec<AttributeRecord>,
    handed_out: usize,
    depth: usize,
    state: State,
    /// A byte may close an element and end something else too: closings not handed out yet.
    pending_ends: u8,
}

/// How far the document is read.
#[derive(Clone, Copy, PartialEq)]
enum State {
    /// Nothing but comments and instructions yet.
    Prolog,
    /// In the document type declaration.
    DocumentType,
    /// Behind it.
    Declared,
    /// The root element was opened.
    Root,
    Finished,
}

/// An event as positions in the reader.
#[derive(Clone, Copy)]
enum Step {
    Start(Surrogate),
    Text(Piece),
    CData(Piece),
    Comment(Piece),
    Instruction { target: usize, content: Piece },
    DocumentType { system: Option<usize>, public: Option<usize> },
    EndDocumentType,
    EntityReference { name: usize, system: Option<usize>, public: Option<usize> },
    End,
}

impl<B: BufRead> Reader<B> {
    /// A reader with the default [`Limits`], placed behind the header.
    ///
    /// # Errors
    /// If the document is not Fast Infoset, or its header is damaged or asks for a
    /// [`Feature`](crate::Feature) that is not supported.
    pub fn new(source: B) -> Result<Self, Error> {
        Self::with_limits(source, Limits::default())
    }

    /// As [`Reader::new`], with other limits.
    ///
    /// # Errors
    /// As [`Reader::new`].
    pub fn with_limits(source: B, limits: Limits) -> Result<Self, Error> {
        Self::with_vocabularies(source, limits, &[])
    }

    /// As [`Reader::with_limits`], with the external vocabularies that documents may refer to, each
    /// with its URI. Others are refused by name.
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
    /// As [`Reader::new`]; also if a supplied vocabulary is not valid.
    pub fn with_vocabularies(
        source: B,
        limits: Limits,
        vocabularies: &[(&str, &Vocabulary)],
    ) -> Result<Self, Error> {
        let mut reader = Reader {
            cursor: Cursor::new(source),
            limits,
            header: Header::default(),
            tables: Tables::new(&limits),
            scratch: String::new(),
            namespaces: Vec::new(),
            attributes: Vec::new(),
            handed_out: 0,
            depth: 0,
            state: State::Prolog,
            pending_ends: 0,
        };
        reader.document_header(vocabularies)?;
        Ok(reader)
    }

    /// What the document says before its first event.
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
    /// If the document is damaged, goes beyond a limit, or uses what is not supported.
    pub fn next_event(&mut self) -> Result<Option<Event<'_>>, Error> {
        Ok(self.step()?.map(|step| self.show(step)))
    }

    fn step(&mut self) -> Result<Option<Step>, Error> {
        if self.state == State::Finished {
            return Ok(None);
        }
        if self.pending_ends > 0 {
            self.pending_ends -= 1;
            return self.end();
        }
        self.scratch.clear();
        let first = self.cursor.byte()?;
        if self.state == State::DocumentType {
            return self.in_document_type(first).map(Some);
        }
        match first {
            0x00..=0x7F => self.element(first).map(Some),
            0x80..=0xBF => self.characters(first).map(Some),
            0xC4..=0xC7 if matches!(self.state, State::Prolog) => self.document_type(first).map(Some),
            0xC8..=0xCB if self.depth > 0 => self.entity_reference(first).map(Some),
            0xE1 => self.instruction().map(Some),
            0xE2 => self.comment().map(Some),
            0xF0 => self.end(),
            0xFF if self.depth > 0 => {
                self.pending_ends = 1;
                self.end()
            }
            _ if self.depth > 0 => Err(self.cursor.unexpected(first, "element content")),
            _ => Err(self.cursor.unexpected(first, "the document, outside its root element")),
        }
    }

    /// Closes the innermost element or, where none is open, the document.
    fn end(&mut self) -> Result<Option<Step>, Error> {
        if self.depth > 0 {
            self.depth -= 1;
            return Ok(Some(Step::End));
        }
        if self.state != State::Root {
            return Err(self.cursor.error(ErrorKind::NotOneRoot));
        }
        if !self.cursor.at_end()? {
            return Err(Error { offset: self.cursor.position(), kind: ErrorKind::TrailingBytes });
        }
        self.state = State::Finished;
        Ok(None)
    }

    /// Counts bytes handed out to the caller or kept in tables.
    #[inline]
    fn hand_out(&mut self, bytes: usize) -> Result<(), Error> {
        self.handed_out = self.handed_out.saturating_add(bytes);
        if self.handed_out > self.limits.total_bytes {
            return Err(self.limit("bytes of text in the document", self.limits.total_bytes));
        }
        Ok(())
    }

    fn limit(&self, what: &'static str, maximum: usize) -> Error {
        self.cursor.error(ErrorKind::Limit { what, maximum })
    }

    #[inline]
    fn show(&self, step: Step) -> Event<'_> {
        let Reader { tables, scratch, .. } = self;
        let uri = |index: Option<usize>| index.and_then(|index| tables.other_uris.find(index));
        let name = |index| tables.other_names.find(index).unwrap_or_default();
        match step {
            Step::Start(element) => Event::Start(StartElement {
                name: tables.name(element),
                tables,
                scratch,
                namespaces: &self.namespaces,
                attributes: &self.attributes,
            }),
            Step::Text(piece) => Event::Text(piece.resolve(&tables.chunks, scratch)),
            Step::CData(piece) => Event::CData(piece.resolve(&tables.chunks, scratch)),
            Step::Comment(piece) => Event::Comment(piece.resolve(&tables.other_strings, scratch)),
            Step::Instruction { target, content } => Event::Instruction {
                target: name(target),
                content: content.resolve(&tables.other_strings, scratch),
            },
            Step::DocumentType { system, public } => {
                Event::DocumentType { system: uri(system), public: uri(public) }
            }
            Step::EndDocumentType => Event::EndDocumentType,
            Step::EntityReference { name: index, system, public } => {
                Event::EntityReference { name: name(index), system: uri(system), public: uri(public) }
            }
            Step::End => Event::End,
        }
    }
}

#[cfg(test)]
mod tests;
