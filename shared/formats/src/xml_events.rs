//! Reads XML, one event at a time.

use std::io::{BufRead, Read};

use quick_xml::XmlVersion;
use quick_xml::events::{BytesEnd, BytesStart, Event};
use quick_xml::reader::Reader;

use crate::error::FormatError;

/// Bytes of a tag or a text. A cell of Excel has at most 32,767 characters; each may be an escape of ten bytes.
const MAX_EVENT_BYTES: usize = 1 << 20;

/// The events of a document.
pub(crate) struct Events<R> {
    reader: Reader<Bounded<R>>,
    buffer: Vec<u8>,
    place: Place,
}

/// The document in messages.
struct Place {
    format: &'static str,
    place: String,
}

impl Place {
    fn damaged(&self, problem: impl std::fmt::Display) -> FormatError {
        FormatError::damaged_in(self.format, self.place.as_str(), problem.to_string())
    }
}

/// The relevant events of a document.
pub(crate) enum Item<'a> {
    /// A start tag, with an end tag of its own.
    Start(BytesStart<'a>),
    /// An empty-element tag.
    Empty(BytesStart<'a>),
    /// An end tag.
    End(BytesEnd<'a>),
    /// Text was added to `text`.
    Text,
    /// The end of the document.
    Eof,
}

impl<R: BufRead> Events<R> {
    /// A document of a format; `place` is its place in messages.
    pub(crate) fn new(input: R, format: &'static str, place: String) -> Self {
        let reader = Reader::from_reader(Bounded { input, left: MAX_EVENT_BYTES });
        Self { reader, buffer: Vec::new(), place: Place { format, place } }
    }

    /// The next event; its text is appended to `text`.
    pub(crate) fn next(&mut self, text: &mut String) -> Result<Item<'_>, FormatError> {
        self.reader.get_mut().left = MAX_EVENT_BYTES;
        self.buffer.clear();
        let place = &self.place;
        let event = self.reader.read_event_into(&mut self.buffer).map_err(|error| place.damaged(error))?;
        Ok(match event {
            Event::Start(start) => Item::Start(start),
            Event::Empty(start) => Item::Empty(start),
            Event::End(end) => Item::End(end),
            Event::Text(content) => {
                text.push_str(&content.xml10_content());
                Item::Text
            }
            Event::CData(content) => {
                text.push_str(&content.xml10_content());
                Item::Text
            }
            Event::GeneralRef(reference) => {
                let character = reference.resolve_char_ref().map_err(|error| place.damaged(error))?;
                let name = reference.xml10_content();
                match (character, quick_xml::escape::resolve_xml_entity(&name)) {
                    (Some(character), _) => text.push(character),
                    (None, Some(entity)) => text.push_str(entity),
                    (None, None) => return Err(place.damaged("it refers to an entity")),
                }
                Item::Text
            }
            Event::DocType(_) => return Err(place.damaged("it has a document type declaration")),
            Event::Eof => Item::Eof,
            Event::Decl(declaration) => match declaration.encoding() {
                Some(Ok(name))
                    if !["utf-8", "utf8", "us-ascii"].contains(&name.to_ascii_lowercase().as_str()) =>
                {
                    return Err(FormatError::Unsupported(format!("XML in the character encoding {name}")));
                }
                _ => Item::Text,
            },
            Event::Comment(_) | Event::PI(_) => Item::Text,
        })
    }

    pub(crate) fn damaged(&self, problem: impl std::fmt::Display) -> FormatError {
        self.place.damaged(problem)
    }
}

/// The value of an attribute with this local name.
pub(crate) fn attribute(start: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut attributes = start.attributes();
    let mut attributes = attributes.with_checks(false).filter_map(Result::ok);
    let attribute = attributes.find(|attribute| attribute.key.local_name().as_ref() == name)?;
    Some(attribute.normalized_value(XmlVersion::Implicit1_0).ok()?.into_owned())
}

/// An input with a maximum number of bytes per event.
struct Bounded<R> {
    input: R,
    left: usize,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.input.read(buffer)?;
        self.left = self.left.saturating_sub(read);
        Ok(read)
    }
}

impl<R: BufRead> BufRead for Bounded<R> {
    fn fill_buf(&mut self) -> std::io::Result<&[u8]> {
        if self.left == 0 {
            return Err(std::io::Error::other(format!(
                "a tag or text has more than {MAX_EVENT_BYTES} bytes"
            )));
        }
        self.input.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.left = self.left.saturating_sub(amount);
        self.input.consume(amount);
    }
}
