//! Verification: scores the document's verification records and compares the results.

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int64Type};
use arrow_array::{Array, ArrayRef};

use super::Scorer;
use crate::common::ModelVerification;
use crate::error::PmmlError;
use crate::models;

/// Compares the results in the document's verification records with the computed ones.
pub(super) fn verify(scorer: &Scorer, verification: &ModelVerification) -> Result<(), PmmlError> {
    let at = &verification.location;
    let rows = verification.rows.count;
    let column = |name: &str| {
        let place = verification.fields.iter().position(|field| field.field == name)?;
        verification.rows.columns.get(place)
    };
    let mut columns: Vec<ArrayRef> = Vec::new();
    for input in scorer.inputs() {
        columns.push(match column(&input.name) {
            None => arrow_array::new_null_array(&arrow_schema::DataType::Null, rows),
            Some(cells) => models::instance_array(input, cells).ok_or_else(|| {
                let reason = format!("a record whose {:?} is no {}", input.name, input.data_type.name());
                models::invalid(at, reason)
            })?,
        });
    }
    let scores = scorer.score_columns(rows, &columns)?;
    for (field, cells) in verification.fields.iter().zip(&verification.rows.columns) {
        if scorer.inputs().iter().any(|input| input.name == field.field) {
            continue;
        }
        let output = scorer.outputs().iter().position(|output| output.name == field.field);
        let found = match output.and_then(|place| scores.outputs().get(place)) {
            Some(found) => found,
            None if scorer.target().is_some_and(|target| target.name == field.field) => scores.predicted(),
            None => continue,
        };
        for (row, expected) in cells.iter().enumerate() {
            let Some(expected) = expected.as_deref().map(str::trim).filter(|text| !text.is_empty()) else {
                continue;
            };
            let given = text(found, row);
            let agrees = match (number(found, row), expected.parse::<f64>()) {
                (Some(found), Ok(expected)) if expected.abs() <= field.zero_threshold => {
                    found.abs() <= field.zero_threshold
                }
                (Some(found), Ok(expected)) => (found - expected).abs() <= field.precision * expected.abs(),
                _ => given.as_deref() == Some(expected),
            };
            if !agrees {
                return Err(PmmlError::Verification {
                    at: at.clone(),
                    row: row + 1,
                    field: field.field.clone(),
                    expected: expected.to_owned(),
                    found: given.unwrap_or_else(|| "nothing".to_owned()),
                });
            }
        }
    }
    Ok(())
}

fn number(array: &ArrayRef, row: usize) -> Option<f64> {
    if array.is_null(row) {
        return None;
    }
    match array.data_type() {
        arrow_schema::DataType::Float64 => Some(array.as_primitive::<Float64Type>().value(row)),
        arrow_schema::DataType::Int64 => Some(array.as_primitive::<Int64Type>().value(row) as f64),
        _ => None,
    }
}

fn text(array: &ArrayRef, row: usize) -> Option<String> {
    if array.is_null(row) {
        return None;
    }
    match array.data_type() {
        arrow_schema::DataType::Utf8 => Some(array.as_string::<i32>().value(row).to_owned()),
        arrow_schema::DataType::Boolean => Some(array.as_boolean().value(row).to_string()),
        _ => number(array, row).map(|number| number.to_string()),
    }
}
