//! Both fields and records: one record per field, one field per record.

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::array::{Array, ArrayRef, RecordBatch, StringArray, new_empty_array, new_null_array};
use datafusion::arrow::compute::{cast, concat, interleave};
use datafusion::arrow::datatypes::SchemaRef;
use futures::StreamExt;
use satsuma_columns::{DataModel, Field, Measure, Storage};
use satsuma_engine::{
    Encoded, Kind, NodeError, NodeRef, NodeRun, Process, Records, Serial, Table, TaskStatus, one, require,
};

use crate::records::pull::{Pull, failed, records};

/// Maximum number of output cells, which are in memory at the same time: 128 MiB of numbers.
const MOST_CELLS: usize = 16 << 20;

/// The fields to transpose.
#[derive(Debug, Clone)]
pub(super) enum Choice {
    /// All continuous fields of numbers.
    Numeric,
    /// All fields of text.
    Text,
    /// These.
    Fields(Vec<String>),
}

/// A Transpose node that converts fields to records and records to fields.
pub(super) struct Swap {
    /// The output field with the names of the transposed fields.
    pub(super) id: String,
    /// The names of the new fields.
    pub(super) names: Vec<String>,
    pub(super) choice: Choice,
}

impl Swap {
    /// The fields to transpose, and the storage of the output values.
    fn chosen(&self, input: &DataModel) -> Result<(Vec<Field>, Storage), NodeError> {
        let chosen = match &self.choice {
            Choice::Numeric => numeric(input)?,
            Choice::Text => {
                input.fields().iter().filter(|field| field.storage == Storage::String).cloned().collect()
            }
            Choice::Fields(names) => {
                names.iter().map(|name| require(input, name).cloned()).collect::<Result<Vec<_>, _>>()?
            }
        };
        let is = |storage: Storage| chosen.iter().all(|field| field.storage == storage);
        let storage = match () {
            () if chosen.is_empty() => {
                return Err(NodeError::Model("there are no fields to transpose".to_owned()));
            }
            () if chosen.len().saturating_mul(self.names.len()) > MOST_CELLS => {
                let message =
                    format!("the output has more than {MOST_CELLS} cells; reduce the number of new fields");
                return Err(NodeError::unsupported(message));
            }
            () if is(Storage::String) => Storage::String,
            () if is(Storage::Integer) => Storage::Integer,
            () if chosen.iter().all(|field| field.storage.is_numeric()) => Storage::Real,
            () => {
                let message = "the fields to transpose must be all numeric or all strings";
                return Err(NodeError::unsupported(message));
            }
        };
        Ok((chosen, storage))
    }
}

/// All continuous numeric fields. IBM's documentation uses *all numeric* and *continuous* for the same option, so
/// numeric fields of another measure are refused.
fn numeric(input: &DataModel) -> Result<Vec<Field>, NodeError> {
    let numbers =
        input.fields().iter().filter(|field| field.storage.is_numeric()).cloned().collect::<Vec<_>>();
    match numbers.iter().find(|field| field.measure != Measure::Range) {
        Some(field) => {
            let message = format!(
                "IBM does not document whether Modeler transposes numeric fields that are not continuous ({:?}); \
                 select the fields of the Transpose node explicitly",
                field.name
            );
            Err(NodeError::unsupported(message))
        }
        None => Ok(numbers),
    }
}

#[async_trait]
impl Process for Swap {
    fn model(&self, inputs: &[DataModel]) -> Result<DataModel, NodeError> {
        let (_, storage) = self.chosen(one(inputs)?)?;
        let made = self.names.iter().map(|name| Field::new(name, storage));
        Ok(DataModel::new([Field::new(&self.id, Storage::String)].into_iter().chain(made).collect())?)
    }

