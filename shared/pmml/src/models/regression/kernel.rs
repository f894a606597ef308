//! Formulas, column by column.

use crate::models::links::Link;
use crate::program::{Frame, Kernel, Results, Slot, State};

/// A formula for a number or for each category.
#[derive(Debug)]
pub(super) struct Tables {
    pub(super) formulas: Vec<Formula>,
    pub(super) answer: Answer,
}

#[derive(Debug)]
pub(super) struct Formula {
    pub(super) intercept: f64,
    /// Columns that are multiplied, the power of the product, the coefficient.
    pub(super) terms: Vec<(Vec<Slot>, f64, f64)>,
}

/// The meaning of results.
#[derive(Debug)]
pub(super) enum Answer {
    Number(Link),
    Softmax,
    Simplemax,
    /// Plain probabilities; the last category has the rest.
    Rest,
    /// Cumulative probabilities; for two categories that of the first one.
    Cumulative(Link),
}

impl Kernel for Tables {
    fn reads(&self) -> Vec<Slot> {
        let terms = self.formulas.iter().flat_map(|formula| &formula.terms);
        let mut slots: Vec<_> = terms.flat_map(|(slots, ..)| slots).copied().collect();
        slots.sort_unstable();
        slots.dedup();
        slots
    }

    fn run(&self, frame: &Frame, out: &mut Results) {
        for slot in self.reads() {
            out.kill(frame, slot, |state| state != State::Valid);
        }
        let rows = frame.rows();
        let mut sums = std::mem::take(&mut out.scratch.matrix);
        let mut product = std::mem::take(&mut out.scratch.sums);
        sums.clear();
        sums.resize(self.formulas.len() * rows, 0.0);
        for (formula, column) in self.formulas.iter().zip(sums.chunks_exact_mut(rows.max(1))) {
            column.fill(formula.intercept);
            for (slots, power, coefficient) in &formula.terms {
                product.clear();
                product.resize(rows, 1.0);
                for slot in slots {
                    product.iter_mut().zip(&frame.column(*slot).numbers).for_each(|(p, x)| *p *= x);
                }
                if *power != 1.0 {
                    product.iter_mut().for_each(|p| *p = p.powf(*power));
                }
                column.iter_mut().zip(&product).for_each(|(y, x)| *y += coefficient * x);
            }
        }
        for row in 0..rows {
            self.answer(&sums, row, rows, out);
        }
        (out.scratch.matrix, out.scratch.sums) = (sums, product);
    }
}

impl Tables {
    fn answer(&self, sums: &[f64], row: usize, rows: usize, out: &mut Results) {
        let y = |place: usize| sums[place * rows + row];
        let last = self.formulas.len() - 1;
        match &self.answer {
            Answer::Number(link) => {
                out.numbers[row] = link.inverse(y(0));
                return;
            }
            Answer::Softmax => {
                let largest = (0..=last).map(y).fold(f64::NEG_INFINITY, f64::max);
                let mut sum = 0.0;
                for (place, column) in out.probabilities.iter_mut().enumerate() {
                    column[row] = (y(place) - largest).exp();
                    sum += column[row];
                }
                out.probabilities.iter_mut().for_each(|column| column[row] /= sum);
            }
            Answer::Simplemax => {
                let sum: f64 = (0..=last).map(y).sum();
                for (place, column) in out.probabilities.iter_mut().enumerate() {
                    column[row] = y(place) / sum;
                }
            }
            Answer::Rest => {
                let mut rest = 1.0;
                for (place, column) in out.probabilities.iter_mut().enumerate() {
                    column[row] = if place == last { rest } else { y(place) };
                    rest -= column[row];
                }
            }
            Answer::Cumulative(link) => {
                let mut before = 0.0;
                for (place, column) in out.probabilities.iter_mut().enumerate() {
                    let up_to = if place == last { 1.0 } else { link.inverse(y(place)) };
                    column[row] = up_to - before;
                    before = up_to;
                }
            }
        }
        out.winners[row] = crate::models::largest(&out.probabilities, row);
    }
}
