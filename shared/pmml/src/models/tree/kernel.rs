//! Descends a tree, row by row.

use super::distribution::Distributions;
use super::document::MissingValueStrategy;
use crate::program::{Frame, Kernel, Results, Slot, Test};

/// No node.
pub(super) const NO_NODE: u32 = u32::MAX;

/// A tree, its nodes breadth first.
#[derive(Debug)]
pub(super) struct Tree {
    pub(super) nodes: Vec<Node>,
    pub(super) distributions: Distributions,
    pub(super) strategy: MissingValueStrategy,
    pub(super) penalty: f64,
    pub(super) last_prediction: bool,
    pub(super) classes: bool,
}

#[derive(Debug)]
pub(super) struct Node {
    pub(super) test: Test,
    pub(super) first_child: u32,
    pub(super) children: u32,
    pub(super) default_child: u32,
    /// The index of the predicted category, or the predicted number.
    pub(super) score: Option<f64>,
    pub(super) records: f64,
}

/// The end of a descent.
enum End {
    /// A node, with the factor of its confidences.
    Node(usize, f64),
    /// A node with unknown children, which share the record.
    Shared(usize),
    Nowhere,
}

/// The combined result of nodes that share a record, by category; then the number, and the weight.
struct Sum<'a> {
    counts: &'a mut [f64],
    probabilities: &'a mut [f64],
    confidences: &'a mut [f64],
    adjusted: &'a mut [f64],
    number: f64,
    weight: f64,
}

impl Kernel for Tree {
    fn reads(&self) -> Vec<Slot> {
        let mut slots = Vec::new();
        self.nodes.iter().for_each(|node| node.test.reads(&mut slots));
        slots.sort_unstable();
        slots.dedup();
        slots
    }

    fn run(&self, frame: &Frame, out: &mut Results) {
        let mut sums = std::mem::take(&mut out.scratch.sums);
        for row in 0..frame.rows() {
            if !out.alive[row] {
                continue;
            }
            match self.descend(frame, row) {
                End::Node(node, factor) => self.answer(node, factor, row, out),
                End::Shared(node) => self.share(node, frame, row, &mut sums, out),
                End::Nowhere => out.alive[row] = false,
            }
        }
        out.scratch.sums = sums;
    }
}

impl Tree {
    fn children(&self, node: &Node) -> std::ops::Range<usize> {
        node.first_child as usize..node.first_child as usize + node.children as usize
    }

