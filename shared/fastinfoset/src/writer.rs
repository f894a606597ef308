//! The streaming writer.

pub(crate) mod codes;
mod content;
mod header;
mod index;
mod options;

use std::io::{self, Write};

use thiserror::Error;

use crate::alphabet::Alphabet;
use crate::event::{Attribute, Event, Name, NamespaceDeclaration, has_duplicate};
use crate::header::Header;
use crate::limits::Limits;
use crate::value::Value;

use index::Indexes;
pub use options::WriterOptions;

/// Data that Fast Infoset cannot represent, or calls in the wrong order.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum WriteError {
    /// The sink failed.
    #[error("the document cannot be written: {0}")]
    Io(io::ErrorKind),
    /// A name, prefix or namespace is empty, or a prefix has no namespace.
    #[error("a name has an empty part, or a prefix without a namespace")]
    InvalidName,
    /// An identifier, or data of an application, is empty.
    #[error("an identifier or additional data is empty")]
    Empty,
    /// A restricted alphabet has fewer than two characters, or one twice.
    #[error("a restricted alphabet needs two or more characters, each of them once")]
    InvalidAlphabet,
    /// A value contains a character outside its restricted alphabet.
    #[error("{0:?} is not in the restricted alphabet")]
    NotInAlphabet(char),
    /// The vocabulary does not declare the restricted alphabet.
    #[error("restricted alphabet {0} is not declared")]
    UnknownAlphabet(usize),
    /// An element has two attributes with the same name.
    #[error("an element has two attributes of one name")]
    DuplicateAttribute,
    /// A string is too long for a 32-bit length.
    #[error("a string is too long")]
    TooLong,
    /// A table of names is full.
    #[error("more than {} different names", Limits::VOCABULARY_ENTRIES)]
    TooManyNames,
    /// An unopened element is closed, an element is left open, a second root is started, or a document type
    /// declaration is not before the root.
    #[error("elements are not nested under one root")]
    Nesting,
}

/// Writes one document, event by event.
///
/// Names are literal at their first use and indexes afterwards; values and text likewise if [`WriterOptions`]
/// select it. Do not use the writer after an error.
#[derive(Debug, Clone)]
pub struct Writer<W = Vec<u8>> {
    sink: W,
    /// Bytes that are not in the sink yet.
    out: Vec<u8>,
    /// Buffer for a string until its length is known.
    spare: Vec<u8>,
    indexes: Indexes,
    alphabets: Vec<Alphabet>,
    values_below: usize,
    chunks_below: usize,
    utf16: bool,
    depth: usize,
    state: State,
    /// A terminator is pending; a second one makes it a double one of the same length.
    terminator: bool,
}

/// Progress of writing.
#[derive(Debug, Clone, Copy, PartialEq)]
enum State {
    Prolog,
    DocumentType,
    Declared,
    Root,
}

/// Size of the buffer before the sink.
const BUFFER: usize = 16 << 10;

impl Default for Writer {
    fn default() -> Self {
        Self::new()
    }
}

impl Writer {
    /// A writer into memory with an empty header. Only names go into tables.
    pub fn new() -> Self {
        let mut writer = Writer::start(Vec::new(), &WriterOptions::default());
        writer.empty_header();
        writer
    }
}

impl<W: Write> Writer<W> {
    /// A writer into `sink`, which needs no buffer of its own. Writes the header.
    ///
    /// # Errors
    /// The header or a vocabulary contains something that cannot be written.
    pub fn with_options(sink: W, options: &WriterOptions) -> Result<Self, WriteError> {
        let mut writer = Self::start(sink, options);
        writer.header(options)?;
        Ok(writer)
    }

    fn start(sink: W, options: &WriterOptions) -> Self {
        Writer {
            sink,
            out: Vec::new(),
            spare: Vec::new(),
            indexes: Indexes::new(),
            alphabets: Vec::new(),
            values_below: options.index_values_below,
            chunks_below: options.index_chunks_below,
            utf16: options.utf16,
            depth: 0,
            state: State::Prolog,
            terminator: false,
        }
    }

