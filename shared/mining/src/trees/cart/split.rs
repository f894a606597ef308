//! The best split of a node by one input.

use super::super::data::{Input, Order};
use super::node::{Impurity, Sums};
use super::{MAX_CATEGORIES, Target};
use crate::MiningError;

/// A split of a node in two.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Split {
    pub(super) input: usize,
    pub(super) rule: Rule,
    pub(super) improvement: f64,
}

/// Which records go left.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Rule {
    /// Numbers up to this one; or, for surrogates, those above.
    Limit { at: f64, is_above: bool },
    /// These categories; the others that occur go right.
    Categories { left: Vec<u32>, right: Vec<u32> },
}

impl Rule {
    /// Whether a record goes left; `None` if its value is missing, or a category that the rule does not know.
    pub(super) fn goes_left(&self, input: &Input, record: u32) -> Option<bool> {
        match (self, input) {
            (Self::Limit { at, is_above }, Input::Numbers(numbers)) => {
                let number = numbers.get(record as usize).copied().filter(|number| !number.is_nan())?;
                Some((number > *at) == *is_above)
            }
            (Self::Categories { left, right }, Input::Categories { codes, .. }) => {
                let code = codes.get(record as usize)?;
                match (left.contains(code), right.contains(code)) {
                    (true, _) => Some(true),
                    (_, true) => Some(false),
                    _ => None,
                }
            }
            _ => None,
        }
    }
}

/// The middle of two numbers, with fifteen digits if these separate them as well.
pub(super) fn middle(low: f64, high: f64) -> f64 {
    let middle = low + (high - low) / 2.0;
    let printed: f64 = format!("{middle:.14e}").parse().unwrap_or(middle);
    match printed >= low && printed < high {
        true => printed,
        false if middle >= low && middle < high => middle,
        false => low,
    }
}

/// The best split of some records by an input; `None` if none keeps its limits.
///
/// # Errors
/// [`MiningError::TooLarge`].
pub(super) fn best(
    (at, input): (usize, &Input),
    records: &[u32],
    impurity: &Impurity<'_>,
    min_child: f64,
) -> Result<Option<Split>, MiningError> {
    let groups = groups(input, records, impurity);
    let mut search = Search { impurity, min_child, best: None };
    let whole = groups.iter().fold(vec![0.0; impurity.width()], |sum, group| added(&sum, &group.sums));
    let count: f64 = groups.iter().map(|group| group.count).sum();
    match input {
        Input::Numbers(_) | Input::Categories { order: Order::Ordinal, .. } => {
            search.scan(&groups, &whole, count)
        }
        Input::Categories { .. } => {
            let two = !matches!(impurity.target, Target::Categories { count, .. } if *count > 2);
            if two {
                let mut ordered: Vec<Group> = groups.clone();
                ordered.sort_by(|one, two| {
                    impurity.position(&one.sums).total_cmp(&impurity.position(&two.sums))
                });
                search.scan(&ordered, &whole, count);
            } else if groups.len() > MAX_CATEGORIES {
                return Err(MiningError::TooLarge {
                    what: "the categories of an input, for a target with more than two",
                    limit: MAX_CATEGORIES,
                    advice: "reclassify the input",
                });
            } else {
                search.try_all(&groups, &whole, count);
            }
        }
    }
    Ok(search.best.map(|(improvement, left)| Split {
        input: at,
        improvement,
        rule: rule(input, &groups, &left),
    }))
}

/// Records with the same value.
#[derive(Debug, Clone)]
struct Group {
    /// The number, or the category.
    value: f64,
    count: f64,
    sums: Sums,
}

