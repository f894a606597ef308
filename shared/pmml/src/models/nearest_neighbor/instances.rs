//! Training records as numbers. The document's transformations are applied to raw ones.

use std::sync::Arc;

use arrow_array::{ArrayRef, BooleanArray, Float64Array, StringArray};

use super::document::NearestNeighborModel;
use crate::error::PmmlError;
use crate::models::{Context, invalid};
use crate::program::{CHUNK, Fields, Input, Kind, Literal, Slot, State};

/// A column of the training records.
pub(super) fn column<'a>(model: &'a NearestNeighborModel, field: &str) -> Option<&'a Vec<Option<String>>> {
    let place = model.fields.iter().position(|f| f.field == field)?;
    model.rows.columns.get(place)
}

/// The coordinates of the training records, record by record; NaN if missing.
pub(super) fn matrix(model: &NearestNeighborModel, context: &Context<'_>) -> Result<Vec<f64>, PmmlError> {
    let at = &model.header.location;
    let stored = |name: &str| column(model, name).is_some();
    let ready = model.is_transformed || model.inputs.iter().all(|input| stored(&input.field));
    let count = model.rows.count;
    let width = model.inputs.len();
    let mut matrix = vec![f64::NAN; count * width];
    if ready {
        for (place, input) in model.inputs.iter().enumerate() {
            let cells = column(model, &input.field);
            let cells = cells.ok_or_else(|| invalid(at, format!("no instance field {:?}", input.field)))?;
            for (row, cell) in cells.iter().enumerate() {
                let Some(text) = cell else { continue };
                let number = text.trim().parse::<f64>().ok().filter(|n| n.is_finite());
                let reason = || format!("{text:?} of {:?} is not a number", input.field);
                matrix[row * width + place] = number.ok_or_else(|| invalid(&input.location, reason()))?;
            }
        }
        return Ok(matrix);
    }
    let local = &model.header.local_transformations;
    let transformations = [context.transformations, local];
    let mut fields = Fields::unschemed(context.dictionary, &transformations)?;
    let mut slots: Vec<Slot> = Vec::new();
    for input in &model.inputs {
        slots.push(fields.any_number_field(&input.field)?);
    }
    let program = fields.builder.finish(&slots)?;
    let mut columns = Vec::new();
    for input in program.inputs() {
        let cells = column(model, &input.name);
        let cells = cells.ok_or_else(|| invalid(at, format!("no instance field {:?}", input.name)))?;
        columns.push(array(input, cells).ok_or_else(|| {
            invalid(at, format!("the instances of {:?} are no {}", input.name, input.data_type.name()))
        })?);
    }
    let data = program.convert(count, &columns)?;
    let mut frame = program.frame(count);
    for from in (0..count).step_by(CHUNK) {
        let rows = CHUNK.min(count - from);
        program.run(&mut frame, &data, from, rows);
        for (place, slot) in slots.iter().enumerate() {
            let column = frame.column(*slot);
            for row in (0..rows).filter(|row| column.state(*row) == State::Valid) {
                matrix[(from + row) * width + place] = column.numbers[row];
            }
        }
    }
    Ok(matrix)
}

/// Cells as an Arrow column of the document's type; `None` if one does not fit.
pub(crate) fn array(input: &Input, cells: &[Option<String>]) -> Option<ArrayRef> {
    let kind = Kind::of(input.data_type)?;
    if kind == Kind::Text {
        return Some(Arc::new(StringArray::from_iter(cells.iter().map(|c| c.as_deref()))));
    }
    let mut numbers = Vec::with_capacity(cells.len());
    for cell in cells {
        numbers.push(match cell.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
            None => None,
            Some(text) => match kind.parse(text) {
                Some(Literal::Number(number)) => Some(number),
                _ => return None,
            },
        });
    }
    Some(match kind {
        Kind::Boolean => Arc::new(numbers.into_iter().map(|n| n.map(|n| n != 0.0)).collect::<BooleanArray>()),
        Kind::Number => Arc::new(numbers.into_iter().collect::<Float64Array>()),
        _ => {
            let nulls = crate::program::nulls(numbers.iter().map(Option::is_some).collect());
            let numbers = numbers.into_iter().map(|n| n.unwrap_or(0.0)).collect();
            crate::program::array(input.data_type, numbers, nulls)
        }
    })
}
