//! The categories of an input: those of the field, or bins of its numbers.

use super::{Input, MISSING, Order};

/// The categories of an input. Missing values have a code of their own behind the others.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Categories {
    /// The category of each record; `count` for missing values.
    codes: Vec<u32>,
    /// The number of categories without that of missing values.
    pub(super) count: usize,
    /// Whether any two of them may merge.
    pub(super) nominal: bool,
    /// The largest number of each bin; `None` for fields with categories.
    pub(super) cuts: Option<Vec<f64>>,
}

impl Categories {
    pub(super) fn of(input: &Input, bins: usize) -> Self {
        match input {
            Input::Categories { codes, count, order } => {
                let missing = u32::try_from(*count).unwrap_or(MISSING);
                let code = |code: &u32| if (*code as usize) < *count { *code } else { missing };
                let codes = codes.iter().map(code).collect();
                Self { codes, count: *count, nominal: *order == Order::Nominal, cuts: None }
            }
            Input::Numbers(numbers) => {
                let cuts = cuts(numbers, bins);
                let missing = u32::try_from(cuts.len()).unwrap_or(MISSING);
                let code = |number: &f64| match number.is_nan() {
                    true => missing,
                    false => {
                        let bin = cuts.partition_point(|cut| cut < number);
                        u32::try_from(bin.min(cuts.len().saturating_sub(1))).unwrap_or(missing)
                    }
                };
                let codes = numbers.iter().map(code).collect();
                Self { codes, count: cuts.len(), nominal: false, cuts: Some(cuts) }
            }
        }
    }

    /// The code of a record.
    pub(super) fn code(&self, record: u32) -> usize {
        self.codes.get(record as usize).map_or(self.count, |code| *code as usize)
    }

    /// The number of bins; `None` for fields with categories.
    pub(super) fn bins(&self) -> Option<usize> {
        self.cuts.as_ref().map(Vec::len)
    }
}

/// The largest number of each bin. A number whose mean rank among all n is r belongs to bin ⌊bins · r / (n + 1)⌋.
fn cuts(numbers: &[f64], bins: usize) -> Vec<f64> {
    let mut sorted: Vec<f64> = numbers.iter().copied().filter(|number| !number.is_nan()).collect();
    sorted.sort_unstable_by(f64::total_cmp);
    // Twice the mean rank is a whole number.
    let total = 2 * (sorted.len() as u128 + 1);
    let mut cuts: Vec<(u128, f64)> = Vec::new();
    let mut before = 0;
    for equal in sorted.chunk_by(|one, two| one == two) {
        let twice_rank = 2 * before + equal.len() as u128 + 1;
        before += equal.len() as u128;
        let bin = bins as u128 * twice_rank / total;
        let Some(number) = equal.last() else { continue };
        match cuts.last_mut() {
            Some((last, cut)) if *last == bin => *cut = *number,
            _ => cuts.push((bin, *number)),
        }
    }
    cuts.into_iter().map(|(_, cut)| cut).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Computed by hand.
    #[test]
    fn bins_have_equal_shares_of_the_ranks() {
        let numbers: Vec<f64> = (1..=20).map(f64::from).collect();
        assert_eq!(cuts(&numbers, 10), [2.0, 4.0, 6.0, 8.0, 10.0, 12.0, 14.0, 16.0, 18.0, 20.0]);
        // Most numbers are equal: bins without numbers vanish.
        assert_eq!(cuts(&[0.0, 0.0, 0.0, 0.0, 0.0, 7.0, 9.0], 10), [0.0, 7.0, 9.0]);
        assert!(cuts(&[f64::NAN], 10).is_empty());
    }

    #[test]
    fn missing_values_have_a_category_of_their_own() {
        let categories = Categories::of(&Input::Numbers(vec![3.0, f64::NAN, 1.0]), 10);
        assert_eq!(categories.codes, [1, 2, 0]);
        let input = Input::Categories { codes: vec![1, MISSING, 7], count: 2, order: Order::Nominal };
        assert_eq!(Categories::of(&input, 10).codes, [1, 2, 2]);
    }
}
