//! Surrogates: splits of other inputs that send records to the same sides.

use super::super::data::{Input, Order};
use super::split::{Rule, Split, middle};

/// A surrogate, and its predictive association with the split: the share of the errors that it saves, of those that
/// the larger side alone would make.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Surrogate {
    pub(super) input: usize,
    pub(super) rule: Rule,
    association: f64,
}

/// The best surrogate of an input, if it is better than the larger side.
pub(super) fn of(split: &Split, inputs: &[Input], input: usize, records: &[u32]) -> Option<Surrogate> {
    if input == split.input {
        return None;
    }
    let (primary, other) = (inputs.get(split.input)?, inputs.get(input)?);
    let sides = records.iter().filter_map(|record| {
        let left = split.rule.goes_left(primary, *record)?;
        Some((value(other, *record)?, left))
    });
    let mut sides: Vec<(f64, bool)> = sides.collect();
    sides.sort_by(|one, two| one.0.total_cmp(&two.0));
    let groups: Vec<(f64, f64, f64)> = sides
        .chunk_by(|one, two| one.0 == two.0)
        .map(|equal| {
            let left = equal.iter().filter(|(_, left)| *left).count() as f64;
            (equal.first().map_or(0.0, |first| first.0), left, equal.len() as f64 - left)
        })
        .collect();
    let (left, right) = groups.iter().fold((0.0, 0.0), |sum, group| (sum.0 + group.1, sum.1 + group.2));
    let (agreeing, rule) = match other {
        Input::Categories { order: Order::Nominal, .. } => by_category(&groups, left, right)?,
        Input::Categories { .. } => as_categories(by_limit(&groups, left, right)?, &groups),
        Input::Numbers(_) => by_limit(&groups, left, right)?,
    };
    let smaller = left.min(right);
    let association = (smaller - (left + right - agreeing)) / smaller;
    (smaller > 0.0 && association > 0.0).then_some(Surrogate { input, rule, association })
}

/// The best surrogates, the closest first. Of equally close ones the later input is first, as in most places of stored
/// trees; the rule behind the others is not known.
pub(super) fn closest(mut surrogates: Vec<Surrogate>, most: usize) -> Vec<Surrogate> {
    surrogates.reverse();
    surrogates.sort_by(|one, two| two.association.total_cmp(&one.association));
    surrogates.truncate(most);
    surrogates
}

fn value(input: &Input, record: u32) -> Option<f64> {
    match input {
        Input::Numbers(numbers) => numbers.get(record as usize).copied().filter(|number| !number.is_nan()),
        Input::Categories { codes, count, .. } => {
            codes.get(record as usize).filter(|code| (**code as usize) < *count).map(|code| f64::from(*code))
        }
    }
}

/// The best two sets of categories, which are in the order of their shares on the left. Sets that agree equally often are
/// told apart by rounding, and then the last one wins. Modeler's rule is not known: this one gives all sets of one stored
/// tree, and all but two categories of another.
fn by_category(groups: &[(f64, f64, f64)], left: f64, right: f64) -> Option<(f64, Rule)> {
    let mut ordered: Vec<&(f64, f64, f64)> = groups.iter().collect();
    let share = |group: &(f64, f64, f64)| group.1 / (group.1 + group.2);
    ordered.sort_by(|one, two| share(one).total_cmp(&share(two)));
    let all = left + right;
    let mut best: Option<(f64, f64, usize)> = None;
    let (mut to_right, mut inside) = (0.0, left);
    for (at, group) in ordered.iter().enumerate().take(groups.len().saturating_sub(1)) {
        to_right += group.2;
        inside -= group.1;
        let side = left / all;
        let agreement = (inside / all) / side * side + to_right / all;
        if best.is_none_or(|(most, ..)| agreement >= most) {
            best = Some((agreement, inside + to_right, at));
        }
    }
    let (_, agreeing, last) = best?;
    let (outside, inside) = ordered.split_at_checked(last + 1)?;
    let codes = |groups: &[&(f64, f64, f64)]| {
        let mut codes: Vec<u32> = groups.iter().map(|group| group.0 as u32).collect();
        codes.sort_unstable();
        codes
    };
    Some((agreeing, Rule::Categories { left: codes(inside), right: codes(outside) }))
}

/// The best limit, in either direction; the first of several.
fn by_limit(groups: &[(f64, f64, f64)], left: f64, right: f64) -> Option<(f64, Rule)> {
    let mut best: Option<(f64, Rule)> = None;
    let (mut below_left, mut below_right) = (0.0, 0.0);
    for (group, next) in groups.iter().zip(groups.iter().skip(1)) {
        below_left += group.1;
        below_right += group.2;
        let limit = middle(group.0, next.0);
        let kept = below_left + right - below_right;
        let turned = left + right - kept;
        for (agreeing, is_above) in [(kept, false), (turned, true)] {
            if best.as_ref().is_none_or(|(most, _)| agreeing > *most) {
                best = Some((agreeing, Rule::Limit { at: limit, is_above }));
            }
        }
    }
    best
}

/// A limit between ordered categories, as their sets.
fn as_categories((agreeing, rule): (f64, Rule), groups: &[(f64, f64, f64)]) -> (f64, Rule) {
    let Rule::Limit { at, is_above } = rule else { return (agreeing, rule) };
    let side = |wanted: bool| {
        let chosen = groups.iter().filter(|group| ((group.0 > at) == is_above) == wanted);
        chosen.map(|group| group.0 as u32).collect()
    };
    (agreeing, Rule::Categories { left: side(true), right: side(false) })
}
