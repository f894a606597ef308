//! Records as the columns that grow a tree.

use std::collections::HashMap;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use datafusion::arrow::datatypes::{DataType, Float64Type, Int64Type};
use satsuma_columns::{DataModel, Field, Measure, Scalar, Storage, Values};
use satsuma_engine::NodeError;
use satsuma_mining::trees::{Input, MISSING, Order, Target};

use crate::builders::roles::uninstantiated;

/// Numbers of all records together: 512 MB of them, which a worker holds.
const MAX_NUMBERS: usize = 64 << 20;

/// The fields of a tree, with the records read so far.
#[derive(Debug)]
pub(crate) struct Encoding {
    pub(crate) inputs: Vec<Field>,
    pub(crate) target: Field,
    columns: Vec<Column>,
    target_column: Column,
    records: usize,
}

/// The records of a field.
#[derive(Debug, Clone)]
struct Column {
    /// Its position in the table.
    at: usize,
    coded: Coded,
}

#[derive(Debug, Clone)]
enum Coded {
    Numbers(Vec<f64>),
    Categories { codes: Vec<u32>, members: Vec<Scalar>, order: Order, index: Index },
}

/// The numbers of categories.
#[derive(Debug, Clone)]
enum Index {
    Text(HashMap<String, u32>),
    Whole(HashMap<i64, u32>),
    /// Of other storages, looked up one by one.
    Other(Vec<Scalar>),
}

impl Encoding {
    /// The encoding of these fields. Typeless fields, dates and times are no inputs, even if a builder lists them.
    ///
    /// # Errors
    /// If the values of a field are not known, no field can be an input, or the target cannot be predicted.
    pub(crate) fn new(
        model: &DataModel,
        inputs: &[&Field],
        target: &Field,
        is_running: bool,
    ) -> Result<Self, NodeError> {
        let mut used = Vec::with_capacity(inputs.len());
        let mut columns = Vec::with_capacity(inputs.len());
        for field in inputs.iter().filter(|field| field.name != target.name) {
            if let Some(column) = Column::of(model, field, is_running)? {
                used.push(Field::clone(field));
                columns.push(column);
            }
        }
        if used.is_empty() {
            return Err(NodeError::Model(
                "no field has the role Input and a type that a tree can test".to_owned(),
            ));
        }
        let target_column = Column::of(model, target, is_running)?.ok_or_else(|| {
            NodeError::Model(format!(
                "the target {:?} is typeless, a date or a time, which a tree cannot predict",
                target.name
            ))
        })?;
        Ok(Self { inputs: used, target: target.clone(), columns, target_column, records: 0 })
    }

    /// Adds the records of a batch whose target is known.
    ///
    /// # Errors
    /// If there are too many records.
    pub(crate) fn read(&mut self, batch: &RecordBatch) -> Result<(), NodeError> {
        let Some(target) = batch.columns().get(self.target_column.at) else { return Ok(()) };
        let kept = self.target_column.known(target);
        self.records += kept.len();
        if self.records * (self.columns.len() + 1) > MAX_NUMBERS {
            let most = MAX_NUMBERS / (self.columns.len() + 1);
            let message = format!("more than {most} records do not fit into memory; use a sample of them");
            return Err(NodeError::Model(message));
        }
        self.target_column.read(target, &kept);
        for column in &mut self.columns {
            if let Some(values) = batch.columns().get(column.at) {
                column.read(values, &kept);
            }
        }
        Ok(())
    }

    /// The columns, and that of the target.
    ///
    /// # Errors
    /// If there are no records.
    pub(crate) fn columns(&mut self) -> Result<(Vec<Input>, Target), NodeError> {
        if self.records == 0 {
            return Err(NodeError::Model(
                "there are no records with a known target to train with".to_owned(),
            ));
        }
        let inputs = self.columns.iter_mut().map(Column::input).collect();
        let target = match self.target_column.input() {
            Input::Numbers(numbers) => Target::Numbers(numbers),
            Input::Categories { codes, count, order } => Target::Categories { codes, count, order },
        };
        Ok((inputs, target))
    }

    /// The values of an input's category.
    pub(crate) fn category(&self, input: usize, code: u32) -> Scalar {
        self.columns.get(input).and_then(|column| column.member(code)).unwrap_or(Scalar::Null)
    }

    /// The categories of the target; `None` for numbers.
    pub(crate) fn target_categories(&self) -> Option<Vec<Scalar>> {
        match &self.target_column.coded {
            Coded::Numbers(_) => None,
            Coded::Categories { members, .. } => Some(members.clone()),
        }
    }
}

