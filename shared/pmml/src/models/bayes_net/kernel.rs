//! Multiplies conditional probabilities, row by row.

use crate::models::largest;
use crate::program::{Frame, Kernel, NONE, Results, Slot, Test};

/// A network whose variables are known, except the target.
#[derive(Debug)]
pub(super) struct Network {
    pub(super) variables: Vec<Variable>,
    pub(super) tables: Vec<Table>,
    /// The number of categories.
    pub(super) width: usize,
}

/// A variable: a test for each of its values.
#[derive(Debug)]
pub(super) struct Variable {
    pub(super) tests: Vec<Test>,
}

/// Probabilities over the target's categories (side by side) and some variables.
#[derive(Debug)]
pub(super) struct Table {
    /// Variables with their strides.
    pub(super) strides: Vec<(usize, usize)>,
    /// NaN if unknown.
    pub(super) probabilities: Vec<f64>,
}

impl Kernel for Network {
    fn reads(&self) -> Vec<Slot> {
        let mut slots = Vec::new();
        self.variables.iter().flat_map(|v| &v.tests).for_each(|test| test.reads(&mut slots));
        slots
    }

    fn run(&self, frame: &Frame, out: &mut Results) {
        let mut values = std::mem::take(&mut out.scratch.places);
        for row in 0..frame.rows() {
            values.clear();
            for variable in &self.variables {
                let value = variable.tests.iter().position(|test| test.holds(frame, row) == Some(true));
                values.push(value.map_or(NONE, |value| value as u32));
            }
            out.alive[row] &= self.score(&values, row, out);
        }
        out.scratch.places = values;
    }
}

impl Network {
    /// The probabilities of a row; false if a value is missing or its probability is unknown.
    fn score(&self, values: &[u32], row: usize, out: &mut Results) -> bool {
        if values.contains(&NONE) {
            return false;
        }
        out.probabilities.iter_mut().for_each(|column| column[row] = 1.0);
        for table in &self.tables {
            let mut place = 0;
            for (variable, stride) in &table.strides {
                place += values[*variable] as usize * stride;
            }
            let Some(cells) = table.probabilities.get(place..place + self.width) else { return false };
            for (column, p) in out.probabilities.iter_mut().zip(cells) {
                column[row] *= p;
            }
        }
        let sum: f64 = out.probabilities.iter().map(|column| column[row]).sum();
        if sum.is_nan() || sum <= 0.0 {
            return false;
        }
        out.probabilities.iter_mut().for_each(|column| column[row] /= sum);
        out.winners[row] = largest(&out.probabilities, row);
        true
    }
}
