//! Moments of numbers in one pass.
//!
//! Source: P. Pébay, "Formulas for Robust, One-Pass Parallel Computation of Covariances and Arbitrary-Order Statistical
//! Moments", Sandia SAND2008-6212; the estimates of skewness and kurtosis are those of SPSS Statistics ("Algorithms",
//! DESCRIPTIVES).

/// Count, mean, extremes and central moments of numbers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Moments {
    pub(crate) count: u64,
    pub(crate) mean: f64,
    pub(crate) sum: f64,
    /// The rounding error of the sum (Neumaier).
    lost: f64,
    second: f64,
    third: f64,
    fourth: f64,
    pub(crate) low: f64,
    pub(crate) high: f64,
}

impl Default for Moments {
    fn default() -> Self {
        Self {
            count: 0,
            mean: 0.0,
            sum: 0.0,
            lost: 0.0,
            second: 0.0,
            third: 0.0,
            fourth: 0.0,
            low: f64::INFINITY,
            high: f64::NEG_INFINITY,
        }
    }
}

impl Moments {
    pub(crate) fn add(&mut self, number: f64) {
        let before = self.count as f64;
        self.count += 1;
        let n = self.count as f64;
        let delta = number - self.mean;
        let step = delta / n;
        let square = step * step;
        let term = delta * step * before;
        self.mean += step;
        self.fourth +=
            term * square * (n * n - 3.0 * n + 3.0) + 6.0 * square * self.second - 4.0 * step * self.third;
        self.third += term * step * (n - 2.0) - 3.0 * step * self.second;
        self.second += term;
        let sum = self.sum + number;
        self.lost += match self.sum.abs() >= number.abs() {
            true => (self.sum - sum) + number,
            false => (number - sum) + self.sum,
        };
        self.sum = sum;
        self.low = self.low.min(number);
        self.high = self.high.max(number);
    }

    pub(crate) fn n(&self) -> f64 {
        self.count as f64
    }

    /// The sum; `None` without numbers.
    pub(crate) fn total(&self) -> Option<f64> {
        (self.count > 0).then_some(self.sum + self.lost)
    }

    /// The mean.
    pub(crate) fn average(&self) -> Option<f64> {
        self.total().map(|sum| sum / self.n())
    }

    pub(crate) fn min(&self) -> Option<f64> {
        (self.count > 0).then_some(self.low)
    }

    pub(crate) fn max(&self) -> Option<f64> {
        (self.count > 0).then_some(self.high)
    }

    /// The variance of a sample (n − 1).
    pub(crate) fn variance(&self) -> Option<f64> {
        (self.count > 1).then(|| self.second / (self.n() - 1.0))
    }

    /// The standard deviation of a sample.
    pub(crate) fn deviation(&self) -> Option<f64> {
        self.variance().map(f64::sqrt)
    }

    /// The standard error of the mean.
    pub(crate) fn standard_error(&self) -> Option<f64> {
        self.deviation().map(|deviation| deviation / self.n().sqrt())
    }

    /// The skewness: n / ((n − 1)(n − 2)) Σz³.
    pub(crate) fn skewness(&self) -> Option<f64> {
        let (n, deviation) = (self.n(), self.deviation()?);
        (self.count > 2 && deviation > 0.0)
            .then(|| n / ((n - 1.0) * (n - 2.0)) * self.third / (deviation * deviation * deviation))
    }

    /// The standard error of the skewness.
    pub(crate) fn skewness_error(&self) -> Option<f64> {
        let n = self.n();
        (self.count > 2).then(|| (6.0 * n * (n - 1.0) / ((n - 2.0) * (n + 1.0) * (n + 3.0))).sqrt())
    }

    /// The kurtosis: n(n + 1) / ((n − 1)(n − 2)(n − 3)) Σz⁴ − 3(n − 1)² / ((n − 2)(n − 3)).
    pub(crate) fn kurtosis(&self) -> Option<f64> {
        let (n, variance) = (self.n(), self.variance()?);
        (self.count > 3 && variance > 0.0).then(|| {
            let fourth = self.fourth / (variance * variance);
            n * (n + 1.0) / ((n - 1.0) * (n - 2.0) * (n - 3.0)) * fourth
                - 3.0 * (n - 1.0) * (n - 1.0) / ((n - 2.0) * (n - 3.0))
        })
    }

    /// The standard error of the kurtosis.
    pub(crate) fn kurtosis_error(&self) -> Option<f64> {
        let (n, skewness) = (self.n(), self.skewness_error()?);
        (self.count > 3).then(|| (4.0 * (n * n - 1.0) * skewness * skewness / ((n - 3.0) * (n + 5.0))).sqrt())
    }
}

/// The curve of a normal distribution with the mean and deviation of numbers, as high as bars of a width would be.
/// Empty where they do not vary.
pub(crate) fn normal_curve(moments: &Moments, width: f64) -> Vec<(f64, f64)> {
    const STEPS: usize = 60;
    let (Some(low), Some(high), Some(deviation)) = (moments.min(), moments.max(), moments.deviation()) else {
        return Vec::new();
    };
    if deviation <= 0.0 || !(high - low).is_finite() || !(moments.n() * width / deviation).is_finite() {
        return Vec::new();
    }
    let peak = moments.n() * width / (deviation * (2.0 * std::f64::consts::PI).sqrt());
    let point = |step: usize| {
        let x = low + (high - low) * step as f64 / STEPS as f64;
        let z = (x - moments.mean) / deviation;
        (x, peak * (-z * z / 2.0).exp())
    };
    (0..=STEPS).map(point).collect()
}

/// Moments of pairs of numbers.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Comoments {
    pub(crate) x: Moments,
    pub(crate) y: Moments,
    products: f64,
}

impl Comoments {
    pub(crate) fn add(&mut self, x: f64, y: f64) {
        let before = x - self.x.mean;
        self.x.add(x);
        self.y.add(y);
        self.products += before * (y - self.y.mean);
    }

    /// Pearson's correlation; `None` where one of the two does not vary.
    pub(crate) fn correlation(&self) -> Option<f64> {
        let spread = self.x.second * self.y.second;
        (spread > 0.0)
            .then(|| (self.products / (self.x.second.sqrt() * self.y.second.sqrt())).clamp(-1.0, 1.0))
    }
}

/// The median: the middle of sorted numbers, or the mean of the two in the middle.
pub(crate) fn median(sorted: &[f64]) -> Option<f64> {
    let middle = sorted.len() / 2;
    let upper = *sorted.get(middle)?;
    match sorted.len() % 2 {
        1 => Some(upper),
        _ => sorted.get(middle - 1).map(|lower| (lower + upper) / 2.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Computed by hand: deviations −2, −1, −1, 4 from the mean 3.
    #[test]
    fn moments_agree_with_their_definitions() {
        let mut moments = Moments::default();
        [1.0, 2.0, 2.0, 7.0].into_iter().for_each(|number| moments.add(number));
        let close =
            |found: Option<f64>, wanted: f64| assert!((found.unwrap() - wanted).abs() < 1e-12, "{found:?}");
        close(moments.average(), 3.0);
        close(moments.variance(), 22.0 / 3.0);
        let deviation = (22.0_f64 / 3.0).sqrt();
        close(moments.skewness(), 4.0 / 6.0 * 54.0 / deviation.powi(3));
        close(moments.kurtosis(), 20.0 / 6.0 * 274.0 / deviation.powi(4) - 13.5);
    }
}
