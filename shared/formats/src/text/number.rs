//! Parses numbers, exact and correctly rounded.

use std::str;

use serde::{Deserialize, Serialize};

/// The decimal symbol of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Decimal {
    /// `1.5`
    Period,
    /// `1,5`
    Comma,
}

/// Format of numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct NumberStyle {
    /// The decimal symbol.
    pub decimal: Decimal,
    /// The symbol between groups of three digits (stream property `groupingSymbol`), if any.
    pub grouping: Option<char>,
}

impl NumberStyle {
    /// A period without groups, the format of most programs.
    pub const PLAIN: Self = Self { decimal: Decimal::Period, grouping: None };

    fn point(self) -> u8 {
        match self.decimal {
            Decimal::Period => b'.',
            Decimal::Comma => b',',
        }
    }
}

/// The longest number with a comma or groups; doubles need no more digits than half of it.
const LONGEST: usize = 64;

/// Digits that always fit in 64 bits.
const SAFE_DIGITS: usize = 18;

/// Longest number whose digits are usually an exact double. Longer ones go directly to the standard library.
const SHORT_REAL: usize = 17;

/// Integers up to this one are exact doubles.
const LARGEST_EXACT: u64 = 1 << 53;

/// Powers of ten that are exact doubles.
const POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
    1e19, 1e20, 1e21, 1e22,
];

/// The integer of a number in a field of integers. A fraction is dropped: where a real stream reads ages such as
/// `28.5` and `0.42` so, mean and deviation that Modeler stored are those of 28 and 0.
#[inline]
pub(super) fn integer(text: &[u8], style: NumberStyle) -> Option<i64> {
    short_integer(text).or_else(|| long_integer(text, style))
}

/// Whether the text has only digits, signs and grouping symbols, the test for integers in storage inference.
pub(super) fn looks_whole(text: &[u8], style: NumberStyle) -> bool {
    let mut bytes = [0; 4];
    let symbol = style.grouping.map(|symbol| &*symbol.encode_utf8(&mut bytes)).unwrap_or_default().as_bytes();
    text.iter().all(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'+') || symbol.contains(byte))
}

#[inline]
fn short_integer(text: &[u8]) -> Option<i64> {
    let (is_negative, digits) = signed(text);
    if digits.is_empty() || digits.len() > SAFE_DIGITS {
        return None;
    }
    let mut value: i64 = 0;
    for byte in digits {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        value = value * 10 + i64::from(digit);
    }
    Some(if is_negative { -value } else { value })
}

#[cold]
fn long_integer(text: &[u8], style: NumberStyle) -> Option<i64> {
    if let Some(value) = str::from_utf8(text).ok().and_then(|text| text.parse().ok()) {
        return Some(value);
    }
    if let Some((length, plain)) = without_groups(text, style) {
        return integer(plain.get(..length)?, NumberStyle { grouping: None, ..style });
    }
    let value = real(text, style)?;
    (value.abs() <= LARGEST_EXACT as f64).then_some(value as i64)
}

/// A finite number; words such as `inf` and `nan` are invalid.
#[inline]
pub(super) fn real(text: &[u8], style: NumberStyle) -> Option<f64> {
    short_real(text, style.point()).or_else(|| long_real(text, style))
}

/// A number whose digits and power of ten are both exact doubles: a single division rounds correctly (W. D.
/// Clinger, "How to Read Floating Point Numbers Accurately", 1990).
#[inline]
fn short_real(text: &[u8], point: u8) -> Option<f64> {
    let (is_negative, digits) = signed(text);
    if digits.len() > SHORT_REAL {
        return None;
    }
    let mut mantissa: u64 = 0;
    let mut fraction = None;
    let mut count = 0;
    for (at, byte) in digits.iter().enumerate() {
        let digit = byte.wrapping_sub(b'0');
        if digit <= 9 {
            mantissa = mantissa * 10 + u64::from(digit);
            count += 1;
        } else if *byte == point && fraction.is_none() {
            fraction = Some(at);
        } else {
            return None;
        }
    }
    if count == 0 || mantissa > LARGEST_EXACT {
        return None;
    }
    let places = fraction.map_or(0, |at| digits.len() - at - 1);
    let value = mantissa as f64 / POWERS.get(places)?;
    Some(if is_negative { -value } else { value })
}

