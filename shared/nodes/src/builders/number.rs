//! Numbers as Modeler's models write them.

/// Some significant digits, as C's `%.6g` on Windows, whose exponents have three digits.
pub(crate) fn significant(value: f64, digits: usize) -> String {
    let after = digits.saturating_sub(1);
    let text = format!("{value:.after$e}");
    let Some((mantissa, exponent)) = text.split_once('e') else { return value.to_string() };
    let exponent: i32 = exponent.parse().unwrap_or_default();
    let trimmed = |text: &str| match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text.to_owned(),
    };
    if (-4..i32::try_from(digits).unwrap_or(i32::MAX)).contains(&exponent) {
        let decimals = i32::try_from(after).unwrap_or_default().saturating_sub(exponent);
        let decimals = usize::try_from(decimals).unwrap_or_default();
        return trimmed(&format!("{value:.decimals$}"));
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{}e{sign}{:03}", trimmed(mantissa), exponent.abs())
}

/// The shortest digits that read back as the same number, without a decimal point where it is whole.
pub(crate) fn plain(value: f64) -> String {
    format!("{value}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_c_writes_them() {
        let numbers =
            [0.0, 1.0, 0.0882353, 0.00768595, 1.5e-7, 1_234_567.0].map(|number| significant(number, 6));
        assert_eq!(numbers, ["0", "1", "0.0882353", "0.00768595", "1.5e-007", "1.23457e+006"]);
        assert_eq!(significant(-9.448_595_066_736_03, 15), "-9.44859506673603");
        assert_eq!(significant(2_001.753_029_013_57, 15), "2001.75302901357");
        assert_eq!(plain(10.0), "10");
    }
}
