//! Fields of records as columns of numbers and categories.

use datafusion::arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Float64Type};
use satsuma_columns::{DataModel, Field, Storage, Values};
use satsuma_engine::NodeError;
use satsuma_mining::column::{Column, MISSING};

use super::roles::uninstantiated;
use crate::lookup::Lookup;

/// Values of one field: 4 GB of records are more than a worker holds.
const MAX_RECORDS: usize = 50_000_000;

/// Collects the values of a field.
#[derive(Debug)]
pub(crate) struct Encoder {
    at: usize,
    values: Collected,
}

#[derive(Debug)]
enum Collected {
    Numbers(Vec<f64>),
    Categories { lookup: Lookup, codes: Vec<u32>, count: usize },
}

impl Encoder {
    /// # Errors
    /// If the values of the field are not known, or it has no measure.
    pub(crate) fn new(model: &DataModel, field: &Field, is_running: bool) -> Result<Self, NodeError> {
        let at = model.position(&field.name).unwrap_or_default();
        let values = match &field.values {
            Values::Unread => return Err(uninstantiated(field, is_running)),
            Values::Range(..) if field.storage == Storage::String => {
                return Err(NodeError::Model(format!(
                    "field {:?} is continuous, but its values are texts; convert them to numbers",
                    field.name
                )));
            }
            Values::Range(..) => Collected::Numbers(Vec::new()),
            members => {
                let members = members.members();
                let lookup = Lookup::new(&members);
                Collected::Categories { lookup, codes: Vec::new(), count: members.len() }
            }
        };
        Ok(Self { at, values })
    }

    /// Adds the values of a batch.
    ///
    /// # Errors
    /// If there are too many records.
    pub(crate) fn encode(&mut self, batch: &RecordBatch) -> Result<(), NodeError> {
        let Some(column) = batch.columns().get(self.at) else { return Ok(()) };
        let count = match &mut self.values {
            Collected::Numbers(numbers) => {
                let column = as_numbers(column)?;
                numbers.extend(column.as_primitive::<Float64Type>().iter().map(|x| x.unwrap_or(f64::NAN)));
                numbers.len()
            }
            Collected::Categories { lookup, codes, .. } => {
                codes.extend(lookup.find(column)?.iter().map(|code| code.unwrap_or(MISSING)));
                codes.len()
            }
        };
        if count > MAX_RECORDS {
            let message =
                format!("more than {MAX_RECORDS} records do not fit into memory; use a sample of them");
            return Err(NodeError::Model(message));
        }
        Ok(())
    }

    /// The values of all records.
    pub(crate) fn column(self) -> Column {
        match self.values {
            Collected::Numbers(numbers) => Column::Numbers(numbers),
            Collected::Categories { codes, count, .. } => Column::Categories { codes, count },
        }
    }
}

/// Numbers, or numbers of days or microseconds.
fn as_numbers(column: &ArrayRef) -> Result<ArrayRef, NodeError> {
    Ok(match column.data_type() {
        DataType::Float64 => column.clone(),
        DataType::Date32 => cast(&cast(column, &DataType::Int32)?, &DataType::Float64)?,
        _ => cast(&cast(column, &DataType::Int64)?, &DataType::Float64)?,
    })
}
