//! All combinations of the records of several inputs.

use std::sync::Arc;

use datafusion::arrow::array::{RecordBatch, RecordBatchOptions, UInt64Array, new_null_array};
use datafusion::arrow::compute::{concat_batches, take};
use datafusion::arrow::datatypes::SchemaRef;
use futures::StreamExt;
use satsuma_engine::{NodeError, Records, TaskStatus};

use super::fields::Output;
use super::join::Join;
use crate::records::pull::Pull;

/// Records of a batch that comes out.
const BATCH: usize = 8_192;

/// Bytes of all inputs but the first: they are kept in memory. Half of the memory of a job by default.
const KEPT_BYTES: usize = 256 << 20;

/// All combinations, the first input outermost. The other inputs are kept in memory.
pub(super) struct Product {
    /// The inputs, until they are read; the first stays.
    inputs: Vec<Records>,
    join: Join,
    outputs: Vec<Output>,
    schema: SchemaRef,
    status: TaskStatus,
    /// The other inputs, `None` for one that is empty: one record of nulls.
    others: Option<Vec<Option<RecordBatch>>>,
    /// The batch of the first input, and the combinations of it that came out.
    head: Option<(Option<RecordBatch>, usize)>,
    has_first: bool,
    ended: bool,
}

impl Product {
    pub(super) fn new(
        inputs: Vec<Records>,
        join: Join,
        outputs: Vec<Output>,
        schema: SchemaRef,
        status: TaskStatus,
    ) -> Self {
        Self {
            inputs,
            join,
            outputs,
            schema,
            status,
            others: None,
            head: None,
            has_first: false,
            ended: false,
        }
    }

    async fn read_others(&mut self) -> Result<(), NodeError> {
        let mut others = Vec::new();
        let mut bytes = 0;
        for input in self.inputs.iter_mut().skip(1) {
            let mut batches: Vec<RecordBatch> = Vec::new();
            while let Some(batch) = input.next().await.transpose()? {
                self.status.check_canceled()?;
                bytes += batch.get_array_memory_size();
                if bytes > KEPT_BYTES {
                    let message = "all combinations of the records are asked for, but only the first input may \
                                   be large; give the node keys, or put the largest input first";
                    return Err(NodeError::Model(message.to_owned()));
                }
                if batch.num_rows() > 0 {
                    batches.push(batch);
                }
            }
            others.push(match batches.first() {
                Some(first) => Some(concat_batches(&first.schema(), &batches)?),
                None => None,
            });
        }
        self.others = Some(others);
        Ok(())
    }

    /// Reads the next batch of the first input; false where nothing is left.
    async fn read_first(&mut self) -> Result<bool, NodeError> {
        let others = self.others.as_deref().unwrap_or_default();
        loop {
            let Some(first) = self.inputs.first_mut() else { return Ok(false) };
            let batch = first.next().await.transpose()?;
            if batch.as_ref().is_some_and(|batch| batch.num_rows() == 0) {
                continue;
            }
            let at_end = batch.is_none();
            if at_end && self.has_first {
                return Ok(false);
            }
            self.has_first = true;
            self.ended = at_end;
            let present = [!at_end].into_iter().chain(others.iter().map(Option::is_some)).collect::<Vec<_>>();
            if !self.join.keeps(&present) || (at_end && !present.contains(&true)) {
                self.ended = true;
                return Ok(false);
            }
            self.head = Some((batch, 0));
            return Ok(true);
        }
    }

    /// The next combinations of the head; `None` where all came out.
    fn combine(&mut self) -> Result<Option<RecordBatch>, NodeError> {
        let others = self.others.as_deref().unwrap_or_default();
        let Some((head, done)) = &mut self.head else { return Ok(None) };
        let length = |batch: &Option<RecordBatch>| batch.as_ref().map_or(1, RecordBatch::num_rows);
        let inputs = std::iter::once(&*head).chain(others).collect::<Vec<_>>();
        let total = inputs.iter().map(|batch| length(batch)).fold(1_usize, usize::saturating_mul);
        let rows = total.saturating_sub(*done).min(BATCH);
        if rows == 0 {
            return Ok(None);
        }
        // The last input changes fastest.
        let mut every = 1_usize;
        let mut indices = Vec::with_capacity(inputs.len());
        for batch in inputs.iter().rev() {
            let length = length(batch);
            let index = (*done..*done + rows).map(|number| (number / every % length) as u64);
            indices.push(UInt64Array::from_iter_values(index));
            every = every.saturating_mul(length);
        }
        indices.reverse();
        *done += rows;
        let mut columns = Vec::with_capacity(self.outputs.len());
        for (output, field) in self.outputs.iter().zip(self.schema.fields()) {
            let from = output.columns().into_iter().find_map(|(input, column)| {
                Some((inputs.get(input)?.as_ref()?.columns().get(column)?, indices.get(input)?))
            });
            columns.push(match from {
                Some((column, index)) => take(column, index, None)?,
                None => new_null_array(field.data_type(), rows),
            });
        }
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        Ok(Some(RecordBatch::try_new_with_options(Arc::clone(&self.schema), columns, &options)?))
    }
}

impl Pull for Product {
    async fn next(&mut self) -> Result<Option<RecordBatch>, NodeError> {
        if self.others.is_none() {
            self.read_others().await?;
        }
        loop {
            self.status.check_canceled()?;
            if let Some(batch) = self.combine()? {
                return Ok(Some(batch));
            }
            self.head = None;
            if self.ended || !self.read_first().await? {
                return Ok(None);
            }
        }
    }
}
