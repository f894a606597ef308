//! Blanks around text.

use std::str;

/// The spaces around text that are dropped ("Strip lead and trail spaces").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trim {
    /// None.
    None,
    /// Leading ones.
    Left,
    /// Trailing ones.
    Right,
    /// All.
    Both,
}

impl Trim {
    /// The text without the dropped spaces, which include the ideographic space (U+3000).
    pub fn apply(self, mut text: &[u8]) -> &[u8] {
        if matches!(self, Self::Left | Self::Both) {
            while let Some(rest) = SPACES.iter().find_map(|space| text.strip_prefix(*space)) {
                text = rest;
            }
        }
        if matches!(self, Self::Right | Self::Both) {
            while let Some(rest) = SPACES.iter().find_map(|space| text.strip_suffix(*space)) {
                text = rest;
            }
        }
        text
    }
}

const SPACES: [&[u8]; 2] = [b" ", "\u{3000}".as_bytes()];

/// The text without white space of any kind on either side, because it has no meaning around a number or a
/// date.
#[inline]
pub(super) fn trimmed(text: &[u8]) -> &[u8] {
    let is_solid = |byte: &u8| byte.is_ascii_graphic();
    match (text.first(), text.last()) {
        (Some(first), Some(last)) if is_solid(first) && is_solid(last) => text,
        (None, _) => text,
        _ => str::from_utf8(text).map_or(text, |text| text.trim().as_bytes()),
    }
}
