//! Distribution functions of test statistics.
//!
//! Sources: Abramowitz and Stegun, 6.5 and 26.5; the densities in front of the series and fractions as in C. Loader,
//! "Fast and Accurate Computation of Binomial Probabilities", 2000, which keeps all digits for many degrees of
//! freedom.

use std::f64::consts::PI;

/// Iterations after which a series or a fraction ends; many degrees of freedom need about their square root.
const MAX_ITERATIONS: usize = 100_000;
const TINY: f64 = 1e-300;

/// The probability of a larger value of χ², computed as one minus that of a smaller one: Modeler's Feature Selection
/// stores an exact 0 below about 1e-16.
pub(crate) fn chi_square_beyond(x: f64, df: f64) -> f64 {
    1.0 - chi_square_below(x, df)
}

/// The probability of a larger value of F, computed as one minus that of a smaller one.
pub(crate) fn f_beyond(x: f64, df1: f64, df2: f64) -> f64 {
    1.0 - f_below(x, df1, df2)
}

/// The probability of a smaller value of χ².
fn chi_square_below(x: f64, df: f64) -> f64 {
    let (a, x) = (df / 2.0, x / 2.0);
    if x.is_nan() || x <= 0.0 {
        return 0.0;
    }
    if x == f64::INFINITY {
        return 1.0;
    }
    let density = gamma_density(a, x);
    if x < a + 1.0 { density * gamma_series(a, x) } else { 1.0 - density * gamma_fraction(a, x) }
}

/// The probability of a smaller value of F.
fn f_below(x: f64, df1: f64, df2: f64) -> f64 {
    if x.is_nan() || x <= 0.0 {
        return 0.0;
    }
    if x == f64::INFINITY {
        return 1.0;
    }
    let total = df1 * x + df2;
    let (a, b) = (df1 / 2.0, df2 / 2.0);
    let (below, beyond) = (df1 * x / total, df2 / total);
    let density = beta_density(a, b, below, beyond);
    match below > (a + 1.0) / (a + b + 2.0) {
        true => 1.0 - density / b * beta_fraction(b, a, beyond, below),
        false => density / a * beta_fraction(a, b, below, beyond),
    }
}

/// x^a e^(−x) / Γ(a).
fn gamma_density(a: f64, x: f64) -> f64 {
    let u = (x - a) / a;
    (a / (2.0 * PI)).sqrt() * (a * (u.ln_1p() - u) - stirling(a)).exp()
}

fn gamma_series(a: f64, x: f64) -> f64 {
    let (mut term, mut sum, mut n) = (1.0 / a, 1.0 / a, a);
    for _ in 0..MAX_ITERATIONS {
        n += 1.0;
        term *= x / n;
        sum += term;
        if term < sum * 1e-17 {
            break;
        }
    }
    sum
}

fn gamma_fraction(a: f64, x: f64) -> f64 {
    let mut b = x + 1.0 - a;
    let mut c = 1.0 / TINY;
    let mut d = 1.0 / guard(b);
    let mut fraction = d;
    for i in 1..MAX_ITERATIONS {
        let n = -(i as f64) * (i as f64 - a);
        b += 2.0;
        d = 1.0 / guard(n * d + b);
        c = guard(b + n / c);
        fraction *= d * c;
        if (d * c - 1.0).abs() < 1e-16 {
            break;
        }
    }
    fraction
}

/// x^a y^b / B(a, b), where x + y = 1.
fn beta_density(a: f64, b: f64, x: f64, y: f64) -> f64 {
    let n = a + b;
    let (p, q) = (a / n, b / n);
    // x − p, from the smaller of both numbers, which has more digits after the point.
    let apart = if x < y { x - p } else { q - y };
    let powers = a * (apart / p).ln_1p() + b * (-apart / q).ln_1p();
    let correction = stirling(n) - stirling(a) - stirling(b);
    (a * b / (2.0 * PI * n)).sqrt() * (powers + correction).exp()
}

/// The fraction of the incomplete beta function, where x + y = 1.
fn beta_fraction(a: f64, b: f64, x: f64, y: f64) -> f64 {
    let mut c = 1.0;
    // 1 − (a + b) x / (a + 1), from the smaller of x and y: nothing of it cancels.
    let first = if x < y { a + 1.0 - (a + b) * x } else { 1.0 - b + (a + b) * y };
    let mut d = 1.0 / guard(first / (a + 1.0));
    let mut fraction = d;
    for i in 1..MAX_ITERATIONS {
        let m = i as f64;
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        d = 1.0 / guard(1.0 + even * d);
        c = guard(1.0 + even / c);
        fraction *= d * c;
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        d = 1.0 / guard(1.0 + odd * d);
        c = guard(1.0 + odd / c);
        fraction *= d * c;
        if (d * c - 1.0).abs() < 1e-16 {
            break;
        }
    }
    fraction
}

fn guard(x: f64) -> f64 {
    if x.abs() < TINY { TINY } else { x }
}

/// ln Γ(a) − (a − ½) ln a + a − ½ ln 2π: the remainder of Stirling's formula. Small arguments are raised by the
/// recurrence of Γ until the series has all digits.
fn stirling(a: f64) -> f64 {
    let (mut a, mut raised) = (a, 0.0);
    while a < 16.0 {
        raised += (a + 0.5) * (1.0 / a).ln_1p() - 1.0;
        a += 1.0;
    }
    let inverse = 1.0 / (a * a);
    let series = 1.0 / 12.0
        - inverse
            * (1.0 / 360.0
                - inverse * (1.0 / 1_260.0 - inverse * (1.0 / 1_680.0 - inverse * (1.0 / 1_188.0))));
    raised + series / a
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(found: f64, expected: f64) {
        assert!((found - expected).abs() <= 1e-13, "{found} {expected}");
    }

    /// Closed forms: χ² with 2 and 4 degrees, F with 2 and n.
    #[test]
    fn distributions_agree_with_their_closed_forms() {
        for x in [0.01_f64, 0.5, 1.0, 2.5, 7.0, 30.0] {
            near(chi_square_beyond(x, 2.0), (-x / 2.0).exp());
            near(chi_square_beyond(x, 4.0), (-x / 2.0).exp() * (1.0 + x / 2.0));
            for n in [1.0, 2.0, 37.0, 830.0, 19_155.0] {
                near(f_beyond(x, 2.0, n), (-n / 2.0 * (2.0 * x / n).ln_1p()).exp());
            }
        }
        near(chi_square_beyond(1e9, 1.0), 0.0);
        near(f_beyond(f64::INFINITY, 1.0, 5.0), 0.0);
        near(chi_square_beyond(0.0, 3.0), 1.0);
    }

    /// The 5 % points of tables (Abramowitz and Stegun, tables 26.8 and 26.9).
    #[test]
    fn five_percent_points_are_those_of_tables() {
        for (x, df) in [(3.841_46, 1.0), (18.307_0, 10.0), (124.342, 100.0)] {
            assert!((chi_square_beyond(x, df) - 0.05).abs() < 1e-6);
        }
        for (x, df1, df2) in [(161.45, 1.0, 1.0), (4.965, 1.0, 10.0), (3.326, 5.0, 10.0)] {
            assert!((f_beyond(x, df1, df2) - 0.05).abs() < 1e-4);
        }
    }
}
