//! Rules of the Association Rules node: the best rules of all frequent sets of items, level by level.
//!
//! Unlike those of Apriori's node, items may exclude each other, as the bins of a field do, and items that nearly all
//! records have are left out.

use std::collections::HashMap;

use crate::{Control, MiningError};

/// Candidates of a level above which the search ends with the level before: the option `MaxCandidatesNum` of stored
/// models. One stored model ends at sets of four items for this reason.
const MAX_CANDIDATES: usize = 500_000;

/// An item: the records that have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldItem {
    /// Its field. Items of one field exclude each other.
    pub field: usize,
    /// Whether it may be an antecedent.
    pub may_lead: bool,
    /// Whether it may be the consequent.
    pub may_follow: bool,
    /// A bit for each record.
    pub records: Vec<u64>,
}

/// Which rules are wanted. Shares are from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BestRules {
    /// The lowest share of records with a whole rule.
    pub support: f64,
    /// The lowest share of records with the antecedents.
    pub antecedent_support: f64,
    /// The lowest confidence.
    pub confidence: f64,
    /// The lowest lift.
    pub lift: f64,
    /// The highest share of records with an item.
    pub most_of_item: f64,
    /// The most antecedents.
    pub antecedents: usize,
    /// The most rules.
    pub rules: usize,
}

/// A rule, and the numbers of records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BestRule {
    /// The antecedents, ascending.
    pub antecedents: Vec<usize>,
    /// The consequent.
    pub consequent: usize,
    /// Records with all of it.
    pub with_all: usize,
    /// Records with the antecedents.
    pub with_antecedents: usize,
    /// Records with the consequent.
    pub with_consequent: usize,
}

impl BestRule {
    /// The share of records with the antecedents that have the consequent.
    pub fn confidence(&self) -> f64 {
        self.with_all as f64 / self.with_antecedents as f64
    }

    /// The confidence, divided by the share of records with the consequent.
    pub fn lift(&self, records: usize) -> f64 {
        self.confidence() / (self.with_consequent as f64 / records as f64)
    }
}

type Counts = HashMap<Vec<u16>, u32>;

/// The best rules by confidence, and of equal ones by their antecedents.
///
/// # Errors
/// [`MiningError::Canceled`]; [`MiningError::TooLarge`] for too many items.
pub fn best_rules(
    items: &[FieldItem],
    records: usize,
    wanted: &BestRules,
    control: Control<'_>,
) -> Result<Vec<BestRule>, MiningError> {
    if items.len() > usize::from(u16::MAX) {
        let advice = "use fewer fields or bins";
        return Err(MiningError::TooLarge { what: "the items", limit: usize::from(u16::MAX), advice });
    }
    let share = |count: usize| count as f64 / records.max(1) as f64;
    let count = |item: &FieldItem| item.records.iter().map(|bits| bits.count_ones() as usize).sum::<usize>();
    let singles = (0_u16..).zip(items).filter_map(|(number, item)| {
        let count = count(item);
        let is_used = share(count) >= wanted.support && share(count) <= wanted.most_of_item;
        is_used.then(|| (vec![number], u32::try_from(count).unwrap_or(u32::MAX)))
    });
    let mut level: Vec<(Vec<u16>, u32)> = singles.collect();
    let mut known: Counts = level.iter().cloned().collect();
    let mut rules = Vec::new();
    for _ in 0..wanted.antecedents {
        let Some(candidates) = candidates(items, &level, &known, control)? else { break };
        level = frequent(items, candidates, wanted.support * records as f64, control)?;
        if level.is_empty() {
            break;
        }
        known.extend(level.iter().cloned());
        for (set, all) in &level {
            rules.extend(of_set(items, set, *all as usize, &known).filter(|rule| {
                share(rule.with_antecedents) >= wanted.antecedent_support
                    && rule.confidence() >= wanted.confidence
                    && rule.lift(records) >= wanted.lift
            }));
        }
        best(&mut rules, wanted.rules);
    }
    Ok(rules)
}

/// Keeps the best rules, in order.
fn best(rules: &mut Vec<BestRule>, most: usize) {
    rules.sort_by(|one, two| {
        let by_confidence = two.confidence().total_cmp(&one.confidence());
        by_confidence
            .then_with(|| one.antecedents.cmp(&two.antecedents))
            .then_with(|| one.consequent.cmp(&two.consequent))
    });
    rules.truncate(most);
}

/// The rules of a set, with one consequent each.
fn of_set<'a>(
    items: &'a [FieldItem],
    set: &'a [u16],
    with_all: usize,
    known: &'a Counts,
) -> impl Iterator<Item = BestRule> + 'a {
    set.iter().filter_map(move |consequent| {
        let follows = items.get(usize::from(*consequent))?.may_follow;
        let antecedents: Vec<u16> = set.iter().copied().filter(|item| item != consequent).collect();
        let lead =
            antecedents.iter().all(|item| items.get(usize::from(*item)).is_some_and(|item| item.may_lead));
        if !follows || !lead {
            return None;
        }
        let with_antecedents = *known.get(&antecedents)? as usize;
        let with_consequent = *known.get([*consequent].as_slice())? as usize;
        Some(BestRule {
            antecedents: antecedents.into_iter().map(usize::from).collect(),
            consequent: usize::from(*consequent),
            with_all,
            with_antecedents,
            with_consequent,
        })
    })
}

