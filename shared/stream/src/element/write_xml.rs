//! Writes a tree as XML text.

use super::{Content, Element, Instruction, escape};
use crate::error::{ErrorKind, Result};

impl Element {
    /// The element as an XML document in UTF-8; [`Element::read`] returns an equal one. A CDATA section that
    /// contains a carriage return becomes ordinary text, which is equivalent.
    ///
    /// # Errors
    /// [`ErrorKind::Write`] if a name, an attribute, a comment, an instruction, or text beside elements
    /// contains something that XML cannot represent there.
    pub fn to_xml(&self) -> Result<Vec<u8>> {
        let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        write(&mut out, self)?;
        out.push('\n');
        Ok(out.into_bytes())
    }
}

fn write(out: &mut String, element: &Element) -> Result<()> {
    check_name(element.name())?;
    out.push('<');
    out.push_str(element.name());
    for (name, value) in element.attributes() {
        check_name(name)?;
        if escape::needs_escape(value) {
            return Err(unwritable(&format!("attribute {name:?} holds characters that XML has not")));
        }
        out.push(' ');
        out.push_str(name);
        out.push_str("=\"");
        push_escaped(out, value, true);
        out.push('"');
    }
    if element.content().is_empty() {
        out.push_str("/>");
        return Ok(());
    }
    out.push('>');
    let in_lines = element.holds_only_elements();
    if in_lines {
        out.push('\n');
    }
    for piece in element.content() {
        write_piece(out, piece, escape::is_alone(element))?;
        if in_lines {
            out.push('\n');
        }
    }
    out.push_str("</");
    out.push_str(element.name());
    out.push('>');
    Ok(())
}

fn write_piece(out: &mut String, piece: &Content, is_alone: bool) -> Result<()> {
    match piece {
        Content::Element(child) => write(out, child)?,
        Content::Text(text) | Content::CData(text) if escape::needs_escape(text) => {
            if !is_alone {
                return Err(unwritable("text beside elements holds characters that XML has not"));
            }
            write(out, &escape::escape(text))?;
        }
        // A section cannot contain its own end marker, nor a carriage return outside a line end.
        Content::CData(text) if !text.contains("]]>") && !text.contains('\r') => {
            out.push_str("<![CDATA[");
            out.push_str(text);
            out.push_str("]]>");
        }
        Content::Text(text) | Content::CData(text) => push_escaped(out, text, false),
        Content::Comment(text) => {
            if text.contains("--") || text.ends_with('-') || escape::needs_escape(text) {
                return Err(unwritable("a comment holds its own end"));
            }
            out.push_str("<!--");
            out.push_str(text);
            out.push_str("-->");
        }
        Content::Instruction(instruction) => {
            let Instruction { target, content } = &**instruction;
            if content.contains("?>") || escape::needs_escape(content) {
                return Err(unwritable("an instruction holds its own end"));
            }
            out.push_str("<?");
            out.push_str(target);
            out.push(' ');
            out.push_str(content);
            out.push_str("?>");
        }
    }
    Ok(())
}

/// An invalid name would be read as something else.
fn check_name(name: &str) -> Result<()> {
    match escape::is_name(name) {
        true => Ok(()),
        false => Err(unwritable(&format!("{name:?} is no name in XML"))),
    }
}

/// Escapes line ends and tabs, because XML parsers change them: those in attributes become blanks, and
/// carriage returns disappear everywhere.
fn push_escaped(out: &mut String, text: &str, in_attribute: bool) {
    for character in text.chars() {
        match character {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' if in_attribute => out.push_str("&quot;"),
            '\r' => out.push_str("&#13;"),
            '\n' if in_attribute => out.push_str("&#10;"),
            '\t' if in_attribute => out.push_str("&#9;"),
            other => out.push(other),
        }
    }
}

fn unwritable(what: &str) -> crate::StreamError {
    ErrorKind::Write(what.to_owned()).into()
}
