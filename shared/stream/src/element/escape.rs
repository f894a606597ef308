//! The escape for text that XML cannot carry: `<data encoding="hexBinary">000c000f</data>`,
//! the UTF-16 units of the text in hexadecimal.

use super::{Content, Element};

const ELEMENT: &str = "data";
const ATTRIBUTE: &str = "encoding";
const ENCODING: &str = "hexBinary";

/// The text that a lone `data` child stands for.
pub(super) fn escaped_text(parent: &Element) -> Option<String> {
    let [Content::Element(data)] = parent.content() else {
        return None;
    };
    if data.name() != ELEMENT || data.attr(ATTRIBUTE) != Some(ENCODING) {
        return None;
    }
    let hex = data.text();
    let (quads, rest) = hex.as_bytes().as_chunks::<4>();
    if !rest.is_empty() {
        return None;
    }
    let units = quads.iter().map(|quad| {
        let digits = std::str::from_utf8(quad).ok()?;
        let plain = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        plain.then(|| u16::from_str_radix(digits, 16).ok()).flatten()
    });
    let units: Option<Vec<u16>> = units.collect();
    String::from_utf16(&units?).ok()
}

/// Whether XML 1.0 cannot carry the text.
pub(super) fn needs_escape(text: &str) -> bool {
    first_forbidden(text).is_some()
}

/// Where the first character is that XML 1.0 has not.
pub(super) fn first_forbidden(text: &str) -> Option<usize> {
    let is_forbidden =
        |c: char| (c < ' ' && !matches!(c, '\t' | '\n' | '\r')) || matches!(c, '\u{FFFE}' | '\u{FFFF}');
    text.find(is_forbidden)
}

/// Whether this is the only content of its element, where an escape is known by.
pub(super) fn is_alone(parent: &Element) -> bool {
    parent.content().len() == 1
}

/// The element that stands for such text.
pub(super) fn escape(text: &str) -> Element {
    let hex: String = text.encode_utf16().map(|unit| format!("{unit:04x}")).collect();
    Element::new(ELEMENT).with_attr(ATTRIBUTE, ENCODING).with_text(&hex)
}
