//! Writing a tree as a Fast Infoset document.

use std::borrow::Cow;

use satsuma_fastinfoset::{Attribute, Name, WriteError, Writer};

use super::{Content, Element, escape};
use crate::error::{ErrorKind, Result};

impl Element {
    /// The element as a Fast Infoset document; [`Element::read`] gives back an equal one.
    ///
    /// # Errors
    /// [`ErrorKind::Write`] if a name is empty or a text longer than the format can say.
    pub fn to_fast_infoset(&self) -> Result<Vec<u8>> {
        let mut writer = Writer::new();
        write(&mut writer, self)
            .and_then(|()| writer.finish())
            .map_err(|error| ErrorKind::Write(error.to_string()).into())
    }
}

fn write(writer: &mut Writer, element: &Element) -> std::result::Result<(), WriteError> {
    let attributes: Vec<_> = element
        .attributes()
        .map(|(name, value)| Attribute { name: Name::local(name), value: Cow::Borrowed(value) })
        .collect();
    writer.start_element(&Name::local(element.name()), &attributes)?;
    for piece in element.content() {
        match piece {
            Content::Element(child) => write(writer, child)?,
            Content::Text(text) if escape::needs_escape(text) => {
                write(writer, &escape::escape(text))?;
            }
            Content::Text(text) => writer.text(text)?,
        }
    }
    writer.end_element()
}
