//! The limits of XML text, and the escape for other text: `<data encoding="hexBinary">000c000f</data>`, the
//! UTF-16 units of the text in hexadecimal.

use super::{Content, Element};

const ELEMENT: &str = "data";
const ATTRIBUTE: &str = "encoding";
const ENCODING: &str = "hexBinary";

/// The single `data` child that represents a text.
pub(super) fn escaped(parent: &Element) -> Option<&Element> {
    let [Content::Element(data)] = parent.content() else {
        return None;
    };
    (data.name() == ELEMENT && data.attr(ATTRIBUTE) == Some(ENCODING)).then_some(&**data)
}

/// The text that such an element represents.
pub(super) fn unescape(data: &Element) -> Option<String> {
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

/// Whether XML 1.0 cannot represent the text.
pub(super) fn needs_escape(text: &str) -> bool {
    first_forbidden(text).is_some()
}

/// Offset of the first character that XML 1.0 forbids.
pub(super) fn first_forbidden(text: &str) -> Option<usize> {
    let is_forbidden =
        |c: char| (c < ' ' && !matches!(c, '\t' | '\n' | '\r')) || matches!(c, '\u{FFFE}' | '\u{FFFF}');
    text.find(is_forbidden)
}

/// Whether a text is a name (XML 1.0, productions 4 to 5).
pub(super) fn is_name(text: &str) -> bool {
    let starts = |c: char| {
        matches!(c, ':' | '_' | 'A'..='Z' | 'a'..='z' | '\u{C0}'..='\u{D6}' | '\u{D8}'..='\u{F6}'
            | '\u{F8}'..='\u{2FF}' | '\u{370}'..='\u{37D}' | '\u{37F}'..='\u{1FFF}' | '\u{200C}'..='\u{200D}'
            | '\u{2070}'..='\u{218F}' | '\u{2C00}'..='\u{2FEF}' | '\u{3001}'..='\u{D7FF}'
            | '\u{F900}'..='\u{FDCF}' | '\u{FDF0}'..='\u{FFFD}' | '\u{10000}'..='\u{EFFFF}')
    };
    let goes_on = |c: char| {
        let more =
            matches!(c, '-' | '.' | '0'..='9' | '\u{B7}' | '\u{300}'..='\u{36F}' | '\u{203F}'..='\u{2040}');
        more || starts(c)
    };
    text.starts_with(starts) && text.chars().all(goes_on)
}

/// Whether this is the only content of its element, the condition for an escape.
pub(super) fn is_alone(parent: &Element) -> bool {
    parent.content().len() == 1
}

/// The element that represents such text.
pub(super) fn escape(text: &str) -> Element {
    let hex: String = text.encode_utf16().map(|unit| format!("{unit:04x}")).collect();
    Element::new(ELEMENT).with_attr(ATTRIBUTE, ENCODING).with_text(&hex)
}