    async fn table(&self, inputs: Vec<Table>, run: &NodeRun) -> Result<Table, NodeError> {
        let input = one(inputs)?;
        let model = self.model(&[input.model().clone()])?;
        let (chosen, _) = self.chosen(input.model())?;
        let names = chosen.iter().map(|field| field.name.clone()).collect::<Vec<_>>();
        let narrow = input.select(chosen.into_iter().map(|field| (field.name.clone(), field)).collect())?;
        let operator = Operator::new(names, model.schema(), run.node())?;
        Table::serial(vec![(narrow, Vec::new())], Arc::new(operator), model, run)
    }
}

#[derive(Debug)]
struct Operator {
    /// The fields to transpose.
    names: Vec<String>,
    schema: SchemaRef,
    node: NodeRef,
    encoded: Encoded,
}

/// The kind of these operators.
pub(crate) static SWAP: Kind = Kind::serial("transpose", 1, |found| {
    Ok(Arc::new(Operator::new(found.settings()?, Arc::clone(found.schema()), found.node())?))
});

impl Operator {
    fn new(names: Vec<String>, schema: SchemaRef, node: &NodeRef) -> Result<Self, NodeError> {
        let encoded = SWAP.encode(&names)?;
        Ok(Self { names, schema, node: node.clone(), encoded })
    }
}

impl Serial for Operator {
    fn encoded(&self) -> Encoded {
        self.encoded.clone()
    }

    fn run(&self, inputs: Vec<Records>, status: &TaskStatus) -> Records {
        match one(inputs) {
            Ok(input) => {
                let (names, schema) = (self.names.clone(), Arc::clone(&self.schema));
                let running = Running { input, names, schema, status: status.clone(), is_done: false };
                records(running, self.node.clone())
            }
            Err(error) => failed(error, &self.node),
        }
    }
}

struct Running {
    input: Records,
    names: Vec<String>,
    schema: SchemaRef,
    status: TaskStatus,
    is_done: bool,
}

impl Running {
    /// The first records, at most one per new field.
    async fn first(&mut self) -> Result<Vec<RecordBatch>, NodeError> {
        let mut missing = self.schema.fields().len().saturating_sub(1);
        let mut batches = Vec::new();
        while missing > 0
            && let Some(batch) = self.input.next().await.transpose()?
        {
            self.status.check_canceled()?;
            let batch = batch.slice(0, batch.num_rows().min(missing));
            missing -= batch.num_rows();
            batches.push(batch);
        }
        Ok(batches)
    }

    fn transposed(&self, batches: &[RecordBatch]) -> Result<RecordBatch, NodeError> {
        let mut columns: Vec<ArrayRef> = vec![Arc::new(StringArray::from_iter_values(&self.names))];
        let rows = batches.iter().map(RecordBatch::num_rows).sum::<usize>();
        let Some(kind) = self.schema.fields().get(1).map(|field| field.data_type()) else {
            return Ok(RecordBatch::try_new(Arc::clone(&self.schema), columns)?);
        };
        let mut fields: Vec<ArrayRef> = Vec::with_capacity(self.names.len());
        for at in 0..self.names.len() {
            let parts = batches.iter().filter_map(|batch| batch.columns().get(at));
            let parts = parts.map(|part| cast(part, kind)).collect::<Result<Vec<_>, _>>()?;
            let parts = parts.iter().map(AsRef::as_ref).collect::<Vec<&dyn Array>>();
            fields.push(if parts.is_empty() { new_empty_array(kind) } else { concat(&parts)? });
        }
        let fields = fields.iter().map(AsRef::as_ref).collect::<Vec<&dyn Array>>();
        for row in 0..self.schema.fields().len().saturating_sub(1) {
            columns.push(if row < rows {
                let places = (0..fields.len()).map(|field| (field, row)).collect::<Vec<_>>();
                interleave(&fields, &places)?
            } else {
                new_null_array(kind, fields.len())
            });
        }
        Ok(RecordBatch::try_new(Arc::clone(&self.schema), columns)?)
    }
}

impl Pull for Running {
    async fn next(&mut self) -> Result<Option<RecordBatch>, NodeError> {
        if self.is_done {
            return Ok(None);
        }
        self.is_done = true;
        let batches = self.first().await?;
        self.transposed(&batches).map(Some)
    }
}