    /// Opens an element.
    ///
    /// # Errors
    /// A name is invalid, a string is too long, or the root element is already complete.
    pub fn start_element(&mut self, name: &Name<'_>, attributes: &[Attribute<'_>]) -> Result<(), WriteError> {
        self.open(name, [].into_iter(), attributes.iter().copied())
    }

    /// Opens an element that declares namespaces, or has [`Value`]s other than text.
    ///
    /// # Errors
    /// Those of [`Writer::start_element`], or a value outside its restricted alphabet.
    pub fn start_element_with<'a, V: Into<Value<'a>> + Copy>(
        &mut self,
        name: &Name<'_>,
        namespaces: &[NamespaceDeclaration<'_>],
        attributes: &[Attribute<'_, V>],
    ) -> Result<(), WriteError> {
        self.open(name, namespaces.iter().copied(), attributes.iter().copied())
    }

    /// Writes an event of a reader.
    ///
    /// ```
    /// use satsuma_fastinfoset::{Reader, Writer};
    ///
    /// let document = [0xE0, 0, 0, 1, 0, 0x3C, 0, b'a', 0xFF];
    /// let (mut reader, mut writer) = (Reader::new(document.as_slice())?, Writer::new());
    /// while let Some(event) = reader.next_event()? {
    ///     writer.event(&event)?;
    /// }
    /// assert_eq!(writer.finish()?, document);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Those of the method for the event.
    pub fn event(&mut self, event: &Event<'_>) -> Result<(), WriteError> {
        match *event {
            Event::Start(element) => self.open(&element.name(), element.namespaces(), element.attributes()),
            Event::Text(text) => self.text(text),
            Event::CData(text) => self.cdata(text),
            Event::Comment(text) => self.comment(text),
            Event::Instruction { target, content } => self.instruction(target, content),
            Event::DocumentType { system, public } => self.document_type(system, public),
            Event::EndDocumentType => self.end_document_type(),
            Event::EntityReference { name, system, public } => self.entity_reference(name, system, public),
            Event::End => self.end_element(),
        }
    }

    /// Closes the innermost element.
    ///
    /// # Errors
    /// No element is open.
    pub fn end_element(&mut self) -> Result<(), WriteError> {
        self.depth = self.depth.checked_sub(1).ok_or(WriteError::Nesting)?;
        self.terminate();
        self.drain(BUFFER)
    }

    /// Ends the document and returns the flushed sink.
    ///
    /// # Errors
    /// An element is still open, or there was none.
    pub fn finish(mut self) -> Result<W, WriteError> {
        if self.depth > 0 || self.state != State::Root {
            return Err(WriteError::Nesting);
        }
        self.terminate();
        self.settle();
        self.drain(0)?;
        self.sink.flush().map_err(|error| WriteError::Io(error.kind()))?;
        Ok(self.sink)
    }

    fn open<'n, 'v, V: Into<Value<'v>>>(
        &mut self,
        name: &Name<'_>,
        namespaces: impl ExactSizeIterator<Item = NamespaceDeclaration<'n>>,
        attributes: impl ExactSizeIterator<Item = Attribute<'n, V>> + Clone,
    ) -> Result<(), WriteError> {
        if self.depth == 0 && self.state == State::Root || self.state == State::DocumentType {
            return Err(WriteError::Nesting);
        }
        if has_duplicate(attributes.clone().map(|attribute| attribute.name)) {
            return Err(WriteError::DuplicateAttribute);
        }
        self.settle();
        self.state = State::Root;
        self.depth += 1;
        let has_attributes = attributes.len() > 0;
        let mut flag = if has_attributes { 0x40 } else { 0 };
        if namespaces.len() > 0 {
            self.out.push(flag | 0x38);
            for declared in namespaces {
                self.namespace(declared)?;
            }
            self.out.push(0xF0);
            flag = 0;
        }
        self.element_name(flag, name)?;
        for attribute in attributes {
            self.attribute_name(&attribute.name)?;
            self.attribute_value(attribute.value.into())?;
        }
        if has_attributes {
            self.terminate();
        }
        self.drain(BUFFER)
    }

    /// Writes four bits of termination.
    fn terminate(&mut self) {
        if self.terminator {
            self.out.push(0xFF);
        }
        self.terminator = !self.terminator;
    }

    /// Completes the byte of a terminator, before anything except another terminator.
    fn settle(&mut self) {
        if self.terminator {
            self.out.push(0xF0);
        }
        self.terminator = false;
    }

    /// Passes the buffer to the sink if it has more than `above` bytes.
    fn drain(&mut self, above: usize) -> Result<(), WriteError> {
        if self.out.len() > above {
            self.sink.write_all(&self.out).map_err(|error| WriteError::Io(error.kind()))?;
            self.out.clear();
        }
        Ok(())
    }
}
