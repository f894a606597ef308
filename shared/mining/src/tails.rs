//! Tail probabilities of the distributions of test statistics, exact where they are tiny.
//!
//! Sources: M. Abramowitz and I. Stegun, "Handbook of Mathematical Functions", 6.1, 6.5 and 26.5; continued fractions by
//! Lentz's method.

/// Iterations after which a series or a continued fraction fails; large degrees of freedom need about √df.
const MAX_ITERATIONS: usize = 100_000;
const TINY: f64 = 1e-300;

/// The probability of an F value above this one; not a number where it cannot be computed.
pub fn f_tail(value: f64, df1: f64, df2: f64) -> f64 {
    if !(df1 > 0.0 && df2 > 0.0) || value.is_nan() {
        return f64::NAN;
    }
    if value <= 0.0 {
        return 1.0;
    }
    incomplete_beta(df2 / 2.0, df1 / 2.0, df2 / (df2 + df1 * value))
}

/// The probability of a Student's t value that is farther from 0 than this one.
pub fn t_tails(value: f64, df: f64) -> f64 {
    f_tail(value * value, 1.0, df)
}

/// The probability of a chi-square value above this one.
pub fn chi_square_tail(value: f64, df: f64) -> f64 {
    if df <= 0.0 || value.is_nan() {
        return f64::NAN;
    }
    upper_gamma(df / 2.0, value / 2.0)
}

/// The distance that a Student's t value exceeds, in either direction, with this probability.
pub fn t_distance(tails: f64, df: f64) -> f64 {
    if !(0.0..1.0).contains(&tails) || tails == 0.0 || df <= 0.0 {
        return f64::NAN;
    }
    let (mut low, mut high) = (0.0, 1.0);
    while t_tails(high, df) > tails && high < 1e300 {
        low = high;
        high *= 2.0;
    }
    // Each halving gains a bit of the 53 that a number has.
    for _ in 0..200 {
        let middle = low + (high - low) / 2.0;
        if middle <= low || middle >= high {
            break;
        }
        match t_tails(middle, df) > tails {
            true => low = middle,
            false => high = middle,
        }
    }
    low + (high - low) / 2.0
}

/// The logarithm of the gamma function for positive arguments (Lanczos, g = 7, 9 terms).
pub fn ln_gamma(x: f64) -> f64 {
    const COEFFICIENTS: [f64; 8] = [
        676.520_368_121_885_1,
        -1_259.139_216_722_402_8,
        771.323_428_777_653_1,
        -176.615_029_162_140_6,
        12.507_343_278_686_905,
        -0.138_571_095_265_720_12,
        9.984_369_578_019_572e-6,
        1.505_632_735_149_311_6e-7,
    ];
    if x < 0.5 {
        let pi = std::f64::consts::PI;
        return (pi / (pi * x).sin()).ln() - ln_gamma(1.0 - x);
    }
    let x = x - 1.0;
    let mut sum = 0.999_999_999_999_809_9;
    for (at, coefficient) in COEFFICIENTS.iter().enumerate() {
        sum += coefficient / (x + at as f64 + 1.0);
    }
    let t = x + 7.5;
    0.5 * (2.0 * std::f64::consts::PI).ln() + (x + 0.5) * t.ln() - t + sum.ln()
}

/// The regularised upper incomplete gamma function Q(a, x).
fn upper_gamma(a: f64, x: f64) -> f64 {
    if x <= 0.0 {
        return 1.0;
    }
    let front = (a * x.ln() - x - ln_gamma(a)).exp();
    if x < a + 1.0 {
        let (mut term, mut sum, mut n) = (1.0 / a, 1.0 / a, a);
        for _ in 0..MAX_ITERATIONS {
            n += 1.0;
            term *= x / n;
            sum += term;
            if term.abs() < sum.abs() * 1e-17 {
                return 1.0 - sum * front;
            }
        }
        return f64::NAN;
    }
    let mut b = x + 1.0 - a;
    let mut c = 1.0 / TINY;
    let mut d = 1.0 / b;
    let mut fraction = d;
    for i in 1..MAX_ITERATIONS {
        let n = -(i as f64) * (i as f64 - a);
        b += 2.0;
        d = 1.0 / guard(n * d + b);
        c = guard(b + n / c);
        let step = d * c;
        fraction *= step;
        if (step - 1.0).abs() < 1e-16 {
            return front * fraction;
        }
    }
    f64::NAN
}

fn guard(x: f64) -> f64 {
    if x.abs() < TINY { TINY } else { x }
}

/// The regularised incomplete beta function I_x(a, b).
fn incomplete_beta(a: f64, b: f64, x: f64) -> f64 {
    match x {
        x if x <= 0.0 => 0.0,
        x if x >= 1.0 => 1.0,
        x if x > (a + 1.0) / (a + b + 2.0) => 1.0 - beta_fraction(b, a, 1.0 - x),
        x => beta_fraction(a, b, x),
    }
}

fn beta_fraction(a: f64, b: f64, x: f64) -> f64 {
    let front = (ln_gamma(a + b) - ln_gamma(a) - ln_gamma(b) + a * x.ln() + b * (-x).ln_1p()).exp() / a;
    let mut c = 1.0;
    let mut d = 1.0 / guard(1.0 - (a + b) * x / (a + 1.0));
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
        let step = d * c;
        fraction *= step;
        if (step - 1.0).abs() < 1e-16 {
            return front * fraction;
        }
    }
    f64::NAN
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(found: f64, expected: f64) {
        assert!((found / expected - 1.0).abs() < 1e-12, "{found} {expected}");
    }

    /// Closed forms: chi-square with 2 degrees is exp(−x/2), F with 2 and 2 is 1/(1 + x), t with 1 is 1 − 2·atan(x)/π.
    #[test]
    fn tails_agree_with_their_closed_forms() {
        for x in [0.01_f64, 0.5, 1.0, 2.5, 7.0, 30.0, 700.0] {
            near(chi_square_tail(x, 2.0), (-x / 2.0).exp());
            near(f_tail(x, 2.0, 2.0), 1.0 / (1.0 + x));
            near(t_tails(x, 1.0), 2.0 * (1.0 / x).atan() / std::f64::consts::PI);
        }
    }

    #[test]
    fn a_distance_inverts_the_tails() {
        for (tails, df) in [(0.05, 1.0), (0.05, 102.0), (1e-9, 7.0), (0.9, 3.0)] {
            near(t_tails(t_distance(tails, df), df), tails);
        }
    }

    #[test]
    fn degrees_of_freedom_that_do_not_exist_give_no_number() {
        assert!(f_tail(1.0, 0.0, 5.0).is_nan());
        assert!(chi_square_tail(1.0, 0.0).is_nan());
        assert!(t_distance(0.05, 0.0).is_nan());
    }
}
