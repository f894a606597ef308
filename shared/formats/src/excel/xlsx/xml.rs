//! Reading the XML of a part, an event at a time.

use std::io::{BufRead, Read};

use quick_xml::XmlVersion;
use quick_xml::events::{BytesEnd, BytesStart, Event};
use quick_xml::reader::Reader;

use super::super::EXCEL;
use super::package::PartReader;
use crate::error::FormatError;

/// Bytes of a tag or a text. A cell has at most 32,767 characters; each may be an escape of ten bytes.
const MAX_EVENT_BYTES: usize = 1 << 20;

/// The events of a part.
pub(super) struct Events {
    reader: Reader<Bounded>,
    buffer: Vec<u8>,
    part: String,
}

/// What matters of a part.
pub(super) enum Item<'a> {
    /// A start tag, with an end tag of its own.
    Start(BytesStart<'a>),
    /// A tag that is a start and an end.
    Empty(BytesStart<'a>),
    /// An end tag.
    End(BytesEnd<'a>),
    /// Text was added to `text`.
    Text,
    /// The end of the part.
    Eof,
}

impl Events {
    pub(super) fn new(part: PartReader, name: &str) -> Self {
        let mut reader = Reader::from_reader(Bounded { input: part, left: MAX_EVENT_BYTES });
        reader.config_mut().check_end_names = true;
        Self { reader, buffer: Vec::new(), part: name.to_owned() }
    }

    /// The next item; text goes behind `text`.
    pub(super) fn next(&mut self, text: &mut String) -> Result<Item<'_>, FormatError> {
        self.reader.get_mut().left = MAX_EVENT_BYTES;
        self.buffer.clear();
        let part = &self.part;
        let event = self.reader.read_event_into(&mut self.buffer).map_err(|error| damaged(part, &error))?;
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
                let character = reference.resolve_char_ref().map_err(|error| damaged(part, &error))?;
                let name = reference.xml10_content();
                match (character, quick_xml::escape::resolve_xml_entity(&name)) {
                    (Some(character), _) => text.push(character),
                    (None, Some(entity)) => text.push_str(entity),
                    (None, None) => return Err(damaged(part, &"it refers to an entity")),
                }
                Item::Text
            }
            Event::DocType(_) => return Err(damaged(part, &"it has a document type declaration")),
            Event::Eof => Item::Eof,
            Event::Comment(_) | Event::PI(_) | Event::Decl(_) => Item::Text,
        })
    }

    pub(super) fn damaged(&self, problem: impl std::fmt::Display) -> FormatError {
        damaged(&self.part, &problem)
    }
}

/// The value of an attribute of a local name.
pub(super) fn attribute(start: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut attributes = start.attributes();
    let mut attributes = attributes.with_checks(false).filter_map(Result::ok);
    let attribute = attributes.find(|attribute| attribute.key.local_name().as_ref() == name)?;
    Some(attribute.normalized_value(XmlVersion::Implicit1_0).ok()?.into_owned())
}

fn damaged(part: &str, problem: &dyn std::fmt::Display) -> FormatError {
    FormatError::damaged_in(EXCEL, format!("in its part {part}"), problem.to_string())
}

/// A part of which an event may have so many bytes.
struct Bounded {
    input: PartReader,
    left: usize,
}

impl Read for Bounded {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.input.read(buffer)?;
        self.left = self.left.saturating_sub(read);
        Ok(read)
    }
}

impl BufRead for Bounded {
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
