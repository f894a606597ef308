//! A document as rich text (RTF 1.9.1), for word processors.

mod table;

use std::fmt::Write as _;

use crate::document::{Block, Document};
use crate::format::WriteError;
use crate::{picture, svg};

/// The width between the margins of a page (A4, upright), in twips.
const WIDTH: f64 = 9_638.0;

/// Twips of a pixel of a chart.
const PIXEL: f64 = 15.0;

/// The beginning: one font, and styles for the title and headings.
const HEAD: &str = "{\\rtf1\\ansi\\ansicpg1252\\uc1\\deff0{\\fonttbl{\\f0\\fswiss\\fcharset0 Arial;}}\
    {\\colortbl;\\red246\\green248\\blue250;\\red209\\green217\\blue224;}\
    {\\stylesheet{\\s0 Normal;}{\\s1\\b\\fs36 heading 1;}{\\s2\\b\\fs26 heading 2;}}\
    \\paperw11906\\paperh16838\\margl1134\\margr1134\\margt1134\\margb1134\\f0\\fs20\n";

/// The file.
///
/// # Errors
/// If a chart cannot be drawn.
pub(crate) fn file(document: &Document) -> Result<String, WriteError> {
    let title = escaped(&document.title);
    let mut out = HEAD.to_owned();
    let _ = writeln!(out, "{{\\info{{\\title {title}}}}}");
    let _ = writeln!(out, "{{\\pard\\s1\\sa200\\keepn\\b\\fs36 {title}\\par}}");
    for block in &document.blocks {
        match block {
            Block::Heading(text) => {
                let _ = writeln!(out, "{{\\pard\\s2\\sb240\\sa120\\keepn\\b\\fs26 {}\\par}}", escaped(text));
            }
            Block::Text(text) => paragraph(text, &mut out),
            Block::Table(content) => table::write(content, &mut out)?,
            Block::Chart(chart) => {
                if !chart.title.is_empty() {
                    bold(&chart.title, &mut out);
                }
                let _ = write!(out, "{{\\pard\\sa120 ");
                image(&svg::picture(chart), WIDTH, &mut out)?;
                out.push_str("\\par}\n");
                if !chart.note.is_empty() {
                    paragraph(&chart.note, &mut out);
                }
            }
        }
    }
    out.push('}');
    Ok(out)
}

/// A paragraph of normal text.
fn paragraph(text: &str, out: &mut String) {
    let _ = writeln!(out, "{{\\pard\\sa120 {}\\par}}", escaped(text));
}

/// A line of bold text that stays with the next one.
fn bold(text: &str, out: &mut String) {
    let _ = writeln!(out, "{{\\pard\\sb120\\sa60\\keepn\\b {}\\par}}", escaped(text));
}

/// A picture, made smaller where it is wider than a number of twips.
fn image(text: &str, most: f64, out: &mut String) -> Result<(), WriteError> {
    let (bytes, width, height) = picture::png(text)?;
    let scale = (most / (width * PIXEL)).min(1.0) * PIXEL;
    let twips = |pixels: f64| (pixels * scale).round() as i64;
    let _ = writeln!(
        out,
        "{{\\pict\\pngblip\\picw{}\\pich{}\\picwgoal{}\\pichgoal{}",
        width as i64,
        height as i64,
        twips(width),
        twips(height)
    );
    for line in bytes.chunks(64) {
        line.iter().for_each(|byte| {
            let _ = write!(out, "{byte:02x}");
        });
        out.push('\n');
    }
    out.push('}');
    Ok(())
}

/// Text without what RTF gives a meaning; other characters than those of ASCII are UTF-16 numbers.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut units = [0; 2];
    for character in text.chars() {
        match character {
            '\\' | '{' | '}' => out.extend(['\\', character]),
            '\n' => out.push_str("\\line "),
            '\t' => out.push_str("\\tab "),
            ' '..='~' => out.push(character),
            character if character.is_control() => out.push(' '),
            character => character.encode_utf16(&mut units).iter().for_each(|unit| {
                let _ = write!(out, "\\u{}?", unit.cast_signed());
            }),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RTF 1.9.1, "Unicode RTF": a signed 16-bit number, then a character for old readers.
    #[test]
    fn text_of_any_language_is_ascii() {
        assert_eq!(
            escaped("a{\\}\u{e9}薬\u{1F600}\u{7}"),
            "a\\{\\\\\\}\\u233?\\u-31316?\\u-10179?\\u-8704? "
        );
    }
}
