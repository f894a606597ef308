//! Reads a tree from XML text: UTF-8 only, no document types, no entities except the five of XML itself.

use quick_xml::XmlVersion;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::reader::Reader;

use super::tree::TreeBuilder;
use super::{Element, escape};
use crate::error::{ErrorKind, Result, StreamError};
use crate::limits::{Limits, check};

impl Element {
    pub(super) fn read_xml(document: &[u8], limits: &Limits) -> Result<Element> {
        let text = std::str::from_utf8(document).map_err(|error| {
            let message = ErrorKind::Xml("the text is not UTF-8".to_owned());
            StreamError::new(message).at_offset(error.valid_up_to())
        })?;
        let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
        if let Some(offset) = escape::first_forbidden(text) {
            return Err(unsupported(FORBIDDEN).at_offset(offset));
        }
        let mut reader = Reader::from_str(text);
        reader.config_mut().expand_empty_elements = true;
        let mut tree = TreeBuilder::new(limits);
        loop {
            let event = reader.read_event().map_err(|error| {
                let offset = usize::try_from(reader.error_position()).unwrap_or(usize::MAX);
                xml(error).at_offset(offset)
            })?;
            if matches!(event, Event::Eof) {
                return tree.finish();
            }
            check("bytes in one text", event.len() as u64, limits.text_bytes)?;
            step(&mut tree, event).map_err(|error| {
                let offset = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
                error.at_offset(offset)
            })?;
        }
    }
}

/// The message for a control character, plain or as a reference.
const FORBIDDEN: &str = "it holds a character that XML has not";

fn step(tree: &mut TreeBuilder, event: Event<'_>) -> Result<()> {
    match event {
        Event::Start(start) | Event::Empty(start) => open(tree, &start),
        Event::End(_) => tree.end(),
        Event::Text(text) => tree.text(&text.xml10_content()),
        Event::CData(text) => tree.cdata(&text.xml10_content()),
        Event::Comment(text) => tree.comment(&text.xml10_content()),
        Event::PI(text) => {
            let (target, content) = (text.target(), text.content().trim_ascii_start());
            tree.instruction(target, content)
        }
        Event::GeneralRef(reference) => resolve(tree, &reference),
        Event::DocType(_) => Err(unsupported("it has a document type declaration")),
        Event::Decl(declaration) => match declaration.encoding() {
            None => Ok(()),
            Some(Ok(name)) if name.eq_ignore_ascii_case("utf-8") => Ok(()),
            Some(Ok(name)) => Err(unsupported(&format!("its encoding is {name}, not UTF-8"))),
            Some(Err(error)) => Err(xml(error)),
        },
        Event::Eof => Ok(()),
    }
}

fn open(tree: &mut TreeBuilder, start: &BytesStart<'_>) -> Result<()> {
    check_name(start.name().as_ref())?;
    tree.start(start.name().as_ref())?;
    for attribute in start.attributes() {
        let attribute = attribute.map_err(xml)?;
        check_name(attribute.key.as_ref())?;
        let value = attribute.normalized_value(XmlVersion::Explicit1_0).map_err(xml)?;
        if escape::needs_escape(&value) {
            return Err(unsupported(FORBIDDEN));
        }
        tree.attribute(attribute.key.as_ref(), &value)?;
    }
    Ok(())
}

fn check_name(name: &str) -> Result<()> {
    match escape::is_name(name) {
        true => Ok(()),
        false => Err(unsupported(&format!("{name:?} is no name"))),
    }
}

fn resolve(tree: &mut TreeBuilder, reference: &BytesRef<'_>) -> Result<()> {
    if let Some(character) = reference.resolve_char_ref().map_err(xml)? {
        let mut bytes = [0; 4];
        let text = character.encode_utf8(&mut bytes);
        return if escape::needs_escape(text) { Err(unsupported(FORBIDDEN)) } else { tree.text(text) };
    }
    let name = reference.xml10_content();
    match quick_xml::escape::resolve_xml_entity(&name) {
        Some(text) => tree.text(text),
        None => Err(unsupported(&format!("it refers to an entity {name:?}"))),
    }
}

fn xml(error: impl std::fmt::Display) -> StreamError {
    ErrorKind::Xml(error.to_string()).into()
}

fn unsupported(what: &str) -> StreamError {
    ErrorKind::Xml(what.to_owned()).into()
}
