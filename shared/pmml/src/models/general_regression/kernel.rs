//! Sums of products of columns, column by column.

use crate::models::links::Link;
use crate::program::{Frame, Kernel, Results, Slot, State};

/// A regression.
#[derive(Debug)]
pub(super) struct Linear {
    pub(super) terms: Vec<Term>,
    /// The number of linear predictors.
    pub(super) responses: usize,
    pub(super) offset: Option<Slot>,
    pub(super) offset_value: f64,
    pub(super) answer: Answer,
}

/// A product of columns with its coefficients, one for each linear predictor.
#[derive(Debug)]
pub(super) struct Term {
    pub(super) factors: Vec<Factor>,
    pub(super) betas: Vec<f64>,
}

/// A column's power.
#[derive(Debug)]
pub(super) struct Factor {
    pub(super) of: Slot,
    pub(super) power: f64,
}

/// The meaning of linear predictors.
#[derive(Debug)]
pub(super) enum Answer {
    /// The mean, times the number of trials.
    Number(Link, Option<f64>),
    /// The probability of the category at this index of two.
    Binary(Link, usize),
    /// A linear predictor for each category; `None` is 0.
    Softmax(Vec<Option<usize>>),
    /// Cumulative probabilities.
    Cumulative(Link),
}

impl Kernel for Linear {
    fn reads(&self) -> Vec<Slot> {
        let factors = self.terms.iter().flat_map(|term| &term.factors);
        let mut slots: Vec<_> = factors.map(|factor| factor.of).chain(self.offset).collect();
        slots.sort_unstable();
        slots.dedup();
        slots
    }

    fn run(&self, frame: &Frame, out: &mut Results) {
        for slot in self.reads() {
            out.kill(frame, slot, |state| state != State::Valid);
        }
        let rows = frame.rows();
        let mut etas = std::mem::take(&mut out.scratch.matrix);
        let mut product = std::mem::take(&mut out.scratch.sums);
        etas.clear();
        etas.resize(self.responses * rows, self.offset_value);
        if let Some(offset) = self.offset {
            for column in etas.chunks_exact_mut(rows.max(1)) {
                for (eta, x) in column.iter_mut().zip(&frame.column(offset).numbers) {
                    *eta += x;
                }
            }
        }
        for term in &self.terms {
            product.clear();
            product.resize(rows, 1.0);
            for factor in &term.factors {
                let numbers = &frame.column(factor.of).numbers;
                if factor.power == 1.0 {
                    product.iter_mut().zip(numbers).for_each(|(p, x)| *p *= x);
                } else {
                    product.iter_mut().zip(numbers).for_each(|(p, x)| *p *= x.powf(factor.power));
                }
            }
            for (column, beta) in etas.chunks_exact_mut(rows.max(1)).zip(&term.betas) {
                for (eta, x) in column.iter_mut().zip(&product) {
                    *eta += beta * x;
                }
            }
        }
        for row in 0..rows {
            self.answer(&etas, row, rows, out);
        }
        (out.scratch.matrix, out.scratch.sums) = (etas, product);
    }
}

impl Linear {
    fn answer(&self, etas: &[f64], row: usize, rows: usize, out: &mut Results) {
        let eta = |place: usize| etas[place * rows + row];
        match &self.answer {
            Answer::Number(link, trials) => {
                out.numbers[row] = link.inverse(eta(0)) * trials.unwrap_or(1.0);
                return;
            }
            Answer::Binary(link, place) => {
                let p = link.inverse(eta(0));
                out.probabilities[*place][row] = p;
                out.probabilities[1 - place][row] = 1.0 - p;
            }
            Answer::Softmax(places) => {
                let of = |place: &Option<usize>| place.map_or(0.0, eta);
                // Subtracting the largest one changes nothing, but keeps exp() in range.
                let largest = places.iter().map(of).fold(f64::NEG_INFINITY, f64::max);
                let mut sum = 0.0;
                for (place, column) in places.iter().zip(&mut out.probabilities) {
                    column[row] = (of(place) - largest).exp();
                    sum += column[row];
                }
                out.probabilities.iter_mut().for_each(|column| column[row] /= sum);
            }
            Answer::Cumulative(link) => {
                let mut before = 0.0;
                let last = out.probabilities.len() - 1;
                for (place, column) in out.probabilities.iter_mut().enumerate() {
                    let up_to = if place == last { 1.0 } else { link.inverse(eta(place)) };
                    column[row] = up_to - before;
                    before = up_to;
                }
            }
        }
        out.winners[row] = crate::models::largest(&out.probabilities, row);
    }
}
