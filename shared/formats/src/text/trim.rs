//! Blanks around text.

use std::str;

/// Which spaces around text are dropped ("Strip lead and trail spaces").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trim {
    /// None.
    None,
    /// Those before it.
    Left,
    /// Those behind it.
    Right,
    /// All.
    Both,
}

impl Trim {
    /// The text without the spaces that are dropped.
    pub fn apply(self, text: &[u8]) -> &[u8] {
        let text = match self {
            Self::Left | Self::Both => {
                let spaces = text.iter().take_while(|byte| **byte == b' ').count();
                text.get(spaces..).unwrap_or_default()
            }
            Self::None | Self::Right => text,
        };
        match self {
            Self::Right | Self::Both => without_trailing_spaces(text),
            Self::None | Self::Left => text,
        }
    }
}

fn without_trailing_spaces(text: &[u8]) -> &[u8] {
    let spaces = text.iter().rev().take_while(|byte| **byte == b' ').count();
    text.get(..text.len() - spaces).unwrap_or_default()
}

/// Without white space of any kind on either side: around a number or a date none counts.
#[inline]
pub(super) fn trimmed(text: &[u8]) -> &[u8] {
    let is_solid = |byte: &u8| byte.is_ascii_graphic();
    match (text.first(), text.last()) {
        (Some(first), Some(last)) if is_solid(first) && is_solid(last) => text,
        (None, _) => text,
        _ => str::from_utf8(text).map_or(text, |text| text.trim().as_bytes()),
    }
}
