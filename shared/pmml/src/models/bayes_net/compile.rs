//! Compiles conditional tables to arrays of logarithms.

use std::collections::HashMap;

use super::document::{BayesNetModel, ConditionalTable};
use super::kernel::{Network, Table, Variable};
use crate::common::DataField;
use crate::error::{Location, PmmlError};
use crate::limits::MAX_MATRIX_CELLS;
use crate::models::{Categories, Parts, invalid};
use crate::program::{Fields, Shape};

pub(crate) fn compile(
    model: &BayesNetModel,
    target: Option<&DataField>,
    fields: &mut Fields<'_>,
) -> Result<Parts, PmmlError> {
    let at = &model.header.location;
    let mut categories = Categories::of(target);
    let mut variables: Vec<Variable> = Vec::new();
    let mut places: HashMap<&str, usize> = HashMap::new();
    for table in &model.tables {
        if table.field == model.target {
            for value in &table.values {
                categories.place(value, &table.location)?;
            }
            continue;
        }
        fields.at = table.location.clone();
        let of = fields.field(&table.field)?;
        let mut tests = Vec::new();
        for value in &table.values {
            tests.push(fields.equals(&of, value)?);
        }
        if places.insert(table.field.as_str(), variables.len()).is_some() {
            return Err(invalid(&table.location, format!("a second table of {:?}", table.field)));
        }
        variables.push(Variable { tests });
    }
    fields.at = at.clone();
    if categories.len() < 2 {
        return Err(invalid(at, "no ConditionalTable of the target"));
    }
    let values: HashMap<&str, &[String]> =
        model.tables.iter().map(|t| (t.field.as_str(), t.values.as_slice())).collect();
    let mut tables = Vec::new();
    for table in &model.tables {
        let compiled = self::table(model, table, &values, &places, &categories)?;
        fields.spend(compiled.probabilities.len())?;
        tables.push(compiled);
    }
    let width = categories.len();
    let shape = Shape { categories: categories.into_names(), probabilities: true, ..Shape::default() };
    Ok(Parts { kernel: Box::new(Network { variables, tables, width }), shape })
}

/// A table as an array over the target's categories, the parents' values and the field's values.
fn table(
    model: &BayesNetModel,
    table: &ConditionalTable,
    values: &HashMap<&str, &[String]>,
    places: &HashMap<&str, usize>,
    categories: &Categories,
) -> Result<Table, PmmlError> {
    let at = &table.location;
    let own = table.field == model.target;
    let mut strides = Vec::new();
    let mut size = categories.len();
    let others = table.parents.iter().filter(|parent| **parent != model.target);
    for name in others.chain((!own).then_some(&table.field)) {
        let place = places.get(name.as_str());
        let place = *place.ok_or_else(|| invalid(at, format!("no table of the parent {name:?}")))?;
        strides.push((place, size));
        size = size.saturating_mul(values.get(name.as_str()).map_or(0, |v| v.len()));
        if size > MAX_MATRIX_CELLS {
            let (what, limit) = ("probabilities", MAX_MATRIX_CELLS);
            return Err(PmmlError::Limit { at: at.clone(), what, limit });
        }
    }
    // Combinations that did not occur in training have no row; their probability is unknown.
    let mut probabilities = vec![f64::NAN; size];
    for (keys, row) in &table.rows {
        let mut base = 0;
        let mut fixed = None;
        for (parent, key) in table.parents.iter().zip(keys) {
            if *parent == model.target {
                fixed = Some(find(categories, key, at)?);
                continue;
            }
            let known = values.get(parent.as_str()).copied().unwrap_or_default();
            let value = known.iter().position(|v| v == key);
            let value = value.ok_or_else(|| invalid(at, format!("{key:?} is no value of {parent:?}")))?;
            let place = places.get(parent.as_str());
            let stride = strides.iter().find(|(variable, _)| Some(variable) == place);
            base += value * stride.map_or(0, |(_, stride)| *stride);
        }
        for (value, p) in row.iter().enumerate() {
            let within = if own { 0 } else { value * strides.last().map_or(0, |(_, stride)| *stride) };
            let targets = match (own, fixed) {
                (true, _) => {
                    let name = table.values.get(value).map(String::as_str).unwrap_or_default();
                    let place = find(categories, name, at)?;
                    place..place + 1
                }
                (false, Some(place)) => place..place + 1,
                (false, None) => 0..categories.len(),
            };
            for place in targets {
                if let Some(cell) = probabilities.get_mut(base + within + place) {
                    *cell = *p;
                }
            }
        }
    }
    Ok(Table { strides, probabilities })
}

fn find(categories: &Categories, name: &str, at: &Location) -> Result<usize, PmmlError> {
    let place = categories.find(name).map(|place| place as usize);
    place.ok_or_else(|| invalid(at, format!("{name:?} is no category of the target")))
}
