//! Bins of continuous inputs: quantiles of the training records.

/// The upper limits of `bins` bins with equal numbers of records. Each is the smallest value that a share of the values
/// does not exceed. Equal limits are one. `sorted` is ascending.
pub fn cut_points(sorted: &[f64], bins: usize) -> Vec<f64> {
    let quantile =
        |number: usize| sorted.get((sorted.len() * number).div_ceil(bins).saturating_sub(1)).copied();
    let mut cuts: Vec<f64> = (1..bins).filter_map(quantile).collect();
    cuts.dedup();
    // A limit at the largest value separates nothing.
    while cuts.last().is_some_and(|last| sorted.last() == Some(last)) {
        cuts.pop();
    }
    cuts
}

/// The smallest value that half of the values do not exceed. `sorted` is ascending.
pub fn median(sorted: &[f64]) -> Option<f64> {
    sorted.get(sorted.len().div_ceil(2).saturating_sub(1)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Computed by hand.
    #[test]
    fn cut_points_are_the_values_at_shares_of_the_records() {
        let numbers: Vec<f64> = (1..=25).map(f64::from).collect();
        assert_eq!(cut_points(&numbers, 10), [3.0, 5.0, 8.0, 10.0, 13.0, 15.0, 18.0, 20.0, 23.0]);
        assert_eq!(cut_points(&[0.0, 0.0, 0.0, 1.0], 4), [0.0]);
        assert_eq!(cut_points(&[7.0; 5], 4), [0.0; 0]);
        assert_eq!((median(&numbers), median(&[1.0, 2.0]), median(&[])), (Some(13.0), Some(1.0), None));
    }
}
