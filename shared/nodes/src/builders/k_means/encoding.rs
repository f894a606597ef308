//! Fields as columns of numbers from 0 to 1.

use datafusion::arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Float64Type};
use satsuma_columns::{DataModel, Field, Measure, Scalar, Values};
use satsuma_engine::NodeError;

use crate::builders::roles::uninstantiated;

/// Numbers of all records together: 512 MB of them, which a worker holds.
const MAX_NUMBERS: usize = 64 << 20;

/// The encoding of a field.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Code {
    /// One column, scaled from these limits to 0 and 1; clipped; missing is the middle.
    Range(f64, f64),
    /// One column: 1 for true, 0 for false, one half for anything else.
    Flag { no: Scalar, yes: Scalar },
    /// A column for each value.
    Set(Vec<Scalar>),
}

/// A field that is used.
#[derive(Debug, Clone)]
pub(super) struct Coded {
    pub(super) field: Field,
    pub(super) code: Code,
    at: usize,
}

impl Coded {
    /// The number of its columns.
    pub(super) fn width(&self) -> usize {
        match &self.code {
            Code::Set(values) => values.len(),
            _ => 1,
        }
    }
}

/// The fields that are used, in order.
#[derive(Debug, Clone)]
pub(super) struct Encoding {
    pub(super) fields: Vec<Coded>,
    pub(super) set_value: f64,
}

impl Encoding {
    /// # Errors
    /// If the values of a field are not known, or no field can be used.
    pub(super) fn new(
        model: &DataModel,
        fields: &[&Field],
        set_value: f64,
        by_role: bool,
        is_running: bool,
    ) -> Result<Self, NodeError> {
        let mut coded = Vec::with_capacity(fields.len());
        for field in fields {
            if field.measure == Measure::Typeless && by_role {
                continue;
            }
            let code = match (&field.measure, &field.values) {
                (_, Values::Unread) => return Err(uninstantiated(field, is_running)),
                (_, Values::Flag(no, yes)) => Code::Flag { no: no.clone(), yes: yes.clone() },
                (_, Values::Members(members)) => Code::Set(members.clone()),
                (_, Values::Range(low, high)) => match (number(low), number(high)) {
                    (Some(low), Some(high)) => Code::Range(low, high),
                    _ => {
                        let message = format!("field {:?} has no numbers for limits", field.name);
                        return Err(NodeError::Model(message));
                    }
                },
            };
            coded.push(Coded {
                field: Field::clone(field),
                code,
                at: model.position(&field.name).unwrap_or_default(),
            });
        }
        match coded.is_empty() {
            false => Ok(Self { fields: coded, set_value }),
            true => Err(NodeError::Model("no field has the role Input".to_owned())),
        }
    }

    /// The number of columns.
    pub(super) fn columns(&self) -> usize {
        self.fields.iter().map(Coded::width).sum()
    }

    /// Adds the rows of a batch.
    ///
    /// # Errors
    /// If there are too many records.
    pub(super) fn encode(&self, batch: &RecordBatch, rows: &mut Vec<f64>) -> Result<(), NodeError> {
        let (columns, start) = (self.columns(), rows.len());
        if start + batch.num_rows() * columns > MAX_NUMBERS {
            let most = MAX_NUMBERS / columns.max(1);
            let message = format!("more than {most} records do not fit into memory; use a sample of them");
            return Err(NodeError::Model(message));
        }
        rows.resize(start + batch.num_rows() * columns, 0.0);
        let Some(added) = rows.get_mut(start..) else { return Ok(()) };
        let mut first = 0;
        for coded in &self.fields {
            if let Some(values) = batch.columns().get(coded.at) {
                let mut put = |row: usize, column: usize, value: f64| {
                    if let Some(cell) = added.get_mut(row * columns + first + column) {
                        *cell = value;
                    }
                };
                coded.encode(values, self.set_value, &mut put)?;
            }
            first += coded.width();
        }
        Ok(())
    }
}

fn number(value: &Scalar) -> Option<f64> {
    match value {
        Scalar::Date(days) => Some(f64::from(*days)),
        Scalar::Time(micros) | Scalar::Timestamp(micros) => Some(*micros as f64),
        value => value.as_f64(),
    }
}

impl Coded {
    fn encode(
        &self,
        values: &ArrayRef,
        set_value: f64,
        put: &mut impl FnMut(usize, usize, f64),
    ) -> Result<(), NodeError> {
        match &self.code {
            Code::Range(low, high) => {
                let whole = match values.data_type() {
                    DataType::Float64 => values.clone(),
                    DataType::Date32 => cast(&cast(values, &DataType::Int32)?, &DataType::Float64)?,
                    _ => cast(&cast(values, &DataType::Int64)?, &DataType::Float64)?,
                };
                let numbers = whole.as_primitive::<Float64Type>();
                for row in 0..numbers.len() {
                    let scaled = match numbers.is_valid(row) && high > low {
                        true => ((numbers.value(row) - low) / (high - low)).clamp(0.0, 1.0),
                        false => 0.5,
                    };
                    put(row, 0, scaled);
                }
            }
            Code::Flag { no, yes } => {
                for row in 0..values.len() {
                    let value = Scalar::at(values, row);
                    put(
                        row,
                        0,
                        if value == *yes {
                            1.0
                        } else if value == *no {
                            0.0
                        } else {
                            0.5
                        },
                    );
                }
            }
            Code::Set(members) => {
                for row in 0..values.len() {
                    let value = Scalar::at(values, row);
                    if let Some(column) = members.iter().position(|member| *member == value) {
                        put(row, column, set_value);
                    }
                }
            }
        }
        Ok(())
    }
}
