//! Screening: inputs that are left out before any test.

use crate::column::Column;

/// Limits of inputs; a limit that is `None` is off. IBM: "Feature Selection Model Settings".
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Screening {
    /// The most missing values, in percent of the records.
    pub max_missing: Option<f64>,
    /// The most records in one category, in percent of the records.
    pub max_single_category: Option<f64>,
    /// The most categories, in percent of the records.
    pub max_categories: Option<f64>,
    /// The lowest coefficient of variation: the standard deviation divided by the mean, without its sign.
    pub min_variation: Option<f64>,
    /// The lowest standard deviation.
    pub min_deviation: Option<f64>,
}

/// Why an input was left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// More values are missing than [`Screening::max_missing`].
    TooManyMissing,
    /// One category has more records than [`Screening::max_single_category`].
    SingleCategoryTooLarge,
    /// There are more categories than [`Screening::max_categories`].
    TooManyCategories,
    /// The variation is below [`Screening::min_variation`].
    VariationTooSmall,
    /// The deviation is below [`Screening::min_deviation`].
    DeviationTooSmall,
    /// All limits allow it, but there is no test: the input or the target has a single value.
    NotTestable,
}

impl Screening {
    /// The first limit that an input exceeds in these records.
    pub(super) fn reason(&self, input: &Column, records: &[usize]) -> Option<Reason> {
        let all = records.len() as f64;
        let percent = |count: usize| count as f64 / all * 100.0;
        let exceeds = |limit: Option<f64>, value: f64| limit.is_some_and(|limit| value > limit);
        let below = |limit: Option<f64>, value: f64| limit.is_some_and(|limit| value < limit);
        let missing = records.iter().filter(|record| input.is_missing(**record)).count();
        if exceeds(self.max_missing, percent(missing)) {
            return Some(Reason::TooManyMissing);
        }
        match input {
            Column::Categories { codes, count } => {
                let mut counts = vec![0_usize; *count];
                for record in records {
                    let code = codes.get(*record).and_then(|code| usize::try_from(*code).ok());
                    if let Some(count) = code.and_then(|code| counts.get_mut(code)) {
                        *count += 1;
                    }
                }
                let largest = counts.iter().max().copied().unwrap_or_default();
                let present = counts.iter().filter(|count| **count > 0).count();
                if exceeds(self.max_single_category, percent(largest)) {
                    return Some(Reason::SingleCategoryTooLarge);
                }
                exceeds(self.max_categories, percent(present)).then_some(Reason::TooManyCategories)
            }
            Column::Numbers(numbers) => {
                let values = records.iter().filter_map(|record| numbers.get(*record).copied());
                let (mean, deviation) = moments(values.filter(|number| !number.is_nan()));
                // Zeros only: 0/0, no variation at all.
                let variation = if deviation == 0.0 { 0.0 } else { (deviation / mean).abs() };
                if below(self.min_variation, variation) {
                    return Some(Reason::VariationTooSmall);
                }
                below(self.min_deviation, deviation).then_some(Reason::DeviationTooSmall)
            }
        }
    }
}

/// The mean and the standard deviation (n − 1), in two passes.
fn moments(values: impl Iterator<Item = f64> + Clone) -> (f64, f64) {
    let (count, sum) = values.clone().fold((0.0, 0.0), |(count, sum), value| (count + 1.0, sum + value));
    let mean = if count > 0.0 { sum / count } else { 0.0 };
    let squares: f64 = values.map(|value| (value - mean) * (value - mean)).sum();
    (mean, if count > 1.0 { (squares / (count - 1.0)).sqrt() } else { 0.0 })
}
