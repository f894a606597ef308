//! Decision functions over blocks of support vectors.

use super::blocks::{Blocks, LANES, compare};
use super::decision::Decision;
use super::document;
use crate::models::TILE;
use crate::program::{Frame, Kernel, Results, Scratch, Slot, State};

/// Machines over shared support vectors.
#[derive(Debug)]
pub(super) struct Machines {
    pub(super) features: Vec<Slot>,
    pub(super) kernel: document::Kernel,
    pub(super) blocks: Blocks,
    /// For each machine, the factors of the vectors in the order of the blocks.
    pub(super) factors: Vec<Vec<f64>>,
    /// For each machine, b.
    pub(super) absolutes: Vec<f64>,
    pub(super) decision: Decision,
    /// The number of categories; 0 for numbers.
    pub(super) categories: usize,
}

impl Kernel for Machines {
    fn reads(&self) -> Vec<Slot> {
        self.features.clone()
    }

    fn run(&self, frame: &Frame, out: &mut Results) {
        for slot in &self.features {
            out.kill(frame, *slot, |state| state != State::Valid);
        }
        let machines = self.factors.len();
        let rows = frame.rows();
        let mut scratch = std::mem::take(&mut out.scratch);
        scratch.counts.clear();
        scratch.counts.resize(self.categories, 0);
        for from in (0..rows).step_by(TILE) {
            let tile = TILE.min(rows - from);
            self.gather(frame, from, tile, &mut scratch.matrix);
            self.sum(tile, &mut scratch);
            for row in 0..tile {
                let decisions = &scratch.sums[row * machines..(row + 1) * machines];
                if self.categories == 0 {
                    out.numbers[from + row] = decisions[0];
                    continue;
                }
                let (winner, probability) = self.decision.winner(decisions, &mut scratch.counts);
                out.winners[from + row] = winner;
                for (column, decision) in out.decisions.iter_mut().zip(decisions) {
                    column[from + row] = *decision;
                }
                if let Some(p) = probability {
                    for (column, p) in out.probabilities.iter_mut().zip([p, 1.0 - p]) {
                        column[from + row] = p;
                    }
                }
            }
        }
        out.scratch = scratch;
    }
}

impl Machines {
    /// Rows `from..from + tile` of the features, row by row.
    fn gather(&self, frame: &Frame, from: usize, tile: usize, matrix: &mut Vec<f64>) {
        let width = self.features.len();
        matrix.clear();
        matrix.resize(tile * width, 0.0);
        for (place, slot) in self.features.iter().enumerate() {
            for (row, number) in frame.column(*slot).numbers[from..from + tile].iter().enumerate() {
                matrix[row * width + place] = *number;
            }
        }
    }

    /// Sums the decision functions, vector by vector in document order.
    fn sum(&self, tile: usize, scratch: &mut Scratch) {
        let machines = self.factors.len();
        scratch.sums.clear();
        scratch.sums.resize(tile * machines, 0.0);
        for (b, block) in self.blocks.iter().enumerate() {
            let rows =
                scratch.matrix.chunks_exact(self.features.len()).zip(scratch.sums.chunks_exact_mut(machines));
            for (x, sums) in rows {
                let values = compare(self.kernel, x, block);
                for (sum, factors) in sums.iter_mut().zip(&self.factors) {
                    for (factor, value) in factors[b * LANES..].iter().zip(values) {
                        *sum += factor * value;
                    }
                }
            }
        }
        for sums in scratch.sums.chunks_exact_mut(machines) {
            for (sum, absolute) in sums.iter_mut().zip(&self.absolutes) {
                *sum += absolute;
            }
        }
    }
}