impl Column {
    /// `None` if a tree cannot use the field.
    fn of(model: &DataModel, field: &Field, is_running: bool) -> Result<Option<Self>, NodeError> {
        let at = model.position(&field.name).unwrap_or_default();
        let coded = match (&field.measure, &field.values) {
            (Measure::Typeless, _) => return Ok(None),
            (Measure::Range, _) if !matches!(field.storage, Storage::Integer | Storage::Real) => {
                return Ok(None);
            }
            // Numbers need no limits, so that their values need not be known.
            (Measure::Range, _) | (_, Values::Range(..)) => Coded::Numbers(Vec::new()),
            (_, Values::Unread) => return Err(uninstantiated(field, is_running)),
            (measure, values) => {
                let order = if *measure == Measure::OrderedSet { Order::Ordinal } else { Order::Nominal };
                let members = values.members();
                let index = Index::of(&members, field.storage);
                Coded::Categories { codes: Vec::new(), members, order, index }
            }
        };
        Ok(Some(Self { at, coded }))
    }

    /// The rows with a known value.
    fn known(&self, values: &ArrayRef) -> Vec<usize> {
        let rows = 0..values.len();
        match &self.coded {
            Coded::Numbers(_) => rows.filter(|row| values.is_valid(*row)).collect(),
            Coded::Categories { index, .. } => {
                rows.filter(|row| index.code(values, *row) != MISSING).collect()
            }
        }
    }

    fn read(&mut self, values: &ArrayRef, rows: &[usize]) {
        match &mut self.coded {
            Coded::Categories { codes, index, .. } => {
                codes.extend(rows.iter().map(|row| index.code(values, *row)))
            }
            Coded::Numbers(numbers) => match values.data_type() {
                DataType::Float64 => {
                    let values = values.as_primitive::<Float64Type>();
                    let number =
                        |row: &usize| if values.is_valid(*row) { values.value(*row) } else { f64::NAN };
                    numbers.extend(rows.iter().map(number));
                }
                DataType::Int64 => {
                    let values = values.as_primitive::<Int64Type>();
                    let number = |row: &usize| {
                        if values.is_valid(*row) { values.value(*row) as f64 } else { f64::NAN }
                    };
                    numbers.extend(rows.iter().map(number));
                }
                _ => numbers.extend(rows.iter().map(|_| f64::NAN)),
            },
        }
    }

    fn input(&mut self) -> Input {
        match &mut self.coded {
            Coded::Numbers(numbers) => Input::Numbers(std::mem::take(numbers)),
            Coded::Categories { codes, members, order, .. } => {
                Input::Categories { codes: std::mem::take(codes), count: members.len(), order: *order }
            }
        }
    }

    fn member(&self, code: u32) -> Option<Scalar> {
        match &self.coded {
            Coded::Numbers(_) => None,
            Coded::Categories { members, .. } => members.get(code as usize).cloned(),
        }
    }
}

impl Index {
    fn of(members: &[Scalar], storage: Storage) -> Self {
        let numbered = || members.iter().zip(0_u32..);
        match storage {
            Storage::String => {
                let text = |(member, code): (&Scalar, u32)| Some((member.as_str()?.to_owned(), code));
                Self::Text(numbered().filter_map(text).collect())
            }
            Storage::Integer => {
                let whole = |(member, code): (&Scalar, u32)| match member.to_storage(Storage::Integer)? {
                    Scalar::Integer(number) => Some((number, code)),
                    _ => None,
                };
                Self::Whole(numbered().filter_map(whole).collect())
            }
            storage => Self::Other(
                members
                    .iter()
                    .map(|member| member.to_storage(storage).unwrap_or_else(|| member.clone()))
                    .collect(),
            ),
        }
    }

    fn code(&self, values: &ArrayRef, row: usize) -> u32 {
        if values.is_null(row) {
            return MISSING;
        }
        let code = match (self, values.data_type()) {
            (Self::Text(index), DataType::Utf8) => index.get(values.as_string::<i32>().value(row)).copied(),
            (Self::Whole(index), DataType::Int64) => {
                index.get(&values.as_primitive::<Int64Type>().value(row)).copied()
            }
            (Self::Other(members), _) => {
                let value = Scalar::at(values, row);
                members.iter().position(|member| *member == value).and_then(|at| u32::try_from(at).ok())
            }
            _ => None,
        };
        code.unwrap_or(MISSING)
    }
}
