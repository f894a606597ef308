//! Texts of one or two bytes per character, which may continue in the next record.

use super::{u16_at, u32_at};

/// Bytes of a record and of those that continue it.
pub(super) struct Parts<'a> {
    current: &'a [u8],
    rest: std::vec::IntoIter<&'a [u8]>,
}

impl<'a> Parts<'a> {
    pub(super) fn new(first: &'a [u8], rest: Vec<&'a [u8]>) -> Self {
        Self { current: first, rest: rest.into_iter() }
    }

    /// Goes to the next part at the end of one; false at the end of all.
    fn fill(&mut self) -> bool {
        while self.current.is_empty() {
            let Some(next) = self.rest.next() else { return false };
            self.current = next;
        }
        true
    }

    /// So many bytes that are within one part.
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.current.split_at_checked(length)?;
        self.current = rest;
        Some(taken)
    }

    fn skip(&mut self, mut length: usize) -> Option<()> {
        while length > 0 {
            if !self.fill() {
                return None;
            }
            let skipped = length.min(self.current.len());
            self.take(skipped)?;
            length -= skipped;
        }
        Some(())
    }

    /// A text with a length of 16 bits, behind `out`.
    pub(super) fn text(&mut self, out: &mut String) -> Option<()> {
        self.fill();
        let length = usize::from(u16_at(self.take(2)?, 0)?);
        self.fill();
        let flags = *self.take(1)?.first()?;
        let runs = if flags & 8 != 0 { usize::from(u16_at(self.take(2)?, 0)?) } else { 0 };
        let extension = if flags & 4 != 0 { u32_at(self.take(4)?, 0)? as usize } else { 0 };
        self.characters(length, flags & 1 != 0, out)?;
        self.skip(runs * 4)?;
        self.skip(extension)
    }

    /// Characters; each further part begins with a byte of flags again.
    fn characters(&mut self, mut length: usize, mut is_wide: bool, out: &mut String) -> Option<()> {
        let mut units = Vec::new();
        while length > 0 {
            if self.current.is_empty() {
                if !self.fill() {
                    return None;
                }
                is_wide = self.take(1)?.first()? & 1 != 0;
            }
            let here = length.min(if is_wide { self.current.len() / 2 } else { self.current.len() });
            if here == 0 {
                return None;
            }
            let bytes = self.take(if is_wide { here * 2 } else { here })?;
            if is_wide {
                units.extend(bytes.as_chunks::<2>().0.iter().map(|unit| u16::from_le_bytes(*unit)));
            } else {
                units.extend(bytes.iter().map(|byte| u16::from(*byte)));
            }
            length -= here;
        }
        push_utf16(units, out);
        Some(())
    }
}

/// A text whose length is a byte, or which has its length elsewhere: flags, then characters.
pub(super) fn short_text(bytes: &[u8], length: usize) -> Option<(String, usize)> {
    let is_wide = bytes.first()? & 1 != 0;
    let used = 1 + if is_wide { length * 2 } else { length };
    let characters = bytes.get(1..used)?;
    let mut text = String::new();
    if is_wide {
        push_utf16(characters.as_chunks::<2>().0.iter().map(|unit| u16::from_le_bytes(*unit)), &mut text);
    } else {
        text.extend(characters.iter().map(|byte| char::from(*byte)));
    }
    Some((text, used))
}

fn push_utf16(units: impl IntoIterator<Item = u16>, out: &mut String) {
    out.extend(char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_may_change_its_width_in_a_continuation() {
        let first: &[u8] = &[3, 0, 0, b'a'];
        let second: &[u8] = &[1, 0x0D, 0x54, b'c', 0];
        let mut text = String::new();
        Parts::new(first, vec![second]).text(&mut text).unwrap();
        assert_eq!(text, "a名c");
        assert!(Parts::new(first, vec![]).text(&mut text).is_none());
    }
}
