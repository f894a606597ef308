//! Whole numbers in queries.

/// Largest number that is accepted: 2^53. Larger floating-point numbers are not exact.
const MAX: f64 = 9_007_199_254_740_992.0;

/// Parses a whole number in the notations of callers: R, Lua and pandas write `50.0`, others `5e1`. `None`
/// for other texts.
#[must_use]
pub fn whole(text: &str) -> Option<u64> {
    if let Ok(number) = text.parse() {
        return Some(number);
    }
    // Excludes `inf`, `nan` and signs.
    if !text.starts_with(|first: char| first.is_ascii_digit()) {
        return None;
    }
    let number: f64 = text.parse().ok()?;
    // Within these bounds the cast is exact.
    (number.fract() == 0.0 && (0.0..=MAX).contains(&number)).then_some(number as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_are_read_in_every_spelling() {
        for text in ["50", "50.0", "5e1", "5E+1", "0050"] {
            assert_eq!(whole(text), Some(50), "{text}");
        }
        for text in ["", "50.5", "-50", "+-1", "inf", "nan", "1e300", "0x10", "5 0", "fifty"] {
            assert_eq!(whole(text), None, "{text}");
        }
    }
}
