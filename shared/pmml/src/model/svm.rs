//! Support vector machines.

use super::decision::Decision;
use super::kernel::{Blocks, LANES, compare};
use super::{Scratch, TILE, Tally, invalid, unsupported};
use crate::document::{Function, Kernel, Representation, SupportVectorMachineModel, VectorField};
use crate::error::PmmlError;
use crate::limits::MAX_MATRIX_CELLS;
use crate::program::{Fields, Slot};

/// Machines over shared support vectors.
#[derive(Debug)]
pub(crate) struct Machines {
    kernel: Kernel,
    dimensions: usize,
    blocks: Blocks,
    /// For each machine, the factors of the vectors in the order of the blocks.
    factors: Vec<Vec<f64>>,
    /// For each machine, b.
    absolutes: Vec<f64>,
    decision: Decision,
    pub(crate) categories: Vec<String>,
}

impl Machines {
    /// Compiles a model. `ibm`: whether IBM wrote it, which decides how the signs are read.
    pub(crate) fn compile(model: &SupportVectorMachineModel, ibm: bool) -> Result<Self, PmmlError> {
        let at = &model.header.location;
        let dimensions = model.fields.len();
        let (decision, categories) = match (model.header.function, model.machines.as_slice()) {
            (Function::Classification, _) => Decision::classification(model, ibm)?,
            (Function::Regression, [machine]) if machine.platt.is_none() => {
                (Decision::Regression, Vec::new())
            }
            (Function::Regression, [_]) => {
                return Err(unsupported(at, "ProbabilityParameter in a regression"));
            }
            (Function::Regression, _) => return Err(invalid(at, "several machines in a regression")),
        };
        let absolutes = model.machines.iter().map(|m| m.absolute).collect();
        let (kernel, vectors, factors) = match model.representation {
            Representation::SupportVectors => {
                let (order, factors) = dense(model)?;
                let vector =
                    |i: usize| model.vectors.get(i * dimensions..(i + 1) * dimensions).unwrap_or(&[]);
                let vectors: Vec<Vec<f64>> = order.into_iter().map(|i| vector(i).to_vec()).collect();
                (model.kernel, vectors, factors)
            }
            Representation::Coefficients => {
                if model.kernel != Kernel::Linear {
                    return Err(invalid(at, "coefficients with a kernel that is not linear"));
                }
                // Σ αᵢ·xᵢ is the linear kernel of x and α.
                let vectors: Vec<_> = model.machines.iter().map(|m| m.coefficients.clone()).collect();
                if vectors.iter().any(|v| v.len() != dimensions) {
                    return Err(invalid(at, "as many coefficients as fields are needed"));
                }
                let factors = (0..vectors.len()).map(|i| unit(i, vectors.len())).collect();
                (Kernel::Linear, vectors, factors)
            }
        };
        let blocks = Blocks::new(vectors.iter().map(Vec::as_slice), dimensions);
        Ok(Self { kernel, dimensions, blocks, factors, absolutes, decision, categories })
    }

    /// Compiles the fields that make up a vector.
    pub(crate) fn features(
        model: &SupportVectorMachineModel,
        fields: &mut Fields<'_>,
    ) -> Result<Vec<Slot>, PmmlError> {
        let mut slots = Vec::new();
        for field in &model.fields {
            slots.push(match field {
                VectorField::Field(name) => fields.number_field(name)?,
                VectorField::Category { field, value } => {
                    let of = fields.field(field)?;
                    fields.indicator(&of, value, None)?.slot
                }
            });
        }
        Ok(slots)
    }

    /// The number of probabilities that the model defines.
    pub(crate) fn probabilities(&self) -> usize {
        if matches!(self.decision, Decision::Probability { .. }) { self.categories.len() } else { 0 }
    }

    /// The number of decisions behind a classification.
    pub(crate) fn decisions(&self) -> usize {
        if self.categories.is_empty() { 0 } else { self.factors.len() }
    }

    pub(super) fn run(&self, columns: &[&[f64]], rows: usize, tally: &mut Tally, scratch: &mut Scratch) {
        let machines = self.factors.len();
        let mut votes = vec![0; self.categories.len()];
        for from in (0..rows).step_by(TILE) {
            let tile = TILE.min(rows - from);
            gather(columns, from, tile, &mut scratch.matrix);
            self.sum(tile, scratch);
            for row in 0..tile {
                let decisions = &scratch.sums[row * machines..(row + 1) * machines];
                if self.categories.is_empty() {
                    tally.numbers.push(decisions[0]);
                    continue;
                }
                let (winner, probability) = self.decision.winner(decisions, &mut votes);
                tally.winners.push(winner);
                for (column, decision) in tally.decisions.iter_mut().zip(decisions) {
                    column.push(*decision);
                }
                if let Some(p) = probability {
                    for (column, p) in tally.probabilities.iter_mut().zip([p, 1.0 - p]) {
                        column.push(p);
                    }
                }
            }
        }
    }

    /// Adds up the decision functions, vector by vector in the order of the document.
    fn sum(&self, tile: usize, scratch: &mut Scratch) {
        let machines = self.factors.len();
        scratch.sums.clear();
        scratch.sums.resize(tile * machines, 0.0);
        for (b, block) in self.blocks.iter().enumerate() {
            let rows =
                scratch.matrix.chunks_exact(self.dimensions).zip(scratch.sums.chunks_exact_mut(machines));
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

/// Rows `from..from + tile` of columns, row by row.
fn gather(columns: &[&[f64]], from: usize, tile: usize, matrix: &mut Vec<f64>) {
    matrix.clear();
    matrix.resize(tile * columns.len(), 0.0);
    for (place, column) in columns.iter().enumerate() {
        for (row, number) in column[from..from + tile].iter().enumerate() {
            matrix[row * columns.len() + place] = *number;
        }
    }
}

/// The vectors in order of first use, and for each machine a factor for each of them.
fn dense(model: &SupportVectorMachineModel) -> Result<(Vec<usize>, Vec<Vec<f64>>), PmmlError> {
    let mut places = std::collections::HashMap::new();
    let mut order = Vec::new();
    for vector in model.machines.iter().flat_map(|m| &m.vectors) {
        places.entry(*vector).or_insert_with(|| {
            order.push(*vector);
            order.len() - 1
        });
    }
    let (cells, limit) = (order.len().saturating_mul(model.machines.len()), MAX_MATRIX_CELLS);
    if cells > limit {
        let at = model.header.location.clone();
        return Err(PmmlError::Limit { at, what: "coefficients", limit });
    }
    let mut factors = vec![vec![0.0; order.len()]; model.machines.len()];
    for (machine, factors) in model.machines.iter().zip(&mut factors) {
        for (vector, coefficient) in machine.vectors.iter().zip(&machine.coefficients) {
            if let Some(factor) = places.get(vector).and_then(|place| factors.get_mut(*place)) {
                *factor += coefficient;
            }
        }
    }
    Ok((order, factors))
}

fn unit(place: usize, length: usize) -> Vec<f64> {
    (0..length).map(|i| f64::from(u8::from(i == place))).collect()
}
