//! Intervals that hold the true figure in 95 of 100 samples.

/// The 97.5 % point of the normal distribution.
pub(super) const Z: f64 = 1.959_963_984_540_054;

/// A figure with its interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Estimate {
    pub(super) value: f64,
    pub(super) low: f64,
    pub(super) high: f64,
}

/// A share of records. E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference", JASA 22
/// (1927).
pub(super) fn share(part: u64, all: u64) -> Option<Estimate> {
    if all == 0 {
        return None;
    }
    let (n, value) = (all as f64, part as f64 / all as f64);
    let square = Z * Z;
    let middle = (value + square / (2.0 * n)) / (1.0 + square / n);
    let reach = Z / (1.0 + square / n) * (value * (1.0 - value) / n + square / (4.0 * n * n)).sqrt();
    Some(Estimate { value, low: (middle - reach).max(0.0), high: (middle + reach).min(1.0) })
}

/// The area under an ROC curve of some hits and others. J. A. Hanley, B. J. McNeil, "The Meaning and Use of the Area
/// under a Receiver Operating Characteristic (ROC) Curve", Radiology 143 (1982).
pub(super) fn area(value: f64, hits: f64, others: f64) -> Option<Estimate> {
    if hits <= 0.0 || others <= 0.0 {
        return None;
    }
    let (one, two) = (value / (2.0 - value), 2.0 * value * value / (1.0 + value));
    let square = value * value;
    let variance = value * (1.0 - value) + (hits - 1.0) * (one - square) + (others - 1.0) * (two - square);
    let reach = Z * (variance / (hits * others)).max(0.0).sqrt();
    Some(Estimate { value, low: (value - reach).max(0.0), high: (value + reach).min(1.0) })
}

/// A mean with a standard error.
pub(super) fn mean(value: f64, error: Option<f64>) -> Estimate {
    let reach = Z * error.unwrap_or(f64::NAN);
    Estimate { value, low: value - reach, high: value + reach }
}

/// A correlation of pairs of numbers. R. A. Fisher, "On the Probable Error of a Coefficient of Correlation Deduced from
/// a Small Sample", Metron 1 (1921).
pub(super) fn correlation(value: f64, pairs: u64) -> Estimate {
    let reach = if pairs > 3 { Z / (pairs as f64 - 3.0).sqrt() } else { f64::NAN };
    let z = value.atanh();
    // A perfect correlation has no interval.
    let end = |z: f64| if z.is_finite() { z.tanh() } else { value };
    Estimate { value, low: end(z - reach), high: end(z + reach) }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // in tests a panic is the answer

    use super::*;

    /// Evidence: `proportion_confint(8, 10, method="wilson")` of statsmodels.
    #[test]
    fn a_share_has_the_interval_of_wilson() {
        let found = share(8, 10).unwrap();
        assert!(
            (found.low - 0.490_162_471_536_641_83).abs() < 1e-12
                && (found.high - 0.943_317_848_545_624_7).abs() < 1e-12,
            "{found:?}"
        );
        assert_eq!(share(0, 0), None);
    }

    /// By hand, for the example of Hanley and McNeil: 0.893 from 51 and 58 cases. They count Q1 and Q2 in their data, and
    /// have 0.032; the formulas give 0.0325.
    #[test]
    fn an_area_has_the_standard_error_of_the_formulas() {
        let found = area(0.893, 51.0, 58.0).unwrap();
        assert!(((found.value - found.low) / Z - 0.032_511).abs() < 1e-6, "{found:?}");
    }

    #[test]
    fn a_perfect_correlation_has_no_reach() {
        assert_eq!(correlation(1.0, 10), Estimate { value: 1.0, low: 1.0, high: 1.0 });
    }
}
