//! The texts that cells refer to by number.

use super::super::MAX_CELL_BYTES;
use super::Events;
use crate::error::{FormatError, check_limit};
use crate::xml_events::Item;

/// Bytes of all shared texts, which are held in memory. A full sheet of distinct short texts has some 200 MB.
const MAX_BYTES: u64 = 256 << 20;

/// Shared texts.
#[derive(Debug, Default)]
pub(super) struct SharedStrings {
    text: String,
    ends: Vec<usize>,
}

impl SharedStrings {
    pub(super) fn read(mut events: Events) -> Result<Self, FormatError> {
        let mut strings = Self::default();
        let mut item = String::new();
        let mut phonetic = 0_u32;
        let mut text = String::new();
        loop {
            match events.next(&mut text)? {
                Item::Start(start) => match start.local_name().as_ref() {
                    "si" => item.clear(),
                    "rPh" => phonetic += 1,
                    "t" => text.clear(),
                    _ => {}
                },
                Item::Empty(start) if start.local_name().as_ref() == "si" => strings.push(""),
                Item::End(end) => match end.local_name().as_ref() {
                    // Phonetic hints of East Asian text are not part of the text.
                    "t" if phonetic == 0 => item.push_str(&text),
                    "rPh" => phonetic = phonetic.saturating_sub(1),
                    "si" => strings.push(&unescape(&item)),
                    _ => {}
                },
                Item::Empty(_) | Item::Text => {}
                Item::Eof => return Ok(strings),
            }
            // Runs of one item, and text between elements.
            check_limit("bytes in a cell of the Excel workbook", item.len() as u64, MAX_CELL_BYTES)?;
            check_limit("bytes between the texts of the Excel workbook", text.len() as u64, MAX_BYTES)?;
            let bytes = strings.text.len() + strings.ends.len() * size_of::<usize>();
            check_limit("bytes of shared texts in the Excel workbook", bytes as u64, MAX_BYTES)?;
        }
    }

    fn push(&mut self, text: &str) {
        self.text.push_str(text);
        self.ends.push(self.text.len());
    }

    pub(super) fn get(&self, number: usize) -> Option<&str> {
        let end = *self.ends.get(number)?;
        let start = number.checked_sub(1).map_or(Some(0), |before| self.ends.get(before).copied())?;
        self.text.get(start..end)
    }
}

/// `_x000D_` is the character with that number. ECMA-376 part 1, 22.9.2.19.
pub(super) fn unescape(text: &str) -> std::borrow::Cow<'_, str> {
    if !text.contains("_x") {
        return text.into();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("_x") {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let digits = from.get(2..6).filter(|_| from.as_bytes().get(6) == Some(&b'_'));
        let digits = digits.filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let character = digits.and_then(|digits| char::from_u32(u32::from_str_radix(digits, 16).ok()?));
        let used = match character {
            Some(character) => {
                out.push(character);
                7
            }
            None => {
                out.push_str("_x");
                2
            }
        };
        rest = from.get(used..).unwrap_or_default();
    }
    out.push_str(rest);
    out.into()
}

#[cfg(test)]
mod tests {
    use super::unescape;

    #[test]
    fn escaped_characters_are_resolved() {
        assert_eq!(
            unescape("a_x000D_b_x005F_x000D__xZZZZ_"),
            "a\rb__x000D__xZZZZ_".replace("__x000D_", "_x000D_")
        );
        assert_eq!(unescape("_x1"), "_x1");
    }
}
