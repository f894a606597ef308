//! Merges the categories of an input in a node until all groups differ.

use super::Options;
use super::bins::Categories;
use super::factors;
use super::tests_of_groups::Cells;

/// Categories that were merged.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Group {
    /// The categories, in order.
    pub(super) categories: Vec<usize>,
    /// Their cells, added.
    pub(super) cells: Vec<f64>,
}

/// The categories of an input in a node.
pub(super) struct Merging<'a> {
    cells: &'a Cells<'a>,
    options: &'a Options,
    nominal: bool,
    /// The number of categories that occur.
    present: usize,
    /// The groups, in the order of their first categories. That of missing values alone is last.
    groups: Vec<Group>,
    /// The code of missing values, where they may join any group, and occur.
    floating: Option<usize>,
    /// The p-values of pairs of groups, as logarithms, by the first categories of both.
    pairs: std::collections::HashMap<(usize, usize), f64>,
}

/// A pair of groups, and the logarithm of the p-value of their difference.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Pair {
    one: usize,
    two: usize,
    ln_p: f64,
}

impl<'a> Merging<'a> {
    pub(super) fn new(
        categories: &Categories,
        cells: &'a Cells<'a>,
        table: &[Vec<f64>],
        options: &'a Options,
    ) -> Self {
        let used = table.iter().enumerate().filter(|(_, row)| cells.size(row) > 0.0);
        let groups: Vec<Group> =
            used.map(|(at, row)| Group { categories: vec![at], cells: row.clone() }).collect();
        let has_missing = groups.last().is_some_and(|group| group.categories.contains(&categories.count));
        Self {
            cells,
            options,
            nominal: categories.nominal,
            present: groups.len(),
            floating: (has_missing && !categories.nominal).then_some(categories.count),
            groups,
            pairs: std::collections::HashMap::new(),
        }
    }

    /// The groups that differ, and the logarithm of Bonferroni's factor; `None` if the input does not split the node.
    pub(super) fn groups(mut self) -> Option<(Vec<Group>, f64)> {
        match self.options.exhaustive {
            true => self.merge_exhaustively(),
            false => self.merge_alike(),
        }
        self.merge_small();
        if self.groups.len() < 2 {
            return None;
        }
        let (present, groups) = (self.present, self.groups.len());
        let factor = match (self.options.exhaustive, self.nominal, self.floating) {
            (true, is_nominal, _) => factors::exhaustive(present, is_nominal),
            (false, true, _) => factors::nominal(present, groups),
            (false, false, None) => factors::ordered(present, groups),
            (false, false, Some(_)) => factors::floating(present, groups),
        };
        Some((self.groups, factor))
    }

    /// Merges the most similar pair while it does not differ significantly.
    fn merge_alike(&mut self) {
        while let Some(pair) = self.most_similar(|_| true).filter(|_| self.groups.len() > 1) {
            if pair.ln_p <= self.options.merge_alpha.ln() {
                break;
            }
            self.merge(pair);
        }
    }

    /// Merges to two groups, and keeps the step with the smallest p-value, the first of several.
    fn merge_exhaustively(&mut self) {
        let mut best: Option<(f64, Vec<Group>)> = None;
        while self.groups.len() > 1 {
            let rows: Vec<&[f64]> = self.groups.iter().map(|group| group.cells.as_slice()).collect();
            let ln_p = self.cells.test(&rows).ln_p;
            if best.as_ref().is_none_or(|(smallest, _)| ln_p < *smallest) {
                best = Some((ln_p, self.groups.clone()));
            }
            match self.most_similar(|_| true).filter(|_| self.groups.len() > 2) {
                Some(pair) => self.merge(pair),
                None => break,
            }
        }
        if let Some((_, groups)) = best {
            self.groups = groups;
            self.pairs.clear();
        }
    }

    /// Merges the first group that is too small with the most similar one that it may join.
    fn merge_small(&mut self) {
        let min_child = self.options.min_child.of(self.cells.records());
        let is_small = |group: &Group| self.cells.size(&group.cells) < min_child;
        while let Some(small) = self.groups.iter().position(is_small) {
            let Some(pair) = self.most_similar(|pair| pair.0 == small || pair.1 == small) else { break };
            self.merge(pair);
        }
    }

    /// The pair with the largest p-value among those that may merge and pass, the first of several.
    fn most_similar(&mut self, passes: impl Fn((usize, usize)) -> bool) -> Option<Pair> {
        let mut best: Option<Pair> = None;
        for one in 0..self.groups.len() {
            for two in one + 1..self.groups.len() {
                if !passes((one, two)) || !self.may_merge(one, two) {
                    continue;
                }
                let ln_p = self.compared(one, two);
                if best.is_none_or(|best| ln_p > best.ln_p) {
                    best = Some(Pair { one, two, ln_p });
                }
            }
        }
        best
    }

    /// Neighbours may merge, and any pair of a nominal input, and missing values with any group.
    fn may_merge(&self, one: usize, two: usize) -> bool {
        let is_floating = |at: usize| {
            let group = self.groups.get(at).map(|group| group.categories.as_slice());
            matches!((group, self.floating), (Some([only]), Some(floating)) if *only == floating)
        };
        self.nominal || two == one + 1 || is_floating(one) || is_floating(two)
    }

    fn compared(&mut self, one: usize, two: usize) -> f64 {
        let (Some(first), Some(second)) = (self.groups.get(one), self.groups.get(two)) else { return 0.0 };
        let key = |group: &Group| group.categories.first().copied().unwrap_or_default();
        let cells = self.cells;
        *self
            .pairs
            .entry((key(first), key(second)))
            .or_insert_with(|| cells.test(&[&first.cells, &second.cells]).ln_p)
    }

    fn merge(&mut self, pair: Pair) {
        let group = self.groups.remove(pair.two);
        if let Some(into) = self.groups.get_mut(pair.one) {
            let keys = [&*into, &group].map(|group| group.categories.first().copied().unwrap_or_default());
            self.pairs.retain(|(one, two), _| !keys.contains(one) && !keys.contains(two));
            into.categories.extend(group.categories);
            into.categories.sort_unstable();
            into.cells.iter_mut().zip(group.cells).for_each(|(sum, value)| *sum += value);
        }
    }
}
