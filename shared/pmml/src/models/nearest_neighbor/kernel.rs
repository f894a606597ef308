//! The nearest training records, row by row.

use super::document::{CategoricalMethod, ContinuousMethod};
use crate::models::clustering::measure::Comparison;
use crate::models::largest;
use crate::program::{Frame, Kernel, NONE, Results, Slot, State};

/// Training records.
#[derive(Debug)]
pub(super) struct Neighbours {
    pub(super) slots: Vec<Slot>,
    /// Their coordinates, record by record.
    pub(super) instances: Vec<f64>,
    pub(super) comparison: Comparison,
    /// k
    pub(super) count: usize,
    pub(super) threshold: f64,
    pub(super) targets: Targets,
}

/// The targets of training records.
#[derive(Debug)]
pub(super) enum Targets {
    Categories(Vec<u32>, CategoricalMethod),
    Numbers(Vec<f64>, ContinuousMethod),
}

impl Kernel for Neighbours {
    fn reads(&self) -> Vec<Slot> {
        self.slots.clone()
    }

    fn run(&self, frame: &Frame, out: &mut Results) {
        let mut x = std::mem::take(&mut out.scratch.sums);
        let mut numbers = std::mem::take(&mut out.scratch.matrix);
        for row in 0..frame.rows() {
            x.clear();
            for slot in &self.slots {
                let column = frame.column(*slot);
                // A record with a missing coordinate has no neighbours.
                if column.state(row) != State::Valid {
                    out.alive[row] = false;
                    break;
                }
                x.push(column.numbers[row]);
            }
            if !out.alive[row] {
                continue;
            }
            for (place, instance) in self.instances.chunks_exact(self.slots.len()).enumerate() {
                // Missing coordinates of a training record do not count.
                if let Some(distance) = self.comparison.of(instance, &x) {
                    self.insert(out, row, place as u32, distance);
                }
            }
            if out.ranked[0][row] == NONE {
                out.alive[row] = false;
                continue;
            }
            self.predict(out, row, &mut numbers);
        }
        (out.scratch.sums, out.scratch.matrix) = (x, numbers);
    }
}

impl Neighbours {
    /// Inserts a training record into the nearest ones; of equal ones the earlier stays first.
    fn insert(&self, out: &mut Results, row: usize, instance: u32, distance: f64) {
        let similar = self.comparison.kind.is_similarity();
        let nearer = |a: f64, b: f64| if similar { a > b } else { a < b };
        let last = self.count - 1;
        if out.ranked[last][row] != NONE && !nearer(distance, out.ranked_numbers[last][row]) {
            return;
        }
        let mut place = last;
        while place > 0 {
            let before = out.ranked[place - 1][row];
            if before != NONE && !nearer(distance, out.ranked_numbers[place - 1][row]) {
                break;
            }
            out.ranked[place][row] = before;
            out.ranked_numbers[place][row] = out.ranked_numbers[place - 1][row];
            place -= 1;
        }
        out.ranked[place][row] = instance;
        out.ranked_numbers[place][row] = distance;
    }

    fn weight(&self, distance: f64) -> f64 {
        if self.comparison.kind.is_similarity() { distance } else { 1.0 / (distance + self.threshold) }
    }

    fn predict(&self, out: &mut Results, row: usize, numbers: &mut Vec<f64>) {
        numbers.clear();
        let (mut sum, mut total) = (0.0, 0.0);
        for place in 0..self.count {
            let instance = out.ranked[place][row];
            if instance == NONE {
                break;
            }
            let weight = self.weight(out.ranked_numbers[place][row]);
            match &self.targets {
                Targets::Categories(places, method) => {
                    let vote = if *method == CategoricalMethod::MajorityVote { 1.0 } else { weight };
                    out.probabilities[places[instance as usize] as usize][row] += vote;
                    total += vote;
                }
                Targets::Numbers(targets, method) => {
                    let weight = if *method == ContinuousMethod::WeightedAverage { weight } else { 1.0 };
                    numbers.push(targets[instance as usize]);
                    sum += weight * targets[instance as usize];
                    total += weight;
                }
            }
        }
        match &self.targets {
            Targets::Categories(..) => {
                out.winners[row] = largest(&out.probabilities, row);
                out.probabilities.iter_mut().for_each(|column| column[row] /= total);
            }
            Targets::Numbers(_, ContinuousMethod::Median) => {
                numbers.sort_unstable_by(f64::total_cmp);
                let (low, high) = (numbers[(numbers.len() - 1) / 2], numbers[numbers.len() / 2]);
                out.numbers[row] = if low == high { low } else { (low + high) / 2.0 };
            }
            Targets::Numbers(..) => out.numbers[row] = sum / total,
        }
    }
}
