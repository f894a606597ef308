//! Bonferroni's factors: in how many ways categories merge into groups. All are logarithms.

/// The ways to merge neighbours of `categories` into `groups`: a binomial coefficient.
pub(super) fn ordered(categories: usize, groups: usize) -> f64 {
    binomial(categories.saturating_sub(1), groups.saturating_sub(1)).ln()
}

/// The same if one of the categories, that of missing values, may join any group.
pub(super) fn floating(categories: usize, groups: usize) -> f64 {
    let (rest, groups_less) = (categories.saturating_sub(2), groups.saturating_sub(1));
    let alone = if groups < 2 { 0.0 } else { binomial(rest, groups - 2) };
    (alone + groups as f64 * binomial(rest, groups_less)).ln()
}

/// The ways to merge any of `categories` into `groups`: a Stirling number of the second kind.
pub(super) fn nominal(categories: usize, groups: usize) -> f64 {
    // Logarithms, because the numbers of 250 categories are beyond the largest number.
    let mut row = vec![f64::NEG_INFINITY; groups + 1];
    let Some(first) = row.first_mut() else { return 0.0 };
    *first = 0.0;
    for _ in 0..categories {
        for group in (1..=groups).rev() {
            let own = row.get(group).copied().unwrap_or(f64::NEG_INFINITY) + (group as f64).ln();
            let before = row.get(group - 1).copied().unwrap_or(f64::NEG_INFINITY);
            if let Some(place) = row.get_mut(group) {
                *place = ln_sum(own, before);
            }
        }
        if let Some(none) = row.first_mut() {
            *none = f64::NEG_INFINITY;
        }
    }
    row.last().copied().unwrap_or_default()
}

/// The factors of Exhaustive CHAID.
pub(super) fn exhaustive(categories: usize, is_nominal: bool) -> f64 {
    let c = categories as f64;
    let ways = if is_nominal { c * (c * c - 1.0) / 6.0 } else { c * (c - 1.0) / 2.0 };
    ways.max(1.0).ln()
}

fn ln_sum(one: f64, two: f64) -> f64 {
    let (low, high) = if one < two { (one, two) } else { (two, one) };
    if low == f64::NEG_INFINITY { high } else { high + (low - high).exp().ln_1p() }
}

fn binomial(n: usize, k: usize) -> f64 {
    if k > n {
        return 0.0;
    }
    (0..k.min(n - k)).fold(1.0, |ways, at| ways * (n - at) as f64 / (at + 1) as f64).round()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(ln: f64) -> f64 {
        (ln.exp() * 1e6).round() / 1e6
    }

    /// Counted by hand: partitions of 4 things into 2 are 7, of 5 into 3 are 25.
    #[test]
    fn factors_count_the_ways_to_merge() {
        assert_eq!([ordered(10, 2), ordered(10, 5), ordered(4, 4)].map(count), [9.0, 126.0, 1.0]);
        assert_eq!([nominal(4, 2), nominal(5, 3), nominal(3, 3)].map(count), [7.0, 25.0, 1.0]);
        // Two neighbours and a floating category in two groups: it joins either, or is alone.
        assert_eq!([floating(3, 2), floating(2, 2)].map(count), [3.0, 1.0]);
        assert_eq!([exhaustive(4, false), exhaustive(4, true)].map(count), [6.0, 10.0]);
        assert!(nominal(250, 100).is_finite());
    }
}
