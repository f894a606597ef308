//! Compiles a support vector machine model to blocks of vectors and factors.

use super::blocks::Blocks;
use super::decision::Decision;
use super::document::{Kernel, Representation, SupportVectorMachineModel, VectorField};
use super::kernel::Machines;
use crate::common::Function;
use crate::error::PmmlError;
use crate::limits::MAX_MATRIX_CELLS;
use crate::models::{Parts, invalid, unsupported};
use crate::program::{Fields, Shape, Slot};

/// Compiles a model. `ibm`: whether IBM wrote it, which determines the interpretation of signs.
pub(crate) fn compile(
    model: &SupportVectorMachineModel,
    ibm: bool,
    fields: &mut Fields<'_>,
) -> Result<Parts, PmmlError> {
    let at = &model.header.location;
    let dimensions = model.fields.len();
    let (decision, categories) = match (model.header.function, model.machines.as_slice()) {
        (Function::Classification, _) => Decision::classification(model, ibm)?,
        (Function::Regression, [machine]) if machine.platt.is_none() => (Decision::Regression, Vec::new()),
        (Function::Regression, [_]) => {
            return Err(unsupported(at, "ProbabilityParameter in a regression"));
        }
        (Function::Regression, _) => return Err(invalid(at, "several machines in a regression")),
        _ => return Err(unsupported(at, "a model that neither classifies nor predicts a number")),
    };
    let absolutes = model.machines.iter().map(|m| m.absolute).collect();
    let (kernel, vectors, factors) = match model.representation {
        Representation::SupportVectors => {
            let (order, factors) = dense(model)?;
            let vector = |i: usize| model.vectors.get(i * dimensions..(i + 1) * dimensions).unwrap_or(&[]);
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
    let features = features(model, fields)?;
    let probabilities = matches!(decision, Decision::Probability { .. });
    let decisions = if categories.is_empty() { 0 } else { factors.len() };
    let count = categories.len();
    let shape = Shape { categories, probabilities, decisions, ..Shape::default() };
    let kernel = Machines { features, kernel, blocks, factors, absolutes, decision, categories: count };
    Ok(Parts { kernel: Box::new(kernel), shape })
}

/// Compiles the fields that make up a vector.
fn features(model: &SupportVectorMachineModel, fields: &mut Fields<'_>) -> Result<Vec<Slot>, PmmlError> {
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
