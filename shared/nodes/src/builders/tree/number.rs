//! Numbers as IBM's documents have them.

/// Fifteen significant digits, as C's `%.15g`.
pub(super) fn fifteen(value: f64) -> String {
    const DIGITS: i32 = 15;
    let scientific = format!("{value:.14e}");
    let Some((digits, exponent)) = scientific.split_once('e') else { return value.to_string() };
    let exponent: i32 = exponent.parse().unwrap_or_default();
    let trimmed = |text: &str| match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text.to_owned(),
    };
    if (-4..DIGITS).contains(&exponent) {
        let decimals = usize::try_from(DIGITS - 1 - exponent).unwrap_or_default();
        return trimmed(&format!("{value:.decimals$}"));
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{}e{sign}{:02}", trimmed(digits), exponent.abs())
}

/// The fewest digits that read back as the same number; whole numbers have no decimal point.
pub(super) fn shortest(value: f64) -> String {
    let text = format!("{value:?}");
    text.strip_suffix(".0").map_or_else(|| text.clone(), str::to_owned)
}

/// The fewest digits, with a decimal point in any case.
pub(super) fn decimal(value: f64) -> String {
    format!("{value:?}")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers in models that Modeler stored.
    #[test]
    fn numbers_have_the_digits_of_stored_models() {
        let numbers = [0.1 + 0.2, 5.0 / 7.0, 2.5, 0.0, 7.000_893_795_946_23e-33, 28_382.0, 1.0 / 3e4];
        let texts = numbers.map(fifteen);
        let expected =
            ["0.3", "0.714285714285714", "2.5", "0", "7.00089379594623e-33", "28382", "3.33333333333333e-05"];
        assert_eq!(texts, expected);
        assert_eq!([28_382.0, 0.1].map(shortest), ["28382", "0.1"]);
        assert_eq!(decimal(79.0), "79.0");
    }
}
