//! Blanks: values of a field that mean missing.

use std::cmp::Ordering;

use crate::scalar::Scalar;

/// The definition of blanks in a field. IBM, "Specifying missing values".
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Blanks {
    /// Null is blank.
    pub null: bool,
    /// Text of only white space is blank, and so is the empty text.
    pub white_space: bool,
    /// Single blank values.
    pub values: Vec<Scalar>,
    /// A range of blank values.
    pub range: Option<BlankRange>,
}

/// A range of blank values; an open end is `None`.
#[derive(Debug, Clone, PartialEq)]
pub struct BlankRange {
    /// The lowest blank value.
    pub low: Option<Scalar>,
    /// The highest blank value.
    pub high: Option<Scalar>,
}

impl Blanks {
    /// Whether a value is blank.
    pub fn contain(&self, value: &Scalar) -> bool {
        match value {
            Scalar::Null => self.null,
            Scalar::String(text) if self.white_space && text.trim().is_empty() => true,
            value => {
                self.values.iter().any(|blank| blank.order(value) == Ordering::Equal)
                    || self.range.as_ref().is_some_and(|range| range.contains(value))
            }
        }
    }
}

impl BlankRange {
    /// Whether a value is in the range, ends included.
    pub fn contains(&self, value: &Scalar) -> bool {
        let above = self.low.as_ref().is_none_or(|low| low.order(value) != Ordering::Greater);
        let below = self.high.as_ref().is_none_or(|high| high.order(value) != Ordering::Less);
        above && below
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_values_and_ranges_are_blank_where_declared() {
        let range = BlankRange { low: Some(Scalar::Integer(90)), high: None };
        let blanks = Blanks {
            white_space: true,
            values: vec![Scalar::Integer(-1)],
            range: Some(range),
            ..Blanks::default()
        };
        for (value, is_blank) in [
            (Scalar::text(" \t"), true),
            (Scalar::text("x"), false),
            (Scalar::Integer(-1), true),
            (Scalar::Real(90.5), true),
            (Scalar::Integer(89), false),
            (Scalar::Null, false),
        ] {
            assert_eq!(blanks.contain(&value), is_blank, "{value:?}");
        }
    }
}
