//! Compiles training records to a matrix.

use super::document::{ContinuousMethod, NearestNeighborModel};
use super::instances::{self, column};
use super::kernel::{Neighbours, Targets};
use crate::common::{DataField, Function};
use crate::error::PmmlError;
use crate::models::clustering::measure::{Comparison, Coordinate};
use crate::models::{Categories, Context, Parts, invalid, unsupported};
use crate::program::{Entity, Fields, Shape};

pub(crate) fn compile(
    model: &NearestNeighborModel,
    target: Option<&DataField>,
    context: &Context<'_>,
    fields: &mut Fields<'_>,
) -> Result<Parts, PmmlError> {
    let at = &model.header.location;
    let count = model.rows.count;
    let neighbours = context.options.neighbours.unwrap_or(model.neighbours);
    if neighbours == 0 || neighbours > count {
        return Err(invalid(at, format!("{neighbours} neighbours of {count} training records")));
    }
    fields.spend(count.saturating_mul(model.inputs.len()))?;
    let mut slots = Vec::new();
    let mut coordinates = Vec::new();
    for input in &model.inputs {
        fields.at = input.location.clone();
        slots.push(fields.any_number_field(&input.field)?);
        let coordinate =
            Coordinate::new(&model.measure, input.compare, input.weight, None, 1.0, &input.location)?;
        coordinates.push(coordinate);
    }
    fields.at = at.clone();
    let target = target.ok_or_else(|| unsupported(at, "a model without a target"))?;
    let cells = column(model, &target.name);
    let cells = cells.ok_or_else(|| invalid(at, format!("no instance field {:?}", target.name)))?;
    let missing = || invalid(at, "a training record without a target");
    let mut categories = Categories::of(Some(target));
    let targets = match model.header.function {
        Function::Classification => {
            let mut places = Vec::with_capacity(count);
            for cell in cells {
                places.push(categories.place(cell.as_ref().ok_or_else(missing)?, at)?);
            }
            Targets::Categories(places, model.categorical)
        }
        Function::Regression => {
            let mut numbers = Vec::with_capacity(count);
            for cell in cells {
                let number = cell.as_ref().and_then(|c| c.trim().parse::<f64>().ok());
                numbers.push(number.filter(|n| n.is_finite()).ok_or_else(missing)?);
            }
            Targets::Numbers(numbers, model.continuous)
        }
        _ => return Err(unsupported(at, "a model that neither classifies nor predicts a number")),
    };
    if model.measure.kind.is_similarity()
        && matches!(targets, Targets::Numbers(_, ContinuousMethod::WeightedAverage))
    {
        return Err(unsupported(at, "weightedAverage with a similarity"));
    }
    let ids = match &model.id_field {
        None => None,
        Some(name) => {
            Some(column(model, name).ok_or_else(|| invalid(at, format!("no instance field {name:?}")))?)
        }
    };
    let id = |place: usize| {
        let stated = ids.and_then(|ids| ids.get(place).cloned().flatten());
        stated.unwrap_or_else(|| (place + 1).to_string())
    };
    let entities = (0..count).map(|place| Entity { id: id(place), name: None }).collect();
    let classes = matches!(targets, Targets::Categories(..));
    let shape = Shape {
        categories: if classes { categories.into_names() } else { Vec::new() },
        probabilities: classes,
        entities,
        ranked: neighbours,
        similarity: model.measure.kind.is_similarity(),
        ..Shape::default()
    };
    let kernel = Neighbours {
        slots,
        instances: instances::matrix(model, context)?,
        comparison: Comparison::new(model.measure.kind, coordinates),
        count: neighbours,
        threshold: model.threshold,
        targets,
    };
    Ok(Parts { kernel: Box::new(kernel), shape })
}
