//! The columns of the records that train, before anything is known of all of them.

use datafusion::arrow::array::RecordBatch;
use satsuma_columns::{DataModel, Field, Measure, Scalar, Storage, Values};
use satsuma_engine::NodeError;

use crate::builders::roles::uninstantiated;
use crate::lookup::Lookup;
use crate::report::numbers;

/// Values of all records together: 512 MB of numbers, which a worker holds.
const MAX_VALUES: usize = 64 << 20;

/// The values of a field.
#[derive(Debug, Clone)]
pub(super) enum Column {
    /// Numbers; missing and infinite ones are not numbers.
    Numbers(Vec<f64>),
    /// Places of values in a list.
    Places(Vec<Option<u16>>, Vec<Scalar>, Lookup),
}

/// A field and its values.
#[derive(Debug, Clone)]
pub(super) struct Read {
    pub(super) field: Field,
    pub(super) column: Column,
    at: usize,
}

/// All fields that are used, and their values in records with a target.
#[derive(Debug, Clone)]
pub(super) struct Columns {
    pub(super) target: Read,
    pub(super) inputs: Vec<Read>,
}

impl Columns {
    /// # Errors
    /// If values are not known, or a field cannot be used.
    pub(super) fn new(
        model: &DataModel,
        target: &Field,
        inputs: &[&Field],
        is_running: bool,
    ) -> Result<Self, NodeError> {
        let read = |field: &Field| {
            let at = model.position(&field.name).unwrap_or_default();
            Ok(Read { field: field.clone(), column: column(field, is_running)?, at })
        };
        let used =
            inputs.iter().filter(|field| field.measure != Measure::Typeless && field.name != target.name);
        let inputs = used.map(|field| read(field)).collect::<Result<Vec<_>, NodeError>>()?;
        match inputs.is_empty() {
            true => Err(NodeError::Model("no field has the role Input".to_owned())),
            false => Ok(Self { target: read(target)?, inputs }),
        }
    }

    /// Adds the records of a batch that have a target.
    ///
    /// # Errors
    /// If there are too many records.
    pub(super) fn add(&mut self, batch: &RecordBatch) -> Result<(), NodeError> {
        let fields = self.inputs.len() + 1;
        if (self.target.column.len() + batch.num_rows()) * fields > MAX_VALUES {
            let most = MAX_VALUES / fields;
            let message = format!("more than {most} records do not fit into memory; use a sample of them");
            return Err(NodeError::Model(message));
        }
        let has_target = self.target.present(batch)?;
        self.target.add(batch, &has_target)?;
        self.inputs.iter_mut().try_for_each(|input| input.add(batch, &has_target))
    }
}

impl Read {
    /// Which records of a batch have a value.
    fn present(&self, batch: &RecordBatch) -> Result<Vec<bool>, NodeError> {
        let Some(values) = batch.columns().get(self.at) else { return Ok(vec![false; batch.num_rows()]) };
        Ok(match &self.column {
            Column::Numbers(_) => {
                numbers(values)?.iter().map(|value| value.is_some_and(f64::is_finite)).collect()
            }
            Column::Places(_, _, lookup) => {
                lookup.find(values)?.iter().map(|place| place.is_some()).collect()
            }
        })
    }

    fn add(&mut self, batch: &RecordBatch, wanted: &[bool]) -> Result<(), NodeError> {
        let Some(values) = batch.columns().get(self.at) else { return Ok(()) };
        match &mut self.column {
            Column::Numbers(all) => {
                let found = numbers(values)?;
                let chosen = found.iter().zip(wanted).filter(|(_, wanted)| **wanted);
                let value = |value: Option<f64>| value.filter(|value| value.is_finite()).unwrap_or(f64::NAN);
                all.extend(chosen.map(|(number, _)| value(number)));
            }
            Column::Places(all, _, lookup) => {
                let found = lookup.find(values)?;
                let chosen = found.iter().zip(wanted).filter(|(_, wanted)| **wanted);
                all.extend(chosen.map(|(place, _)| place.and_then(|place| u16::try_from(place).ok())));
            }
        }
        Ok(())
    }
}

impl Column {
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Numbers(numbers) => numbers.len(),
            Self::Places(places, ..) => places.len(),
        }
    }
}

/// An empty column of a field.
fn column(field: &Field, is_running: bool) -> Result<Column, NodeError> {
    let places = |values: Vec<Scalar>| {
        if values.len() > usize::from(u16::MAX) {
            let message = format!("field {:?} has more than {} values", field.name, u16::MAX);
            return Err(NodeError::Model(message));
        }
        let lookup = Lookup::new(&values);
        Ok(Column::Places(Vec::new(), values, lookup))
    };
    let is_date = matches!(field.storage, Storage::Date | Storage::Time | Storage::Timestamp);
    match &field.values {
        Values::Unread => Err(uninstantiated(field, is_running)),
        _ if is_date => {
            let message = format!("field {:?} holds dates or times; derive a number from it", field.name);
            Err(NodeError::unsupported(message))
        }
        Values::Range(..) => Ok(Column::Numbers(Vec::new())),
        // The true value of a flag comes first, as in stored models.
        Values::Flag(no, yes) => places(vec![yes.clone(), no.clone()]),
        Values::Members(members) => places(members.clone()),
    }
}
