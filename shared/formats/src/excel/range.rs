//! Places and ranges of cells.

use serde::{Deserialize, Serialize};

use super::{MAX_COLUMNS, MAX_ROWS};

/// A cell by row and column, both from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct CellPlace {
    /// The row, from 0.
    pub row: u32,
    /// The column, from 0.
    pub column: u32,
}

impl CellPlace {
    /// A place as `B7`, `$B$7` or `R7C2`. `None` where it is no cell.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let place = Self::parse_r1c1(text).or_else(|| Self::parse_a1(text))?;
        (place.row < MAX_ROWS && place.column < MAX_COLUMNS).then_some(place)
    }

    fn parse_a1(text: &str) -> Option<Self> {
        let text = text.strip_prefix('$').unwrap_or(text);
        let letters = text.find(|c: char| !c.is_ascii_alphabetic())?;
        let (letters, digits) = text.split_at_checked(letters)?;
        let digits = digits.strip_prefix('$').unwrap_or(digits);
        Some(Self { row: number(digits)?, column: column_of(letters)? })
    }

    fn parse_r1c1(text: &str) -> Option<Self> {
        let (row, column) = text.strip_prefix(['R', 'r'])?.split_once(['C', 'c'])?;
        Some(Self { row: number(row)?, column: number(column)? })
    }

    /// The place as `B7`.
    pub fn name(self) -> String {
        format!("{}{}", column_name(self.column), u64::from(self.row) + 1)
    }
}

/// A number from 1 as one from 0.
fn number(digits: &str) -> Option<u32> {
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    digits.parse::<u32>().ok()?.checked_sub(1)
}

/// The column of letters, from 0.
fn column_of(letters: &str) -> Option<u32> {
    if letters.is_empty() || letters.len() > 3 {
        return None;
    }
    let digit =
        |letter: u8| letter.is_ascii_alphabetic().then(|| u32::from(letter.to_ascii_uppercase() - b'A') + 1);
    let column = letters.bytes().try_fold(0, |column, letter| Some(column * 26 + digit(letter)?))?;
    Some(column - 1)
}

/// The letters of a column.
pub(super) fn column_name(column: u32) -> String {
    let mut letters = Vec::new();
    let mut rest = column + 1;
    while rest > 0 {
        letters.push(char::from(b'A' + ((rest - 1) % 26) as u8));
        rest = (rest - 1) / 26;
    }
    letters.iter().rev().collect()
}

/// Corners of a range, both inside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Area {
    pub(super) first: CellPlace,
    pub(super) last: CellPlace,
}

impl Area {
    /// A range between two corners.
    pub(super) fn between(one: CellPlace, two: CellPlace) -> Self {
        let first = CellPlace { row: one.row.min(two.row), column: one.column.min(two.column) };
        let last = CellPlace { row: one.row.max(two.row), column: one.column.max(two.column) };
        Self { first, last }
    }

    /// The sheet and the range of `Sheet1!$A$1:$D$5`, or of a single cell. `None` for formulas and for ranges of
    /// several areas.
    pub(super) fn parse_named(reference: &str) -> Option<(String, Self)> {
        let (sheet, range) = reference.trim().rsplit_once('!')?;
        let sheet = match sheet.strip_prefix('\'') {
            Some(quoted) => quoted.strip_suffix('\'')?.replace("''", "'"),
            // Other characters are in quotes: here they are those of a formula.
            None if sheet.contains([',', '!', ':', '(', ')', ' ']) => return None,
            None => sheet.to_owned(),
        };
        let (one, two) = range.split_once(':').unwrap_or((range, range));
        Some((sheet, Self::between(CellPlace::parse(one)?, CellPlace::parse(two)?)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_and_named_ranges_are_parsed() {
        let place = |row, column| CellPlace { row, column };
        for (text, expected) in [
            ("A1", Some(place(0, 0))),
            ("$ab$10", Some(place(9, 27))),
            ("R5C4", Some(place(4, 3))),
            ("XFD1048576", Some(place(1_048_575, 16_383))),
            ("XFE1", None),
            ("A0", None),
            ("1A", None),
            ("", None),
        ] {
            assert_eq!(CellPlace::parse(text), expected, "{text}");
        }
        assert_eq!(place(9, 27).name(), "AB10");
        let area = Area::between(place(0, 0), place(4, 3));
        assert_eq!(Area::parse_named("'It''s'!$A$1:$D$5"), Some(("It's".to_owned(), area)));
        assert_eq!(Area::parse_named("Sheet1!$A$1:$D$5,Sheet1!$F$1"), None);
    }
}
