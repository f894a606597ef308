//! Merge by order.

use datafusion::arrow::array::{RecordBatch, RecordBatchOptions};
use datafusion::arrow::datatypes::SchemaRef;
use futures::StreamExt;
use satsuma_engine::{NodeError, Records};

use super::fields::Output;
use crate::records::pull::Pull;

/// The nth records of all inputs, until one ends.
pub(super) struct Zip {
    inputs: Vec<(Records, Option<RecordBatch>)>,
    outputs: Vec<Output>,
    schema: SchemaRef,
}

impl Zip {
    pub(super) fn new(inputs: Vec<Records>, outputs: Vec<Output>, schema: SchemaRef) -> Self {
        Self { inputs: inputs.into_iter().map(|input| (input, None)).collect(), outputs, schema }
    }
}

impl Pull for Zip {
    async fn next(&mut self) -> Result<Option<RecordBatch>, NodeError> {
        let mut rows = usize::MAX;
        for (input, head) in &mut self.inputs {
            while head.as_ref().is_none_or(|head| head.num_rows() == 0) {
                match input.next().await.transpose()? {
                    Some(batch) => *head = Some(batch),
                    None => return Ok(None),
                }
            }
            rows = rows.min(head.as_ref().map_or(0, RecordBatch::num_rows));
        }
        let mut parts = Vec::with_capacity(self.inputs.len());
        for (_, head) in &mut self.inputs {
            if let Some(batch) = head.take() {
                parts.push(batch.slice(0, rows));
                *head = Some(batch.slice(rows, batch.num_rows() - rows));
            }
        }
        let columns = self.outputs.iter().filter_map(|output| {
            let (input, column) = *output.columns().first()?;
            parts.get(input)?.columns().get(column).cloned()
        });
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        Ok(Some(RecordBatch::try_new_with_options(self.schema.clone(), columns.collect(), &options)?))
    }
}
