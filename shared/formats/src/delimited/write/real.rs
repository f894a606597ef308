//! Real numbers as text.

use std::io::Write as _;

use crate::text::Decimal;

/// The shortest digits that read back as the same double, so that published digits come out as published;
/// or a fixed number of decimals. The text is that of Rust's `{:?}` and `{:.n}`.
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
    // Both write the shortest digits that read back. They differ only here: ryu writes 0.00001 and its like
    // without an exponent.
    if !value.is_finite() || (size > 0.0 && size < 1e-4) {
        drop(write!(out, "{value:?}"));
    } else if size < WHOLE && value.fract() == 0.0 && (value != 0.0 || value.is_sign_positive()) {
        out.extend_from_slice(itoa::Buffer::new().format(value as i64).as_bytes());
        out.extend_from_slice(b".0");
    } else {
        let mut buffer = ryu::Buffer::new();
        let text = buffer.format_finite(value);
        if text.len() >= LONG && (value * FRACTION_STEPS).fract() == 0.0 {
            // It may lie just between two numbers of these digits: ryu then takes the even one, `{:?}` the larger.
            drop(write!(out, "{value:?}"));
        } else {
            out.extend_from_slice(text.as_bytes());
        }
    }
}

/// Texts with 16 digits or more, and a point, have this length at least; numbers of fewer digits lie so far
/// apart that a double is never in the middle of two that both read back as it.
const LONG: usize = 17;

/// A double in the middle of two numbers of 17 digits has 18 of them, hence no more than 17 bits behind the point.
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

    /// Proof: Rust's `{:?}`, which the results so far were written with.
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
