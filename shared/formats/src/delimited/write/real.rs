//! Formats real numbers as text.

use std::io::Write as _;

use crate::text::Decimal;

/// The shortest digits that round-trip as a double, so that published digits are reproduced, or a fixed
/// number of decimals. The text equals that of Rust's `{:?}` and `{:.n}`.
pub(super) fn real(value: f64, decimal: Decimal, decimals: Option<u8>, out: &mut Vec<u8>) {
    let start = out.len();
    match decimals {
        None => shortest(value, out),
        // Writing to memory does not fail.
        Some(decimals) => drop(write!(out, "{value:.*}", usize::from(decimals))),
    }
    if decimal == Decimal::Comma
        && let Some(point) = out.iter_mut().skip(start).find(|byte| **byte == b'.')
    {
        *point = b',';
    }
}

fn shortest(value: f64, out: &mut Vec<u8>) {
    let size = value.abs();
    // Both write the shortest digits that round-trip. They differ only here: ryu writes numbers such as
    // 0.00001 without an exponent.
    if !value.is_finite() || (size > 0.0 && size < 1e-4) {
        drop(write!(out, "{value:?}"));
    } else if size < WHOLE && value.fract() == 0.0 && (value != 0.0 || value.is_sign_positive()) {
        out.extend_from_slice(itoa::Buffer::new().format(value as i64).as_bytes());
        out.extend_from_slice(b".0");
    } else {
        let mut buffer = ryu::Buffer::new();
        let text = buffer.format_finite(value);
        if text.len() >= LONG && (value * FRACTION_STEPS).fract() == 0.0 {
            // The number may be exactly between two numbers with these digits: ryu then chooses the even one,
            // `{:?}` the larger.
            drop(write!(out, "{value:?}"));
        } else {
            out.extend_from_slice(text.as_bytes());
        }
    }
}

/// Texts with a point and at least 16 digits have at least this length. Numbers with fewer digits are so far
/// apart that no double is in the middle of two that both round-trip.
const LONG: usize = 17;

/// A double in the middle of two 17-digit numbers has 18 digits, so that at most 17 bits are behind the
/// point.
const FRACTION_STEPS: f64 = 131_072.0;

/// Whole numbers below this are written with all their digits: they are exact.
const WHOLE: f64 = 9_007_199_254_740_992.0;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shortest_text(value: f64) -> String {
        let mut out = Vec::new();
        real(value, Decimal::Period, None, &mut out);
        String::from_utf8(out).unwrap()
    }

    /// Evidence: Rust's `{:?}`, with which earlier results were written.
    #[test]
    fn digits_are_those_of_debug_at_every_size() {
        for exponent in -330..310 {
            for digits in ["1", "9", "1.5", "9.999999999999999", "1.234567890123", "4.9"] {
                let value: f64 = format!("{digits}e{exponent}").parse().unwrap();
                assert_eq!(shortest_text(value), format!("{value:?}"));
                assert_eq!(shortest_text(-value), format!("{:?}", -value));
            }
        }
        for value in [
            0.0,
            -0.0,
            f64::MAX,
            f64::MIN_POSITIVE,
            5e-324,
            f64::NAN,
            f64::INFINITY,
            WHOLE,
            1e16,
            1_661_472_650_699_185.0 / 8.0,
        ] {
            assert_eq!(shortest_text(value), format!("{value:?}"));
        }
    }

    #[test]
    fn fixed_decimals_are_those_of_the_standard_library() {
        for (value, decimals, text) in
            [(2.5, 0, "2"), (1.005, 2, "1,00"), (-0.125, 3, "-0,125"), (1e21, 1, "1000000000000000000000,0")]
        {
            let mut out = Vec::new();
            real(value, Decimal::Comma, Some(decimals), &mut out);
            assert_eq!(String::from_utf8(out).unwrap(), text);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(5_000))]

        #[test]
        fn digits_are_those_of_debug_for_any_bits(bits in any::<u64>()) {
            let value = f64::from_bits(bits);
            prop_assert_eq!(shortest_text(value), format!("{value:?}"));
        }

        #[test]
        fn digits_are_those_of_debug_between_two_numbers(bits in any::<u64>(), places in 0..20) {
            let value = (bits >> 11) as f64 / f64::from(1 << places);
            prop_assert_eq!(shortest_text(value), format!("{value:?}"));
        }

        #[test]
        fn digits_are_those_of_debug_for_decimals(number in any::<i32>(), places in 0..12_i32) {
            let value = f64::from(number) / 10_f64.powi(places);
            prop_assert_eq!(shortest_text(value), format!("{value:?}"));
        }
    }
}
