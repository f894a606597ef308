//! Distribution functions, by the incomplete gamma and beta functions (Abramowitz and Stegun 6.5, 26.5;
//! continued fractions evaluated by Lentz's method).

/// Iterations after which a series or a continued fraction fails; large degrees of freedom need about √df.
const MAX_ITERATIONS: usize = 100_000;
const TINY: f64 = 1e-300;

/// The logarithm of the gamma function for positive arguments (Lanczos, g = 7, 9 terms).
fn ln_gamma(x: f64) -> f64 {
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

/// The regularised lower and upper incomplete gamma functions P(a, x) and Q(a, x).
fn incomplete_gamma(a: f64, x: f64) -> Option<(f64, f64)> {
    if x <= 0.0 {
        return Some((0.0, 1.0));
    }
    let front = (a * x.ln() - x - ln_gamma(a)).exp();
    if x < a + 1.0 {
        let (mut term, mut sum, mut n) = (1.0 / a, 1.0 / a, a);
        for _ in 0..MAX_ITERATIONS {
            n += 1.0;
            term *= x / n;
            sum += term;
            if term.abs() < sum.abs() * 1e-17 {
                let lower = sum * front;
                return Some((lower, 1.0 - lower));
            }
        }
        return None;
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
            let upper = front * fraction;
            return Some((1.0 - upper, upper));
        }
    }
    None
}

fn guard(x: f64) -> f64 {
    if x.abs() < TINY { TINY } else { x }
}

/// The regularised incomplete beta function I_x(a, b).
fn incomplete_beta(a: f64, b: f64, x: f64) -> Option<f64> {
    if x <= 0.0 {
        return Some(0.0);
    }
    if x >= 1.0 {
        return Some(1.0);
    }
    if x > (a + 1.0) / (a + b + 2.0) {
        return Some(1.0 - incomplete_beta_fraction(b, a, 1.0 - x)?);
    }
    incomplete_beta_fraction(a, b, x)
}

fn incomplete_beta_fraction(a: f64, b: f64, x: f64) -> Option<f64> {
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
            return Some(front * fraction);
        }
    }
    None
}

/// The probability that a standard normal number is below z.
fn standard_normal(z: f64) -> Option<f64> {
    let (lower, upper) = incomplete_gamma(0.5, z * z / 2.0)?;
    Some(if z < 0.0 { upper / 2.0 } else { 0.5 + lower / 2.0 })
}

/// The quantile of the standard normal distribution: the distribution function inverted by Newton's method
/// from Abramowitz and Stegun 26.2.23.
pub(crate) fn normal_quantile(p: f64) -> f64 {
    let tail = p.min(1.0 - p);
    let t = (-2.0 * tail.ln()).sqrt();
    let start = t
        - (2.515_517 + 0.802_853 * t + 0.010_328 * t * t)
            / (1.0 + 1.432_788 * t + 0.189_269 * t * t + 0.001_308 * t * t * t);
    let mut z = -start;
    for _ in 0..4 {
        let density = (-z * z / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt();
        let Some(below) = standard_normal(z).filter(|_| density > 0.0) else {
            break;
        };
        z -= (below - tail) / density;
    }
    if p > 0.5 { -z } else { z }
}

/// `cdf_normal(NUM, MEAN, STDDEV)`: the probability of a smaller value.
pub(crate) fn normal(x: f64, mean: f64, sdev: f64) -> Option<f64> {
    if sdev > 0.0 { standard_normal((x - mean) / sdev) } else { None }
}

/// `cdf_chisq(NUM, DF)`.
pub(crate) fn chi_square(x: f64, df: f64) -> Option<f64> {
    if df > 0.0 { incomplete_gamma(df / 2.0, x / 2.0).map(|(lower, _)| lower) } else { None }
}

/// `cdf_f(NUM, DF1, DF2)`.
pub(crate) fn f(x: f64, df1: f64, df2: f64) -> Option<f64> {
    match x {
        _ if !(df1 > 0.0 && df2 > 0.0) => None,
        _ if x <= 0.0 => Some(0.0),
        _ => incomplete_beta(df1 / 2.0, df2 / 2.0, df1 * x / (df1 * x + df2)),
    }
}

/// `cdf_t(NUM, DF)`.
pub(crate) fn t(x: f64, df: f64) -> Option<f64> {
    if df > 0.0 {
        let tail = incomplete_beta(df / 2.0, 0.5, df / (df + x * x))? / 2.0;
        return Some(if x < 0.0 { tail } else { 1.0 - tail });
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(found: Option<f64>, expected: f64) {
        let found = found.unwrap();
        assert!((found - expected).abs() < 1e-13, "{found} {expected}");
    }

    /// Closed forms: chi-square with 2 degrees is 1 - exp(-x/2), t with 1 is 1/2 + atan(x)/π, with 2 is
    /// 1/2 + x/(2√(2 + x²)), F with 2 and 2 is x/(1 + x).
    #[test]
    fn distributions_agree_with_their_closed_forms() {
        for x in [0.01_f64, 0.5, 1.0, 2.5, 7.0, 30.0] {
            near(chi_square(x, 2.0), 1.0 - (-x / 2.0).exp());
            near(t(x, 1.0), 0.5 + x.atan() / std::f64::consts::PI);
            near(t(-x, 2.0), 0.5 - x / (2.0 * (2.0 + x * x).sqrt()));
            near(f(x, 2.0, 2.0), x / (1.0 + x));
        }
        near(normal(1.96, 0.0, 1.0), 0.975_002_104_851_779_5);
        near(normal(10.0, 10.0, 3.0), 0.5);
    }

    #[test]
    fn a_quantile_inverts_the_normal_distribution() {
        for p in [1e-9, 0.01, 0.3, 0.5, 0.9, 0.999_999] {
            near(standard_normal(normal_quantile(p)), p);
        }
    }
}
