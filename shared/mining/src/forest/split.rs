//! The best split of a node by one input.

/// The records of a node that follow its first branch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Branch {
    /// Those in bins up to this one.
    UpTo(u16),
    /// Those with these categories, ascending.
    In(Vec<u16>),
}

impl Branch {
    /// Whether a value follows the branch.
    pub fn takes(&self, value: u16) -> bool {
        match self {
            Self::UpTo(bin) => value <= *bin,
            Self::In(categories) => categories.binary_search(&value).is_ok(),
        }
    }
}

/// Sums over some records: counts of target categories, or count, sum and sum of squares.
pub(super) type Sums = Vec<f64>;

/// How impure some records are, times their number: Gini's index, or the squared deviation from the mean.
pub(super) fn impurity(sums: &[f64], classifies: bool) -> f64 {
    match (classifies, sums) {
        (true, counts) => {
            let all = counts.iter().sum::<f64>();
            if all > 0.0 { all - counts.iter().map(|count| count * count).sum::<f64>() / all } else { 0.0 }
        }
        (false, [count, sum, squares]) if *count > 0.0 => (squares - sum * sum / count).max(0.0),
        _ => 0.0,
    }
}

/// The number of records.
pub(super) fn count(sums: &[f64], classifies: bool) -> f64 {
    if classifies { sums.iter().sum() } else { sums.first().copied().unwrap_or_default() }
}

/// Categories up to which all divisions of them are tried, where no order gives the best one: 127 divisions.
const MAX_TRIED: usize = 8;

/// The best division of the values of an input, and by how much it lowers the impurity. Each part has `smallest`
/// records at least.
pub(super) fn best(
    by_value: &[Sums],
    is_ordered: bool,
    classifies: bool,
    smallest: f64,
) -> Option<(Branch, f64)> {
    let present = |value: &usize| by_value.get(*value).is_some_and(|sums| count(sums, classifies) > 0.0);
    let values: Vec<usize> = (0..by_value.len()).filter(present).collect();
    let width = by_value.first().map_or(0, Vec::len);
    let mut found = Search { by_value, classifies, smallest, total: vec![0.0; width], best: None };
    values.iter().for_each(|value| add(&mut found.total, by_value, *value));
    if is_ordered {
        found.prefixes(&values);
        let (part, gain) = found.best?;
        let highest = part.iter().max().copied().unwrap_or_default();
        return Some((Branch::UpTo(u16::try_from(highest).ok()?), gain));
    }
    if !classifies {
        found.prefixes(&sorted(&values, |value| mean(by_value, value)));
    } else if width <= 2 {
        found.prefixes(&sorted(&values, |value| share(by_value, value, 0)));
    } else if values.len() <= MAX_TRIED {
        found.subsets(&values);
    } else {
        for class in 0..width {
            found.prefixes(&sorted(&values, |value| share(by_value, value, class)));
        }
    }
    let (mut part, gain) = found.best?;
    part.sort_unstable();
    Some((Branch::In(part.into_iter().filter_map(|value| u16::try_from(value).ok()).collect()), gain))
}

struct Search<'a> {
    by_value: &'a [Sums],
    classifies: bool,
    smallest: f64,
    total: Sums,
    best: Option<(Vec<usize>, f64)>,
}

