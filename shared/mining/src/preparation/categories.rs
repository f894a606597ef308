//! Categories that differ too little are merged.
//!
//! The merged categories of a field in a Linear model that Modeler stored follow from this rule: the two closest ones
//! (probabilities 0.36, 0.34 and 0.06) are merged, and the rest (0.095) stays apart.
//!
//! Sources: IBM, "Linear Models: Basics" (supervised merging); R. Kass, "An Exploratory Technique for Investigating Large
//! Quantities of Categorical Data", 1980, for the order of merging.

use crate::tails::f_tail;

/// Records of a category: their number, and the sum and the squares of their target.
#[derive(Debug, Clone, Copy, Default)]
struct Group {
    records: f64,
    sum: f64,
    squares: f64,
}

/// The number of the merged category of each category, from 0; `None` for categories without records.
///
/// The two groups of categories that differ least, by the F test of their means, are merged while the probability of a
/// greater difference is above `merging`. Merged categories are numbered from the least frequent one to the most
/// frequent one; of equally frequent ones the one with the first category comes first.
pub fn merge_categories(
    categories: usize,
    records: impl Iterator<Item = (usize, f64)>,
    merging: f64,
) -> Vec<Option<usize>> {
    let mut groups: Vec<(Vec<usize>, Group)> =
        (0..categories).map(|at| (vec![at], Group::default())).collect();
    for (category, target) in records {
        if let Some((_, group)) = groups.get_mut(category) {
            group.records += 1.0;
            group.sum += target;
            group.squares += target * target;
        }
    }
    groups.retain(|(_, group)| group.records > 0.0);
    while let Some((one, other, _)) = nearest(&groups).filter(|(_, _, probability)| *probability > merging) {
        let (members, added) = groups.remove(other);
        if let Some((kept, group)) = groups.get_mut(one) {
            kept.extend(members);
            group.records += added.records;
            group.sum += added.sum;
            group.squares += added.squares;
        }
    }
    groups.sort_by(|one, other| one.1.records.total_cmp(&other.1.records));
    let mut numbers = vec![None; categories];
    for (number, (members, _)) in groups.iter().enumerate() {
        for member in members {
            if let Some(place) = numbers.get_mut(*member) {
                *place = Some(number);
            }
        }
    }
    numbers
}

/// The two groups with the greatest probability, the first ones of several.
fn nearest(groups: &[(Vec<usize>, Group)]) -> Option<(usize, usize, f64)> {
    let mut best: Option<(usize, usize, f64)> = None;
    for (one, (_, first)) in groups.iter().enumerate() {
        for (other, (_, second)) in groups.iter().enumerate().skip(one + 1) {
            let probability = difference(*first, *second);
            if best.is_none_or(|(_, _, known)| probability > known) {
                best = Some((one, other, probability));
            }
        }
    }
    best
}

/// The probability of a greater F value than that of two groups; 1 where their records do not differ at all.
fn difference(one: Group, other: Group) -> f64 {
    let records = one.records + other.records;
    let within = |group: Group| (group.squares - group.sum * group.sum / group.records).max(0.0);
    let rest = within(one) + within(other);
    let distance = one.sum / one.records - other.sum / other.records;
    let between = distance * distance * one.records * other.records / records;
    if between <= 0.0 {
        return 1.0;
    }
    match records > 2.0 {
        true => f_tail(between * (records - 2.0) / rest, 1.0, records - 2.0),
        false => 1.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn categories_with_equal_means_are_merged() {
        // a and c have a mean of 1, b has one of 9; d has no records.
        let records = [(0, 0.0), (0, 2.0), (2, 1.0), (2, 1.0), (1, 9.0), (1, 9.5), (1, 8.5)];
        assert_eq!(merge_categories(4, records.into_iter(), 0.1), [Some(1), Some(0), Some(1), None]);
    }

    #[test]
    fn a_field_that_says_nothing_has_one_category() {
        let records = (0..40).map(|record| (record % 2, f64::from(u8::from(record / 2 % 2 == 0))));
        assert_eq!(merge_categories(2, records, 0.1), [Some(0), Some(0)]);
    }
}
