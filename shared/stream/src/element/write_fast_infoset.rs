//! Writes a tree as a Fast Infoset document.

use satsuma_fastinfoset::{Attribute, Name, WriteError, Writer, WriterOptions};

use super::{Content, Element, escape};
use crate::error::{ErrorKind, Result};

impl Element {
    /// The element as a Fast Infoset document; [`Element::read`] returns an equal one.
    ///
    /// Each element has its own line, as in all documents of Modeler.
    ///
    /// # Errors
    /// [`ErrorKind::Write`] if a name is empty, or a text is too long for the format.
    pub fn to_fast_infoset(&self) -> Result<Vec<u8>> {
        let document = || {
            let mut writer = Writer::with_options(Vec::new(), &WriterOptions::indexing())?;
            write(&mut writer, self)?;
            writer.finish()
        };
        document().map_err(|error: WriteError| ErrorKind::Write(error.to_string()).into())
    }
}

fn write(writer: &mut Writer, element: &Element) -> std::result::Result<(), WriteError> {
    let attributes: Vec<_> =
        element.attributes().map(|(name, value)| Attribute { name: Name::local(name), value }).collect();
    writer.start_element(&Name::local(element.name()), &attributes)?;
    let in_lines = element.holds_only_elements();
    if in_lines {
        writer.text("\n")?;
    }
    for piece in element.content() {
        match piece {
            Content::Element(child) => write(writer, child)?,
            // Beside other content the escape would not be recognised. Fast Infoset can represent the text
            // itself.
            Content::Text(text) if escape::is_alone(element) && escape::needs_escape(text) => {
                writer.text("\n")?;
                write(writer, &escape::escape(text))?;
                writer.text("\n")?;
            }
            Content::Text(text) => writer.text(text)?,
            Content::CData(text) => writer.cdata(text)?,
            Content::Comment(text) => writer.comment(text)?,
            Content::Instruction(piece) => writer.instruction(&piece.target, &piece.content)?,
        }
        if in_lines {
            writer.text("\n")?;
        }
    }
    writer.end_element()
}
