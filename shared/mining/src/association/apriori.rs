//! Apriori: all rules with one consequent whose antecedents are frequent.
//!
//! The support of a rule is that of its antecedents, as Modeler's node counts it. A search over sets of records in
//! depth first order finds the same rules as the original's search by size.

use super::transactions::{Transactions, both, count, count_both};
use crate::{Control, MiningError};

/// The most rules of a model: a hundred times more than anybody reads, 100 MB of them.
const MAX_RULES: usize = 1_000_000;

/// Which rules are wanted.
#[derive(Debug, Clone)]
pub struct RuleOptions<'a> {
    /// The lowest support of the antecedents, in percent of the records.
    pub min_support: f64,
    /// The lowest confidence, in percent.
    pub min_confidence: f64,
    /// The most antecedents.
    pub max_antecedents: usize,
    /// For each item, whether it may be an antecedent.
    pub antecedents: &'a [bool],
    /// For each item, whether it may be a consequent.
    pub consequents: &'a [bool],
}

/// A rule, with the counts that all its measures are computed from.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// The items of the antecedent, in the order of items.
    pub antecedents: Vec<usize>,
    /// The item that follows.
    pub consequent: usize,
    /// All records.
    pub records: u64,
    /// Records with all antecedents.
    pub with_antecedents: u64,
    /// Records with the consequent.
    pub with_consequent: u64,
    /// Records with both.
    pub with_both: u64,
}

impl Rule {
    /// Records with the antecedents, in percent of all.
    pub fn support(&self) -> f64 {
        self.with_antecedents as f64 / self.records as f64 * 100.0
    }

    /// Records with the consequent, in percent of those with the antecedents.
    pub fn confidence(&self) -> f64 {
        self.with_both as f64 / self.with_antecedents as f64 * 100.0
    }

    /// Records with both, in percent of all.
    pub fn rule_support(&self) -> f64 {
        let support = self.with_antecedents as f64 / self.records as f64;
        support * (self.with_both as f64 / self.with_antecedents as f64) * 100.0
    }

    /// How often more the consequent occurs with the antecedents than without a condition.
    pub fn lift(&self) -> f64 {
        let confidence = self.with_both as f64 / self.with_antecedents as f64;
        confidence * self.records as f64 / self.with_consequent as f64
    }

    /// Records with the antecedents that do not have the consequent, in percent of all. Modeler's own order of
    /// operations is not known; this one gives half of its stored numbers to the bit, and all to 1e-14.
    pub fn deployability(&self) -> f64 {
        let support = self.with_antecedents as f64 / self.records as f64;
        support * (1.0 - self.confidence() / 100.0) * 100.0
    }
}

/// All rules, in the order in which Modeler lists them: by the number of items; then by the items, compared in the
/// order of items; within a set of items, from its last item as the consequent to its first. Items are ordered by
/// the sum of the sizes of the records that have them, the lowest first.
///
/// # Errors
/// [`MiningError::TooLarge`], [`MiningError::Canceled`].
pub fn apriori(
    transactions: &Transactions,
    options: &RuleOptions<'_>,
    control: Control<'_>,
) -> Result<Vec<Rule>, MiningError> {
    let search = Search::new(transactions, options, control);
    let found = control.each(search.order.len(), |first| {
        let mut rules = Vec::new();
        let members = search.members(first);
        search.extend(&mut vec![first], members.to_vec(), &mut rules)?;
        Ok(rules)
    })?;
    let mut rules: Vec<Found> = found.into_iter().flatten().collect();
    if rules.len() > MAX_RULES {
        return Err(too_many());
    }
    rules.sort_unstable_by(Found::compare);
    Ok(rules.into_iter().map(|found| search.rule(found)).collect())
}

fn too_many() -> MiningError {
    MiningError::TooLarge {
        what: "rules",
        limit: MAX_RULES,
        advice: "raise the minimum support or confidence, or allow fewer antecedents",
    }
}

struct Search<'a> {
    transactions: &'a Transactions,
    options: &'a RuleOptions<'a>,
    control: Control<'a>,
    /// The items in their order.
    order: Vec<usize>,
    /// For each item in order, the records that have it.
    counts: Vec<u64>,
}

/// A rule whose items are places in the order.
struct Found {
    antecedents: Vec<usize>,
    consequent: usize,
    with_antecedents: u64,
    with_both: u64,
}

impl<'a> Search<'a> {
    fn new(transactions: &'a Transactions, options: &'a RuleOptions<'a>, control: Control<'a>) -> Self {
        let sizes = transactions.sizes();
        let mut order: Vec<usize> = (0..transactions.items()).collect();
        order.sort_by_key(|item| sizes.get(*item).copied().unwrap_or_default());
        let counts = order.iter().map(|item| count(transactions.of(*item))).collect();
        Self { transactions, options, control, order, counts }
    }

    fn members(&self, place: usize) -> &[u64] {
        self.order.get(place).map_or(&[], |item| self.transactions.of(*item))
    }

    fn may(&self, allowed: &[bool], place: usize) -> bool {
        self.order.get(place).and_then(|item| allowed.get(*item)).copied().unwrap_or_default()
    }

