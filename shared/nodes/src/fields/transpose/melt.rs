//! Fields to records: one record per field and record.

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::array::{ArrayRef, RecordBatch};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::SchemaRef;
use futures::StreamExt;
use satsuma_columns::{DataModel, Field, Scalar, Storage};
use satsuma_engine::{
    Encoded, Kind, NodeError, NodeRef, NodeRun, Process, Records, Serial, SortKey, Table, TaskStatus, one,
    require,
};

use crate::records::pull::{Pull, failed, records};

/// The output field with the name of the original field.
const NAME: &str = "variable";

/// The output field with the value of the original field.
const VALUE: &str = "value";

/// A temporary sort key: the position of the original field. No stream has such a field name.
const PLACE: &str = "\u{1}place";

/// A Transpose node that converts fields to records.
pub(super) struct Melt {
    /// The fields that every record retains.
    pub(super) ids: Vec<String>,
    /// The fields that become records.
    pub(super) values: Vec<String>,
}

impl Melt {
    /// The storage of the values: the common storage, or real for a mixture of integer and real.
    fn storage(&self, input: &DataModel) -> Result<Storage, NodeError> {
        let mut storage: Option<Storage> = None;
        for name in &self.values {
            let own = require(input, name)?.storage;
            storage = Some(match storage {
                None => own,
                Some(others) if others == own => own,
                Some(others) if others.is_numeric() && own.is_numeric() => Storage::Real,
                Some(others) => {
                    let message = format!(
                        "the fields to transpose have storages {others} and {own} ({name:?}); IBM does not document \
                         how Modeler combines them; convert them to one storage with a Filler node"
                    );
                    return Err(NodeError::unsupported(message));
                }
            });
        }
        Ok(storage.unwrap_or(Storage::String))
    }

    /// The names of all fields that are read, without duplicates.
    fn read(&self) -> Vec<&String> {
        let mut names: Vec<&String> = Vec::new();
        for name in self.ids.iter().chain(&self.values) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }
}

#[async_trait]
impl Process for Melt {
    fn model(&self, inputs: &[DataModel]) -> Result<DataModel, NodeError> {
        let input = one(inputs)?;
        let storage = self.storage(input)?;
        let ids = self.ids.iter().map(|id| require(input, id).cloned());
        let mut fields = ids.collect::<Result<Vec<_>, _>>()?;
        fields.push(Field::new(NAME, Storage::String));
        fields.push(Field::new(VALUE, storage));
        Ok(DataModel::new(fields)?)
    }

    async fn table(&self, inputs: Vec<Table>, run: &NodeRun) -> Result<Table, NodeError> {
        let input = one(inputs)?;
        let model = self.model(&[input.model().clone()])?;
        let names = self.read();
        let place = |name: &String| names.iter().position(|known| *known == name).unwrap_or_default();
        let ids = self.ids.iter().map(place).collect::<Vec<_>>();
        let values = self.values.iter().map(|name| (name.clone(), place(name))).collect::<Vec<_>>();
        let read = names.iter().map(|name| Ok(((*name).clone(), input.require(name)?.clone())));
        let read = read.collect::<Result<Vec<_>, NodeError>>()?;
        let narrow = input.select(read)?;
        let placed = model.fields().iter().cloned().chain([Field::new(PLACE, Storage::Integer)]);
        let placed = DataModel::new(placed.collect())?;
        let operator = Operator::new(ids, values, placed.schema(), run.node())?;
        let parts = Table::serial(vec![(narrow, Vec::new())], Arc::new(operator), placed, run)?;
        let sorted = parts.sort(vec![SortKey::ascending(PLACE)], run)?;
        sorted.select(model.fields().iter().map(|field| (field.name.clone(), field.clone())).collect())
    }
}

/// The mapping of input columns to output columns.
#[derive(Debug, Clone)]
struct Plan {
    ids: Vec<usize>,
    /// Names and columns of the transposed fields.
    values: Vec<(String, usize)>,
    schema: SchemaRef,
}

impl Plan {
    /// The records of a batch for the field at this position; `None` past the last field.
    fn part(&self, batch: &RecordBatch, at: usize) -> Result<Option<RecordBatch>, NodeError> {
        let Some((name, value)) = self.values.get(at) else { return Ok(None) };
        let rows = batch.num_rows();
        let column = |at: usize| batch.columns().get(at).cloned();
        let mut columns: Vec<ArrayRef> = self.ids.iter().filter_map(|id| column(*id)).collect();
        columns.push(Scalar::text(name.as_str()).repeat(Storage::String, rows));
        if let (Some(values), Some(field)) = (column(*value), self.schema.fields().get(columns.len())) {
            columns.push(cast(&values, field.data_type())?);
        }
        columns.push(Scalar::Integer(at as i64).repeat(Storage::Integer, rows));
        Ok(Some(RecordBatch::try_new(Arc::clone(&self.schema), columns)?))
    }
}

#[derive(Debug)]
struct Operator {
    plan: Plan,
    node: NodeRef,
    encoded: Encoded,
}

/// The kind of these operators.
pub(crate) static MELT: Kind = Kind::serial("transpose-fields-to-records", 1, |found| {
    let (ids, values) = found.settings()?;
    Ok(Arc::new(Operator::new(ids, values, Arc::clone(found.schema()), found.node())?))
});

impl Operator {
    fn new(
        ids: Vec<usize>,
        values: Vec<(String, usize)>,
        schema: SchemaRef,
        node: &NodeRef,
    ) -> Result<Self, NodeError> {
        let encoded = MELT.encode(&(&ids, &values))?;
        Ok(Self { plan: Plan { ids, values, schema }, node: node.clone(), encoded })
    }
}

impl Serial for Operator {
    fn encoded(&self) -> Encoded {
        self.encoded.clone()
    }

    fn run(&self, inputs: Vec<Records>, status: &TaskStatus) -> Records {
        match one(inputs) {
            Ok(input) => {
                let (plan, status) = (self.plan.clone(), status.clone());
                records(Running { input, plan, status, batch: None, done: 0 }, self.node.clone())
            }
            Err(error) => failed(error, &self.node),
        }
    }
}

struct Running {
    input: Records,
    plan: Plan,
    status: TaskStatus,
    batch: Option<RecordBatch>,
    /// The number of fields of the batch that are converted.
    done: usize,
}

impl Pull for Running {
    async fn next(&mut self) -> Result<Option<RecordBatch>, NodeError> {
        loop {
            self.status.check_canceled()?;
            if let Some(batch) = &self.batch
                && let Some(part) = self.plan.part(batch, self.done)?
            {
                self.done += 1;
                return Ok(Some(part));
            }
            self.done = 0;
            self.batch = self.input.next().await.transpose()?;
            if self.batch.is_none() {
                return Ok(None);
            }
        }
    }
}
