//! Chooses among the rules that fire, row by row.

use super::document::Criterion;
use crate::models::tree::distribution::Distributions;
use crate::program::{Frame, Kernel, Results, Slot, Test};

/// A rule set.
#[derive(Debug)]
pub(super) struct Rules {
    pub(super) rules: Vec<Compiled>,
    pub(super) criterion: Option<Criterion>,
    pub(super) default: Option<u32>,
    pub(super) default_confidence: f64,
    /// If rules have statistics of several categories; the last row is for records without a rule.
    pub(super) distributions: Option<Distributions>,
}

#[derive(Debug)]
pub(super) struct Compiled {
    pub(super) test: Test,
    pub(super) winner: u32,
    pub(super) confidence: f64,
    pub(super) adjusted: f64,
    pub(super) weight: f64,
}

/// The choice for a row: the rule if one decided, category, confidence, adjusted confidence.
struct Choice {
    rule: Option<usize>,
    winner: u32,
    confidence: f64,
    adjusted: f64,
}

impl Kernel for Rules {
    fn reads(&self) -> Vec<Slot> {
        let mut slots = Vec::new();
        self.rules.iter().for_each(|rule| rule.test.reads(&mut slots));
        slots
    }

    fn run(&self, frame: &Frame, out: &mut Results) {
        let mut sums = std::mem::take(&mut out.scratch.sums);
        for row in 0..frame.rows() {
            let choice = match self.criterion {
                Some(Criterion::WeightedSum) => self.vote(frame, row, out.adjusted.len(), &mut sums),
                Some(Criterion::WeightedMax) => self.greatest(frame, row),
                Some(Criterion::FirstHit) | None => self.first(frame, row),
            };
            let choice = choice.or(self.default.map(|winner| Choice {
                rule: None,
                winner,
                confidence: self.default_confidence,
                adjusted: self.default_confidence,
            }));
            let Some(choice) = choice else {
                out.alive[row] = false;
                continue;
            };
            out.winners[row] = choice.winner;
            out.confidence[row] = choice.confidence;
            if let Some(rule) = choice.rule {
                out.entities[row] = rule as u32;
            }
            if let Some(column) = out.adjusted.get_mut(choice.winner as usize) {
                column[row] = choice.adjusted;
            }
            if let Some(known) = &self.distributions {
                let place = choice.rule.unwrap_or(self.rules.len());
                for (column, p) in out.probabilities.iter_mut().zip(known.row(&known.probabilities, place)) {
                    column[row] = *p;
                }
            }
        }
        out.scratch.sums = sums;
    }
}

impl Rules {
    fn firing<'a>(&'a self, frame: &'a Frame, row: usize) -> impl Iterator<Item = (usize, &'a Compiled)> {
        // A rule whose predicate is unknown does not fire.
        self.rules.iter().enumerate().filter(move |(_, rule)| rule.test.holds(frame, row) == Some(true))
    }

    fn first(&self, frame: &Frame, row: usize) -> Option<Choice> {
        let (place, rule) = self.firing(frame, row).next()?;
        Some(Choice {
            rule: Some(place),
            winner: rule.winner,
            confidence: rule.confidence,
            adjusted: rule.adjusted,
        })
    }

    fn greatest(&self, frame: &Frame, row: usize) -> Option<Choice> {
        let mut best: Option<(usize, &Compiled)> = None;
        for (place, rule) in self.firing(frame, row) {
            if best.is_none_or(|(_, other)| rule.weight > other.weight) {
                best = Some((place, rule));
            }
        }
        best.map(|(place, rule)| Choice {
            rule: Some(place),
            winner: rule.winner,
            confidence: rule.confidence,
            adjusted: rule.adjusted,
        })
    }

    /// The winner's sum of weights, divided by the number of rules that fired, is its confidence.
    fn vote(&self, frame: &Frame, row: usize, categories: usize, sums: &mut Vec<f64>) -> Option<Choice> {
        sums.clear();
        sums.resize(categories, 0.0);
        let (mut fired, mut rule_of_winner) = (0, None);
        for (_, rule) in self.firing(frame, row) {
            fired += 1;
            if let Some(sum) = sums.get_mut(rule.winner as usize) {
                *sum += rule.weight;
            }
        }
        if fired == 0 {
            return None;
        }
        let mut best = 0;
        for (place, sum) in sums.iter().enumerate() {
            if *sum > sums[best] {
                best = place;
            }
        }
        let mut weight = f64::NEG_INFINITY;
        for (place, rule) in self.firing(frame, row) {
            if rule.winner as usize == best && rule.weight > weight {
                (rule_of_winner, weight) = (Some(place), rule.weight);
            }
        }
        let confidence = sums[best] / f64::from(fired);
        Some(Choice { rule: rule_of_winner, winner: best as u32, confidence, adjusted: confidence })
    }
}
