//! The normal distribution.

use std::f64::consts::{PI, SQRT_2};

/// The distribution function of the standard normal distribution.
pub(crate) fn normal(x: f64) -> f64 {
    0.5 * erfc(-x / SQRT_2)
}

/// The complementary error function: its series near 0, a continued fraction (Lentz) elsewhere. Both are
/// computed to the precision of a double.
pub(crate) fn erfc(x: f64) -> f64 {
    let a = x.abs();
    let value = if a < 2.0 {
        // erf(a) = 2/√π · exp(−a²) · Σ 2ⁿ a^(2n+1) / (1·3·…·(2n+1)), all terms positive.
        let (mut term, mut sum, mut n) = (a, a, 1.0);
        while term > sum * 1e-17 {
            term *= 2.0 * a * a / (2.0 * n + 1.0);
            sum += term;
            n += 1.0;
        }
        1.0 - 2.0 / PI.sqrt() * (-a * a).exp() * sum
    } else if a > 27.5 {
        0.0
    } else {
        // erfc(a) = exp(−a²)/√π · 1/(a + (1/2)/(a + 1/(a + (3/2)/(a + …)))), from the inside.
        let mut fraction = a;
        for n in (1..=120).rev() {
            fraction = a + f64::from(n) / 2.0 / fraction;
        }
        (-a * a).exp() / (PI.sqrt() * fraction)
    };
    if x < 0.0 { 2.0 - value } else { value }
}

/// The density of the standard normal distribution.
pub(crate) fn density(x: f64) -> f64 {
    (-x * x / 2.0).exp() / (2.0 * PI).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Documented values: tables of the normal distribution (Abramowitz and Stegun, 26.1).
    #[test]
    fn the_normal_distribution_has_its_tabled_values() {
        for (x, p) in [
            (0.0, 0.5),
            (1.0, 0.841_344_746_068_542_9),
            (-1.0, 0.158_655_253_931_457_05),
            (1.96, 0.975_002_104_851_779_5),
            (-3.0, 0.001_349_898_031_630_094_5),
            (-6.0, 9.865_876_450_376_98e-10),
            (4.0, 0.999_968_328_758_166_9),
        ] {
            assert!((normal(x) - p).abs() <= 4e-15 * p.max(1e-9), "{x}: {} instead of {p}", normal(x));
        }
        assert_eq!((normal(40.0), normal(-40.0)), (1.0, 0.0));
    }
}
