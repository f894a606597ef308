//! States and counts of Derive nodes: values that depend on the previous record.

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Int64Array, RecordBatch, UInt32Array};
use datafusion::arrow::compute::take;
use datafusion::arrow::datatypes::{Float64Type, Int64Type, SchemaRef};
use satsuma_columns::{DataModel, Field, Scalar, Storage};
use satsuma_engine::{Encoded, Kind, NodeError, NodeRun, Table};
use serde::{Deserialize, Serialize};

use crate::fold::{Fold, fold, operator};

/// A field whose value depends on the previous record, with its inputs, which are hidden columns.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Machine {
    /// The storage of the field.
    pub(super) storage: Storage,
    /// The number of its inputs. A state has the conditions that switch it on and off. A count has the
    /// condition for increasing, the increment and, optionally, the condition for a reset.
    pub(super) inputs: usize,
    pub(super) start: Start,
}

/// The value of a field before the first record.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) enum Start {
    State { is_on: bool, on: Scalar, off: Scalar },
    Count { value: Scalar },
}

/// A hidden column; no stream has such a field.
pub(super) fn hidden(machine: usize, input: usize, storage: Storage) -> Field {
    Field::new(format!("\u{1}derive{machine}.{input}"), storage)
}

/// Replaces the hidden columns after `fields` fields of a table by the fields of the machines.
pub(super) fn run(
    table: Table,
    fields: usize,
    machines: Vec<(Field, Machine)>,
    run: &NodeRun,
) -> Result<Table, NodeError> {
    let kept = table.fields().iter().take(fields).cloned();
    let (outputs, machines): (Vec<_>, Vec<_>) = machines.into_iter().unzip();
    let model = DataModel::new(kept.chain(outputs).collect())?;
    fold(table, Vec::new(), Machines::new(fields, machines, model.schema()), model, run)
}

/// The kind of these operators.
pub(crate) static MACHINES: Kind = Kind::serial("derive-state", 1, |found| {
    let (fields, machines) = found.settings()?;
    operator(Machines::new(fields, machines, SchemaRef::clone(found.schema())), found.node())
});

#[derive(Debug, Clone)]
struct Machines {
    fields: usize,
    schema: SchemaRef,
    machines: Vec<Machine>,
    states: Vec<State>,
}

impl Machines {
    fn new(fields: usize, machines: Vec<Machine>, schema: SchemaRef) -> Self {
        let states = machines.iter().map(|machine| match &machine.start {
            Start::State { is_on, .. } => State::On(*is_on),
            Start::Count { value: Scalar::Integer(number) } => State::Integer(Some(*number)),
            Start::Count { value } => State::Real(value.as_f64()),
        });
        let states = states.collect();
        Self { fields, schema, machines, states }
    }
}

#[derive(Debug, Clone, Copy)]
enum State {
    On(bool),
    Integer(Option<i64>),
    Real(Option<f64>),
}

impl Fold for Machines {
    fn encoded(&self) -> Result<Encoded, NodeError> {
        MACHINES.encode(&(self.fields, &self.machines))
    }

    fn push(&mut self, batch: &RecordBatch) -> Result<RecordBatch, NodeError> {
        let (kept, mut hidden) = batch.columns().split_at(self.fields.min(batch.num_columns()));
        let mut columns = kept.to_vec();
        for (machine, state) in self.machines.iter().zip(&mut self.states) {
            let (inputs, rest) = hidden.split_at(machine.inputs.min(hidden.len()));
            hidden = rest;
            columns.push(step(machine, state, inputs, batch.num_rows())?);
        }
        Ok(RecordBatch::try_new(SchemaRef::clone(&self.schema), columns)?)
    }
}

fn step(
    machine: &Machine,
    state: &mut State,
    inputs: &[ArrayRef],
    rows: usize,
) -> Result<ArrayRef, NodeError> {
    let holds = |at: usize| Holds::of(inputs.get(at));
    match (&machine.start, state) {
        (Start::State { on, off, .. }, State::On(is_on)) => {
            let (goes_on, goes_off) = (holds(0), holds(1));
            let picks = (0..rows).map(|row| {
                *is_on = if *is_on { !goes_off.at(row) } else { goes_on.at(row) };
                u32::from(*is_on)
            });
            let picks = UInt32Array::from_iter_values(picks);
            Ok(take(&Scalar::column([off, on], machine.storage), &picks, None)?)
        }
        (Start::Count { value }, State::Integer(count)) => {
            let (grows, by, resets) = (holds(0), inputs.get(1), holds(2));
            let by = by.and_then(|by| by.as_primitive_opt::<Int64Type>());
            let initial = match value {
                Scalar::Integer(number) => Some(*number),
                _ => None,
            };
            let counts = (0..rows).map(|row| {
                if resets.at(row) {
                    *count = initial;
                } else if grows.at(row) {
                    let by = by.filter(|by| by.is_valid(row)).map(|by| by.value(row));
                    *count = count.zip(by).and_then(|(count, by)| count.checked_add(by));
                }
                *count
            });
            Ok(std::sync::Arc::new(counts.collect::<Int64Array>()))
        }
        (Start::Count { value }, State::Real(count)) => {
            let (grows, by, resets) = (holds(0), inputs.get(1), holds(2));
            let by = by.and_then(|by| by.as_primitive_opt::<Float64Type>());
            let initial = value.as_f64();
            let counts = (0..rows).map(|row| {
                if resets.at(row) {
                    *count = initial;
                } else if grows.at(row) {
                    let by = by.filter(|by| by.is_valid(row)).map(|by| by.value(row));
                    *count = count.zip(by).map(|(count, by)| count + by).filter(|count| count.is_finite());
                }
                *count
            });
            Ok(std::sync::Arc::new(counts.collect::<datafusion::arrow::array::Float64Array>()))
        }
        _ => {
            Err(NodeError::Model("a state and a count were confused; this is a fault of the node".to_owned()))
        }
    }
}

/// A column of a condition: 1 if it is true. Null and a missing condition count as false.
struct Holds<'a>(Option<&'a Int64Array>);

impl<'a> Holds<'a> {
    fn of(column: Option<&'a ArrayRef>) -> Self {
        Self(column.and_then(|column| column.as_primitive_opt::<Int64Type>()))
    }

    fn at(&self, row: usize) -> bool {
        self.0.is_some_and(|column| column.is_valid(row) && column.value(row) != 0)
    }
}