    fn descend(&self, frame: &Frame, row: usize) -> End {
        use MissingValueStrategy as Strategy;
        if self.nodes[0].test.holds(frame, row) != Some(true) {
            return End::Nowhere;
        }
        let (mut place, mut factor) = (0, 1.0);
        'levels: loop {
            let node = &self.nodes[place];
            if node.children == 0 {
                return End::Node(place, factor);
            }
            for child in self.children(node) {
                match (self.nodes[child].test.holds(frame, row), self.strategy) {
                    (Some(true), _) => {
                        place = child;
                        continue 'levels;
                    }
                    (Some(false), _) | (None, Strategy::None) => {}
                    (None, Strategy::LastPrediction) => return End::Node(place, factor),
                    (None, Strategy::NullPrediction) => return End::Nowhere,
                    (None, Strategy::WeightedConfidence | Strategy::AggregateNodes) => {
                        return End::Shared(place);
                    }
                    (None, Strategy::DefaultChild) => {
                        if node.default_child == NO_NODE {
                            return End::Nowhere;
                        }
                        place = node.default_child as usize;
                        factor *= self.penalty;
                        continue 'levels;
                    }
                }
            }
            return if self.last_prediction { End::Node(place, factor) } else { End::Nowhere };
        }
    }

    fn answer(&self, place: usize, factor: f64, row: usize, out: &mut Results) {
        out.entities[row] = place as u32;
        let Some(score) = self.nodes[place].score else {
            out.alive[row] = false;
            return;
        };
        if !self.classes {
            out.numbers[row] = score;
            return;
        }
        out.winners[row] = score as u32;
        let known = &self.distributions;
        write(&mut out.probabilities, row, known.row(&known.probabilities, place), 1.0);
        write(&mut out.confidences, row, known.row(&known.confidences, place), factor);
        write(&mut out.adjusted, row, known.row(&known.adjusted, place), factor);
    }

    /// A record that several children share.
    fn share(&self, place: usize, frame: &Frame, row: usize, sums: &mut Vec<f64>, out: &mut Results) {
        let width = self.distributions.width;
        sums.clear();
        sums.resize(4 * width, 0.0);
        let (counts, rest) = sums.split_at_mut(width);
        let (probabilities, rest) = rest.split_at_mut(width);
        let (confidences, adjusted) = rest.split_at_mut(width);
        let mut sum = Sum { counts, probabilities, confidences, adjusted, number: 0.0, weight: 0.0 };
        self.add(place, 1.0, frame, row, &mut sum);
        out.entities[row] = place as u32;
        if sum.weight <= 0.0 {
            out.alive[row] = false;
            return;
        }
        if !self.classes {
            out.numbers[row] = sum.number / sum.weight;
            return;
        }
        if self.strategy == MissingValueStrategy::AggregateNodes {
            let total: f64 = sum.counts.iter().sum();
            for (i, count) in sum.counts.iter().enumerate() {
                sum.probabilities[i] = count / total;
                sum.confidences[i] = count / total;
                sum.adjusted[i] = (count + 1.0) / (total + width as f64);
            }
        } else {
            for list in [&mut *sum.probabilities, &mut *sum.confidences, &mut *sum.adjusted] {
                list.iter_mut().for_each(|number| *number /= sum.weight);
            }
        }
        let mut best = 0;
        for (i, confidence) in sum.confidences.iter().enumerate() {
            if *confidence > sum.confidences[best] {
                best = i;
            }
        }
        out.winners[row] = best as u32;
        write(&mut out.probabilities, row, sum.probabilities, 1.0);
        write(&mut out.confidences, row, sum.confidences, 1.0);
        write(&mut out.adjusted, row, sum.adjusted, 1.0);
    }

    /// Adds the result of a node with a weight, or the results of its children that are not excluded, each
    /// weighted by its fraction of the records. The depth of a tree is bounded.
    fn add(&self, place: usize, weight: f64, frame: &Frame, row: usize, sum: &mut Sum<'_>) {
        let node = &self.nodes[place];
        let open = |child: &usize| self.nodes[*child].test.holds(frame, row) != Some(false);
        if let Some(sure) = self.sure(node, frame, row) {
            return self.add(sure, weight, frame, row, sum);
        }
        let records: f64 = self.children(node).filter(open).map(|child| self.nodes[child].records).sum();
        if records > 0.0 {
            for child in self.children(node).filter(open) {
                let share = self.nodes[child].records / records;
                if share > 0.0 {
                    self.add(child, weight * share, frame, row, sum);
                }
            }
            return;
        }
        // Without children, or if none remains, the node itself counts.
        let excluded = node.children > 0 && !self.last_prediction;
        let Some(score) = node.score.filter(|_| !excluded) else { return };
        sum.weight += weight;
        sum.number += weight * score;
        let known = &self.distributions;
        for (total, count) in sum.counts.iter_mut().zip(known.row(&known.counts, place)) {
            *total += count;
        }
        for (list, array) in [
            (&mut *sum.probabilities, &known.probabilities),
            (&mut *sum.confidences, &known.confidences),
            (&mut *sum.adjusted, &known.adjusted),
        ] {
            for (total, number) in list.iter_mut().zip(known.row(array, place)) {
                *total += weight * number;
            }
        }
    }

    /// The first child whose predicate is true, unless an unknown one precedes it.
    fn sure(&self, node: &Node, frame: &Frame, row: usize) -> Option<usize> {
        for child in self.children(node) {
            match self.nodes[child].test.holds(frame, row) {
                Some(true) => return Some(child),
                Some(false) => {}
                None => return None,
            }
        }
        None
    }
}

fn write(columns: &mut [Vec<f64>], row: usize, numbers: &[f64], factor: f64) {
    for (column, number) in columns.iter_mut().zip(numbers) {
        column[row] = number * factor;
    }
}