impl Search<'_> {
    /// Tries each number of the first values.
    fn prefixes(&mut self, values: &[usize]) {
        let mut left = vec![0.0; self.total.len()];
        for (number, value) in (1..values.len()).zip(values) {
            add(&mut left, self.by_value, *value);
            self.judge(&left, values.get(..number).unwrap_or_default().iter().copied());
        }
    }

    /// Tries all divisions. The last value is never in the first part.
    fn subsets(&mut self, values: &[usize]) {
        for set in 1_usize..1 << values.len().saturating_sub(1) {
            let chosen = values.iter().enumerate().filter(|(place, _)| set >> place & 1 == 1);
            let chosen: Vec<usize> = chosen.map(|(_, value)| *value).collect();
            let mut left = vec![0.0; self.total.len()];
            chosen.iter().for_each(|value| add(&mut left, self.by_value, *value));
            self.judge(&left, chosen.into_iter());
        }
    }

    fn judge(&mut self, left: &[f64], part: impl Iterator<Item = usize>) {
        let right: Vec<f64> = self.total.iter().zip(left).map(|(total, left)| total - left).collect();
        let of = |sums: &[f64]| count(sums, self.classifies);
        if of(left) < self.smallest || of(&right) < self.smallest {
            return;
        }
        let impurity = |sums: &[f64]| impurity(sums, self.classifies);
        let whole = impurity(&self.total);
        let gain = whole - impurity(left) - impurity(&right);
        let least = self.best.as_ref().map_or(whole * 1e-9, |(_, gain)| *gain);
        if gain > least {
            self.best = Some((part.collect(), gain));
        }
    }
}

fn add(sums: &mut [f64], by_value: &[Sums], value: usize) {
    let more = by_value.get(value).map_or(&[][..], Vec::as_slice);
    sums.iter_mut().zip(more).for_each(|(sum, more)| *sum += more);
}

fn sorted(values: &[usize], key: impl Fn(usize) -> f64) -> Vec<usize> {
    let mut sorted = values.to_vec();
    sorted.sort_by(|one, two| key(*one).total_cmp(&key(*two)));
    sorted
}

fn mean(by_value: &[Sums], value: usize) -> f64 {
    match by_value.get(value).map(Vec::as_slice) {
        Some([count, sum, _]) => sum / count,
        _ => 0.0,
    }
}

fn share(by_value: &[Sums], value: usize, class: usize) -> f64 {
    let counts = by_value.get(value).map_or(&[][..], Vec::as_slice);
    counts.get(class).copied().unwrap_or_default() / counts.iter().sum::<f64>()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Independent: the least impurity of all divisions.
    #[test]
    fn an_order_of_categories_gives_the_best_division() {
        let mut state = 7_u32;
        let mut number = || {
            state = state.wrapping_mul(1_103_515_245).wrapping_add(12_345);
            f64::from(state >> 16 & 15)
        };
        for width in [2, 3] {
            for _ in 0..50 {
                let sums: Vec<Sums> = (0..6).map(|_| (0..width).map(|_| number()).collect()).collect();
                let found = best(&sums, false, true, 1.0);
                let mut least: f64 = 0.0;
                for set in 1..63_usize {
                    let mut parts = [vec![0.0; width], vec![0.0; width]];
                    for (value, of) in sums.iter().enumerate() {
                        parts[set >> value & 1].iter_mut().zip(of).for_each(|(sum, of)| *sum += of);
                    }
                    let whole: Vec<f64> =
                        parts[0].iter().zip(&parts[1]).map(|(one, two)| one + two).collect();
                    let gain =
                        impurity(&whole, true) - parts.iter().map(|part| impurity(part, true)).sum::<f64>();
                    least = least.max(gain);
                }
                assert!((found.map_or(0.0, |(_, gain)| gain) - least).abs() < 1e-9);
            }
        }
    }

    /// Computed by hand: 4 and 4 records of two categories are separated completely between bins 1 and 2.
    #[test]
    fn bins_are_divided_where_categories_change() {
        let sums = [vec![1.0, 0.0], vec![3.0, 0.0], vec![0.0, 0.0], vec![0.0, 4.0]];
        assert_eq!(best(&sums, true, true, 1.0), Some((Branch::UpTo(1), 4.0)));
        assert_eq!(best(&sums, true, true, 5.0), None);
        let numbers = [vec![2.0, 2.0, 2.0], vec![2.0, 10.0, 50.0]];
        assert_eq!(best(&numbers, false, false, 1.0), Some((Branch::In(vec![0]), 16.0)));
    }
}