#[cold]
fn long_real(text: &[u8], style: NumberStyle) -> Option<f64> {
    if let Some((length, plain)) = without_groups(text, style) {
        return real(plain.get(..length)?, NumberStyle { grouping: None, ..style });
    }
    let first = text.iter().find(|byte| !matches!(byte, b'+' | b'-'))?;
    if !(first.is_ascii_digit() || matches!(first, b'.' | b',')) {
        return None;
    }
    let value: f64 = match style.decimal {
        Decimal::Period => str::from_utf8(text).ok()?.parse().ok()?,
        Decimal::Comma => {
            let mut buffer = [0; LONGEST];
            let digits = buffer.get_mut(..text.len())?;
            for (to, from) in digits.iter_mut().zip(text) {
                *to = match from {
                    b',' => b'.',
                    b'.' => return None,
                    other => *other,
                };
            }
            str::from_utf8(digits).ok()?.parse().ok()?
        }
    };
    value.is_finite().then_some(value)
}

#[inline]
fn signed(text: &[u8]) -> (bool, &[u8]) {
    match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    }
}

/// The number without its grouping symbols, if it has some and all separate groups of three.
fn without_groups(text: &[u8], style: NumberStyle) -> Option<(usize, [u8; LONGEST])> {
    let mut bytes = [0; 4];
    let symbol = style.grouping?.encode_utf8(&mut bytes).as_bytes();
    let point = style.point();
    let end =
        text.iter().position(|byte| *byte == point || matches!(byte, b'e' | b'E')).unwrap_or(text.len());
    let (whole, rest) = text.split_at_checked(end)?;
    let (is_negative, mut digits) = signed(whole);
    let mut plain = Vec::with_capacity(LONGEST);
    plain.extend(is_negative.then_some(b'-'));
    let mut groups = 0;
    loop {
        let length = digits.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (group, behind) = digits.split_at_checked(length)?;
        if !(if groups == 0 { 1..=3 } else { 3..=3 }).contains(&length) {
            return None;
        }
        plain.extend_from_slice(group);
        groups += 1;
        if behind.is_empty() {
            break;
        }
        digits = behind.strip_prefix(symbol)?;
    }
    plain.extend_from_slice(rest);
    let mut buffer = [0; LONGEST];
    buffer.get_mut(..plain.len())?.copy_from_slice(&plain);
    (groups > 1).then_some((plain.len(), buffer))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const COMMA: NumberStyle = NumberStyle { decimal: Decimal::Comma, grouping: Some('.') };

    /// Evidence: the rules of the stream's decimal and grouping symbols.
    #[test]
    fn groups_of_three_are_read_where_there_is_a_symbol() {
        let comma = NumberStyle { grouping: Some(','), ..NumberStyle::PLAIN };
        assert_eq!(integer(b"-1,234,567", comma), Some(-1_234_567));
        assert_eq!(real(b"1,234.5", comma), Some(1234.5));
        assert_eq!(real(b"1.234,5", COMMA), Some(1234.5));
        assert_eq!(
            integer("1\u{a0}000".as_bytes(), NumberStyle { grouping: Some('\u{a0}'), ..comma }),
            Some(1000)
        );
        for wrong in ["12,34", "1234,567", ",123", "1,234.567,8", "1,,234"] {
            assert_eq!(real(wrong.as_bytes(), comma), None, "{wrong}");
        }
        assert_eq!(real(b"1,234", NumberStyle::PLAIN), None);
    }

    #[test]
    fn whole_numbers_keep_all_their_digits() {
        for (text, value) in [
            ("9223372036854775807", Some(i64::MAX)),
            ("-9223372036854775808", Some(i64::MIN)),
            ("9223372036854775808", None),
            ("23.0", Some(23)),
            ("2.5", Some(2)),
            ("-2.5", Some(-2)),
            ("0.42", Some(0)),
            ("1e3", Some(1000)),
            ("-", None),
            ("", None),
            ("--5", None),
            ("+5", Some(5)),
        ] {
            assert_eq!(integer(text.as_bytes(), NumberStyle::PLAIN), value, "{text}");
        }
    }

    proptest! {
        /// Evidence: the standard library rounds correctly.
        #[test]
        fn reals_equal_those_of_the_standard_library(text in "[+-]{0,2}[0-9]{0,20}[.]?[0-9]{0,22}(e[+-]?[0-9]{1,3})?") {
            let expected = text.parse::<f64>().ok().filter(|value| value.is_finite());
            prop_assert_eq!(real(text.as_bytes(), NumberStyle::PLAIN).map(f64::to_bits), expected.map(f64::to_bits));
            let comma = text.replace('.', ",");
            let style = NumberStyle { grouping: None, ..COMMA };
            if text.len() <= LONGEST {
                prop_assert_eq!(real(comma.as_bytes(), style).map(f64::to_bits), expected.map(f64::to_bits));
            }
        }

        #[test]
        fn integers_equal_those_of_the_standard_library(value in any::<i64>()) {
            prop_assert_eq!(integer(value.to_string().as_bytes(), NumberStyle::PLAIN), Some(value));
        }
    }
}
