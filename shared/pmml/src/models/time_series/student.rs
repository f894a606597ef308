//! Student's t distribution.

/// How many standard errors lie between an expected value and the limits that hold a share `confidence` of all
/// values, for a variance of so many degrees of freedom.
pub(crate) fn distance(confidence: f64, degrees_of_freedom: f64) -> Option<f64> {
    if !(confidence > 0.0 && confidence < 1.0 && degrees_of_freedom > 0.0 && degrees_of_freedom.is_finite()) {
        return None;
    }
    let outside = 1.0 - confidence;
    let (mut low, mut high) = (0.0, 1.0);
    while tails(high, degrees_of_freedom) > outside {
        if high > 1e12 {
            return None;
        }
        (low, high) = (high, high * 2.0);
    }
    // Halves the interval down to neighbouring numbers.
    for _ in 0..100 {
        let middle = low + (high - low) / 2.0;
        match tails(middle, degrees_of_freedom) > outside {
            true => low = middle,
            false => high = middle,
        }
    }
    Some(low + (high - low) / 2.0)
}

/// The probability of values beyond ±t: the incomplete beta function of ν/(ν + t²), ν/2 and ½.
fn tails(t: f64, freedom: f64) -> f64 {
    let (a, b) = (freedom / 2.0, 0.5);
    let x = freedom / (freedom + t * t);
    if x >= 1.0 {
        return 1.0;
    }
    let front = |a: f64, b: f64, x: f64| {
        let scale = ln_gamma(a + b) - ln_gamma(a) - ln_gamma(b);
        (scale + a * x.ln() + b * (1.0 - x).ln()).exp() / a
    };
    match x < (a + 1.0) / (a + b + 2.0) {
        true => front(a, b, x) * fraction(a, b, x),
        false => 1.0 - front(b, a, 1.0 - x) * fraction(b, a, 1.0 - x),
    }
}

/// The continued fraction of the incomplete beta function (DLMF 8.17.22), by Lentz's method.
fn fraction(a: f64, b: f64, x: f64) -> f64 {
    let guarded = |value: f64| if value.abs() < 1e-300 { 1e-300 } else { value };
    let (mut c, mut d) = (1.0, 1.0 / guarded(1.0 - (a + b) * x / (a + 1.0)));
    let mut result = d;
    for step in 1..10_000 {
        let m = f64::from(step);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        let before = result;
        for term in [even, odd] {
            d = 1.0 / guarded(1.0 + term * d);
            c = guarded(1.0 + term / c);
            result *= c * d;
        }
        if (result - before).abs() <= 1e-16 * result.abs() {
            break;
        }
    }
    result
}

/// The logarithm of Γ by Stirling's series (DLMF 5.11.1), for values moved up to 15 or more.
fn ln_gamma(x: f64) -> f64 {
    let (mut x, mut moved) = (x, 0.0);
    while x < 15.0 {
        moved += x.ln();
        x += 1.0;
    }
    let square = x * x;
    let series = 1.0 / 12.0 - (1.0 / 360.0 - (1.0 / 1260.0 - 1.0 / (1680.0 * square)) / square) / square;
    (x - 0.5) * x.ln() - x + (2.0 * std::f64::consts::PI).ln() / 2.0 + series / x - moved
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Documented values: tables of Student's distribution (Abramowitz and Stegun, 26.10), and the closed forms of
    /// one and two degrees of freedom.
    #[test]
    fn distances_are_those_of_the_tables() {
        let two = |confidence: f64| confidence * (2.0 / (1.0 - confidence * confidence)).sqrt();
        for (confidence, freedom, wanted, error) in [
            (0.95, 1.0, (0.475 * std::f64::consts::PI).tan(), 1e-11),
            (0.95, 2.0, two(0.95), 1e-12),
            (0.99, 10.0, 3.169, 5e-4),
            (0.95, 120.0, 1.980, 5e-4),
            (0.9, 30.0, 1.697, 5e-4),
        ] {
            let found = distance(confidence, freedom).unwrap();
            assert!((found - wanted).abs() < error, "{confidence} {freedom}: {found} instead of {wanted}");
        }
        assert_eq!(distance(1.0, 5.0), None);
        assert_eq!(distance(0.95, f64::NAN), None);
    }
}