    /// Adds the rules of a set of antecedents and of all larger sets that begin with it.
    fn extend(
        &self,
        antecedents: &mut Vec<usize>,
        members: Vec<u64>,
        rules: &mut Vec<Found>,
    ) -> Result<(), MiningError> {
        let Some(&last) = antecedents.last() else { return Ok(()) };
        let with_antecedents = count(&members);
        let support = with_antecedents as f64 / self.transactions.records() as f64 * 100.0;
        let is_frequent = with_antecedents > 0 && support >= self.options.min_support;
        if !is_frequent || !self.may(self.options.antecedents, last) {
            return Ok(());
        }
        self.control.check()?;
        for consequent in 0..self.order.len() {
            if antecedents.contains(&consequent) || !self.may(self.options.consequents, consequent) {
                continue;
            }
            let with_both = count_both(&members, self.members(consequent));
            let confidence = with_both as f64 / with_antecedents as f64 * 100.0;
            if with_both > 0 && confidence >= self.options.min_confidence {
                if rules.len() >= MAX_RULES {
                    return Err(too_many());
                }
                rules.push(Found {
                    antecedents: antecedents.clone(),
                    consequent,
                    with_antecedents,
                    with_both,
                });
            }
        }
        if antecedents.len() < self.options.max_antecedents {
            for next in last + 1..self.order.len() {
                antecedents.push(next);
                self.extend(antecedents, both(&members, self.members(next)), rules)?;
                antecedents.pop();
            }
        }
        Ok(())
    }

    fn rule(&self, found: Found) -> Rule {
        let item = |place: usize| self.order.get(place).copied().unwrap_or_default();
        Rule {
            consequent: item(found.consequent),
            records: self.transactions.records() as u64,
            with_antecedents: found.with_antecedents,
            with_consequent: self.counts.get(found.consequent).copied().unwrap_or_default(),
            with_both: found.with_both,
            antecedents: found.antecedents.into_iter().map(item).collect(),
        }
    }
}

impl Found {
    /// All items, in order.
    fn items(&self) -> Vec<usize> {
        let mut items = self.antecedents.clone();
        let at = items.partition_point(|item| *item < self.consequent);
        items.insert(at, self.consequent);
        items
    }

    fn compare(&self, other: &Self) -> std::cmp::Ordering {
        let size = self.antecedents.len().cmp(&other.antecedents.len());
        size.then_with(|| self.items().cmp(&other.items()))
            .then_with(|| other.consequent.cmp(&self.consequent))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test stops at the first surprise")]

    use super::*;
    use proptest::prelude::*;

    fn transactions(records: &[Vec<usize>], items: usize) -> Transactions {
        let mut transactions = Transactions::new(items);
        transactions.grow(records.len());
        for (record, items) in records.iter().enumerate() {
            items.iter().for_each(|item| transactions.add(record, *item));
        }
        transactions
    }

    /// All rules by trying every set of antecedents: the definition.
    fn by_definition(
        records: &[Vec<usize>],
        items: usize,
        options: &RuleOptions<'_>,
    ) -> Vec<(Vec<usize>, usize)> {
        let has = |record: &Vec<usize>, wanted: &[usize]| wanted.iter().all(|item| record.contains(item));
        let mut rules = Vec::new();
        for set in 1_usize..1 << items {
            let antecedents: Vec<usize> = (0..items).filter(|item| set >> item & 1 == 1).collect();
            if antecedents.len() > options.max_antecedents {
                continue;
            }
            let with: Vec<_> = records.iter().filter(|record| has(record, &antecedents)).collect();
            for consequent in (0..items).filter(|item| !antecedents.contains(item)) {
                let both = with.iter().filter(|record| record.contains(&consequent)).count();
                let support = with.len() as f64 / records.len() as f64 * 100.0;
                let confidence = both as f64 / with.len() as f64 * 100.0;
                if support >= options.min_support && both > 0 && confidence >= options.min_confidence {
                    rules.push((antecedents.clone(), consequent));
                }
            }
        }
        rules.sort();
        rules
    }

    proptest! {
        /// Proof: an independent computation by the definition; and one thread equals three.
        #[test]
        fn rules_are_those_of_the_definition(
            records in prop::collection::vec(prop::collection::vec(0_usize..6, 0..6), 1..40),
            min_support in 0.0..60.0,
            min_confidence in 0.0..100.0,
            max_antecedents in 1_usize..4,
        ) {
            let all = [true; 6];
            let options = RuleOptions {
                min_support, min_confidence, max_antecedents, antecedents: &all, consequents: &all,
            };
            let transactions = transactions(&records, 6);
            let control = Control { threads: 1, is_canceled: &|| false };
            let rules = apriori(&transactions, &options, control).unwrap();
            let threads = Control { threads: 3, ..control };
            prop_assert_eq!(&rules, &apriori(&transactions, &options, threads).unwrap());
            let mut found: Vec<_> = rules.iter().map(|rule| {
                let mut antecedents = rule.antecedents.clone();
                antecedents.sort_unstable();
                (antecedents, rule.consequent)
            }).collect();
            found.sort();
            prop_assert_eq!(found, by_definition(&records, 6, &options));
        }
    }

    #[test]
    fn roles_of_items_are_kept() {
        let records = vec![vec![0, 1], vec![0, 1], vec![1]];
        let options = RuleOptions {
            min_support: 0.0,
            min_confidence: 0.0,
            max_antecedents: 2,
            antecedents: &[true, false],
            consequents: &[false, true],
        };
        let control = Control { threads: 1, is_canceled: &|| false };
        let rules = apriori(&transactions(&records, 2), &options, control).unwrap();
        assert_eq!(rules.len(), 1);
        assert_eq!((rules[0].antecedents.as_slice(), rules[0].consequent), ([0].as_slice(), 1));
        assert_eq!((rules[0].support(), rules[0].lift()), (2.0 / 3.0 * 100.0, 1.0));
    }
}