/// Sets of one more item of which all parts are frequent; `None` if there are too many.
fn candidates(
    items: &[FieldItem],
    level: &[(Vec<u16>, u32)],
    known: &Counts,
    control: Control<'_>,
) -> Result<Option<Vec<Vec<u16>>>, MiningError> {
    let field = |item: &u16| items.get(usize::from(*item)).map(|item| item.field);
    let mut found = Vec::new();
    for (at, (one, _)) in level.iter().enumerate() {
        control.check()?;
        let Some((last, prefix)) = one.split_last() else { continue };
        let others = level.iter().skip(at + 1).map(|(two, _)| two);
        for two in others.take_while(|two| two.starts_with(prefix)) {
            let Some(next) = two.last() else { continue };
            if field(last) == field(next) {
                continue;
            }
            let mut set = one.clone();
            set.push(*next);
            let is_frequent = |left_out: usize| {
                let part: Vec<u16> = set
                    .iter()
                    .enumerate()
                    .filter(|(place, _)| *place != left_out)
                    .map(|(_, item)| *item)
                    .collect();
                known.contains_key(&part)
            };
            if (0..set.len().saturating_sub(2)).all(is_frequent) {
                found.push(set);
            }
            if found.len() > MAX_CANDIDATES {
                return Ok(None);
            }
        }
    }
    Ok(Some(found))
}

/// Candidates of one thread.
const BLOCK: usize = 2_048;

/// The candidates that enough records have, and their numbers.
fn frequent(
    items: &[FieldItem],
    candidates: Vec<Vec<u16>>,
    least: f64,
    control: Control<'_>,
) -> Result<Vec<(Vec<u16>, u32)>, MiningError> {
    let blocks: Vec<&[Vec<u16>]> = candidates.chunks(BLOCK).collect();
    let bits = |item: u16| items.get(usize::from(item)).map_or(&[][..], |item| item.records.as_slice());
    let counted = control.each(blocks.len(), |block| {
        let (mut of_prefix, mut prefix): (Vec<u64>, &[u16]) = (Vec::new(), &[]);
        let mut kept = Vec::new();
        for set in blocks.get(block).copied().unwrap_or_default() {
            let Some((last, first)) = set.split_last() else { continue };
            if first != prefix {
                of_prefix.clear();
                of_prefix.extend_from_slice(first.first().map_or(&[][..], |item| bits(*item)));
                for item in first.iter().skip(1) {
                    of_prefix.iter_mut().zip(bits(*item)).for_each(|(all, more)| *all &= more);
                }
                prefix = first;
            }
            let count: u32 =
                of_prefix.iter().zip(bits(*last)).map(|(one, two)| (one & two).count_ones()).sum();
            if f64::from(count) >= least {
                kept.push((set.clone(), count));
            }
        }
        Ok(kept)
    })?;
    Ok(counted.into_iter().flatten().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const WANTED: BestRules = BestRules {
        support: 0.1,
        antecedent_support: 0.12,
        confidence: 0.3,
        lift: 1.05,
        most_of_item: 0.9,
        antecedents: 3,
        rules: 40,
    };

    /// 300 records with eight items of six fields; the last two fields have two bins each.
    fn items() -> Vec<FieldItem> {
        let mut state = 11_u32;
        let mut random = |below: u32| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 10) % below
        };
        let mut bits = vec![vec![0_u64; 5]; 8];
        for record in 0..300 {
            let start = random(3);
            for field in 0..6 {
                let has = random(4) <= start;
                let item = match (field, has) {
                    (0..4, true) => Some(field),
                    (0..4, false) => None,
                    (_, has) => Some(field * 2 - 4 + usize::from(has)),
                };
                if let Some(item) = item {
                    bits[item][record / 64] |= 1 << (record % 64);
                }
            }
        }
        let field = |item: usize| if item < 4 { item } else { 4 + (item - 4) / 2 };
        let item =
            |(at, records)| FieldItem { field: field(at), may_lead: at != 2, may_follow: at != 1, records };
        bits.into_iter().enumerate().map(item).collect()
    }

    /// Independent: all sets of items, counted one by one.
    fn by_definition(items: &[FieldItem], wanted: &BestRules) -> Vec<BestRule> {
        let count = |set: &[usize]| {
            let has = |record: usize| {
                set.iter().all(|item| items[*item].records[record / 64] >> (record % 64) & 1 == 1)
            };
            (0..300).filter(|record| has(*record)).count()
        };
        let used: Vec<usize> = (0..8).filter(|item| (30..=270).contains(&count(&[*item]))).collect();
        let mut rules = Vec::new();
        for mask in 1_usize..256 {
            let antecedents: Vec<usize> = (0..8).filter(|item| mask >> item & 1 == 1).collect();
            let allowed = antecedents.iter().all(|item| used.contains(item) && items[*item].may_lead);
            if !allowed || antecedents.len() > wanted.antecedents {
                continue;
            }
            for consequent in
                used.iter().copied().filter(|item| items[*item].may_follow && mask >> item & 1 == 0)
            {
                let all = [antecedents.as_slice(), &[consequent]].concat();
                let rule = BestRule {
                    with_all: count(&all),
                    with_antecedents: count(&antecedents),
                    with_consequent: count(&[consequent]),
                    antecedents: antecedents.clone(),
                    consequent,
                };
                let is_wanted = rule.with_all >= 30
                    && rule.with_antecedents >= 36
                    && rule.confidence() >= wanted.confidence
                    && rule.lift(300) >= wanted.lift;
                rules.extend(is_wanted.then_some(rule));
            }
        }
        best(&mut rules, wanted.rules);
        rules
    }

    #[test]
    fn best_rules_are_those_of_the_definition() {
        let items = items();
        for wanted in
            [WANTED, BestRules { antecedents: 1, ..WANTED }, BestRules { rules: 3, lift: 1.3, ..WANTED }]
        {
            let expected = by_definition(&items, &wanted);
            assert!(!expected.is_empty());
            for threads in [1, 2, 7] {
                let control = Control { threads, is_canceled: &|| false };
                assert_eq!(best_rules(&items, 300, &wanted, control).unwrap(), expected);
            }
        }
    }
}