/// The values that occur, in order. Missing values are left out.
fn groups(input: &Input, records: &[u32], impurity: &Impurity<'_>) -> Vec<Group> {
    let width = impurity.width();
    match input {
        Input::Numbers(numbers) => {
            let known = |record: &u32| {
                numbers
                    .get(*record as usize)
                    .filter(|number| !number.is_nan())
                    .map(|number| (*number, *record))
            };
            let mut sorted: Vec<(f64, u32)> = records.iter().filter_map(known).collect();
            sorted.sort_by(|one, two| one.0.total_cmp(&two.0));
            let groups = sorted.chunk_by(|one, two| one.0 == two.0).map(|equal| {
                let mut sums = vec![0.0; width];
                equal.iter().for_each(|(_, record)| impurity.add(*record, &mut sums));
                Group { value: equal.first().map_or(0.0, |first| first.0), count: equal.len() as f64, sums }
            });
            groups.collect()
        }
        Input::Categories { codes, count, .. } => {
            let mut sums = vec![0.0; count * width];
            let mut counts = vec![0.0; *count];
            for record in records {
                let code = codes.get(*record as usize).map_or(usize::MAX, |code| *code as usize);
                if let Some(count) = counts.get_mut(code) {
                    *count += 1.0;
                    impurity.add(*record, sums.get_mut(code * width..(code + 1) * width).unwrap_or_default());
                }
            }
            let all = counts.iter().zip(sums.chunks(width.max(1))).enumerate();
            let present = all.filter(|(_, (count, _))| **count > 0.0);
            present
                .map(|(code, (count, sums))| Group { value: code as f64, count: *count, sums: sums.to_vec() })
                .collect()
        }
    }
}

fn added(one: &[f64], two: &[f64]) -> Sums {
    one.iter().zip(two).map(|(one, two)| one + two).collect()
}

struct Search<'a> {
    impurity: &'a Impurity<'a>,
    min_child: f64,
    /// The improvement, and the values that go left.
    best: Option<(f64, Vec<f64>)>,
}

impl Search<'_> {
    /// Tries every boundary between groups in their order.
    fn scan(&mut self, groups: &[Group], whole: &[f64], count: f64) {
        let mut left = vec![0.0; whole.len()];
        let mut left_count = 0.0;
        for (at, group) in groups.iter().enumerate().take(groups.len().saturating_sub(1)) {
            left = added(&left, &group.sums);
            left_count += group.count;
            if self.may_split(left_count, count) {
                let improvement = self.improvement(&left, whole);
                if self.is_better(improvement) {
                    let values =
                        groups.get(..=at).unwrap_or_default().iter().map(|group| group.value).collect();
                    self.best = Some((improvement, values));
                }
            }
        }
    }

    /// Tries all sets that have the first group.
    fn try_all(&mut self, groups: &[Group], whole: &[f64], count: f64) {
        let others = groups.len().saturating_sub(1);
        for set in 0..(1_u32 << others).saturating_sub(1) {
            let is_in = |at: usize| at == 0 || set >> (at - 1) & 1 == 1;
            let chosen = || groups.iter().enumerate().filter(|(at, _)| is_in(*at)).map(|(_, group)| group);
            if self.may_split(chosen().map(|group| group.count).sum(), count) {
                let left = chosen().fold(vec![0.0; whole.len()], |sum, group| added(&sum, &group.sums));
                let improvement = self.improvement(&left, whole);
                if self.is_better(improvement) {
                    self.best = Some((improvement, chosen().map(|group| group.value).collect()));
                }
            }
        }
    }

    fn may_split(&self, left: f64, count: f64) -> bool {
        left >= self.min_child && count - left >= self.min_child
    }

    /// How much impurity falls, as a share of all records.
    fn improvement(&self, left: &[f64], whole: &[f64]) -> f64 {
        let right: Sums = whole.iter().zip(left).map(|(whole, left)| whole - left).collect();
        let fall =
            self.impurity.impurity(whole) - self.impurity.impurity(left) - self.impurity.impurity(&right);
        fall / self.impurity.total
    }

    /// Equal improvements differ by rounding errors; the first one wins.
    fn is_better(&self, improvement: f64) -> bool {
        /// The share by which equal improvements differ at most.
        const NOISE: f64 = 1e-12;
        improvement > 0.0
            && self.best.as_ref().is_none_or(|(best, _)| improvement > best + NOISE * best.abs())
    }
}

/// The rule of a split. The first category that occurs goes left.
fn rule(input: &Input, groups: &[Group], left: &[f64]) -> Rule {
    match input {
        Input::Numbers(_) => {
            let low = left.last().copied().unwrap_or_default();
            let high = groups.iter().map(|group| group.value).find(|value| *value > low).unwrap_or(low);
            Rule::Limit { at: middle(low, high), is_above: false }
        }
        Input::Categories { .. } => {
            let (mut inside, mut outside) = (Vec::new(), Vec::new());
            for group in groups {
                let side = if left.contains(&group.value) { &mut inside } else { &mut outside };
                side.push(group.value as u32);
            }
            match inside.first() < outside.first() {
                true => Rule::Categories { left: inside, right: outside },
                false => Rule::Categories { left: outside, right: inside },
            }
        }
    }
}
