//! All combinations of the records of several inputs.

use std::collections::VecDeque;
use std::sync::Arc;

use datafusion::arrow::array::{RecordBatch, RecordBatchOptions, UInt64Array, new_null_array};
use datafusion::arrow::compute::{concat_batches, take};
use datafusion::arrow::datatypes::SchemaRef;
use futures::StreamExt;
use satsuma_engine::{NodeError, Records, TaskStatus};

use super::fields::Output;
use super::join::Join;
use crate::records::pull::Pull;

/// Records of an output batch.
const BATCH: usize = 8_192;

/// Memory for all inputs except the first, in bytes. Half of the memory of a job by default.
const KEPT_BYTES: usize = 256 << 20;

/// All combinations, with the first input outermost. One input is read while combinations are returned: the
/// first one with more than one record. Those after it are kept in memory.
pub(super) struct Product {
    /// The inputs in order, until they are read.
    inputs: VecDeque<Records>,
    join: Join,
    outputs: Vec<Output>,
    schema: SchemaRef,
    status: TaskStatus,
    has_begun: bool,
    /// The inputs before the long one: their only record, `None` for an empty one, which has a record of
    /// nulls.
    before: Vec<Option<RecordBatch>>,
    /// Batches of the long input that have been read.
    read: VecDeque<RecordBatch>,
    /// The inputs after it, `None` for an empty one.
    behind: Vec<Option<RecordBatch>>,
    /// The batch of the long input, and the number of its returned combinations.
    head: Option<(Option<RecordBatch>, usize)>,
    has_long: bool,
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
            inputs: inputs.into(),
            join,
            outputs,
            schema,
            status,
            has_begun: false,
            before: Vec::new(),
            read: VecDeque::new(),
            behind: Vec::new(),
            head: None,
            has_long: false,
            ended: false,
        }
    }

    async fn begin(&mut self) -> Result<(), NodeError> {
        self.has_begun = true;
        // The last input may always be the long one.
        while self.inputs.len() > 1 && self.read.is_empty() {
            let Some(mut input) = self.inputs.pop_front() else { break };
            let mut rows = 0;
            while rows < 2
                && let Some(batch) = input.next().await.transpose()?
            {
                if batch.num_rows() > 0 {
                    rows += batch.num_rows();
                    self.read.push_back(batch);
                }
            }
            if rows < 2 {
                self.before.push(self.read.pop_front());
            } else {
                self.inputs.push_front(input);
            }
        }
        let mut bytes = 0;
        for input in self.inputs.iter_mut().skip(1) {
            let mut batches: Vec<RecordBatch> = Vec::new();
            while let Some(batch) = input.next().await.transpose()? {
                self.status.check_canceled()?;
                bytes += batch.get_array_memory_size();
                if bytes > KEPT_BYTES {
                    let message = "the node combines all records, but only the first input may be large; \
                                   set keys, or make the largest input the first";
                    return Err(NodeError::Model(message.to_owned()));
                }
                if batch.num_rows() > 0 {
                    batches.push(batch);
                }
            }
            self.behind.push(match batches.first() {
                Some(first) => Some(concat_batches(&first.schema(), &batches)?),
                None => None,
            });
        }
        Ok(())
    }

    /// Reads the next batch of the long input; false at the end.
    async fn read_long(&mut self) -> Result<bool, NodeError> {
        let batch = loop {
            let batch = match (self.read.pop_front(), self.inputs.front_mut()) {
                (Some(batch), _) => Some(batch),
                (None, Some(input)) => input.next().await.transpose()?,
                (None, None) => None,
            };
            if batch.as_ref().is_none_or(|batch| batch.num_rows() > 0) {
                break batch;
            }
        };
        self.ended = batch.is_none();
        if self.ended && self.has_long {
            return Ok(false);
        }
        self.has_long = true;
        let others = self.before.iter().map(Option::is_some);
        let present =
            others.chain([!self.ended]).chain(self.behind.iter().map(Option::is_some)).collect::<Vec<_>>();
        if !self.join.keeps(&present) || !present.contains(&true) {
            self.ended = true;
            return Ok(false);
        }
        self.head = Some((batch, 0));
        Ok(true)
    }

    /// The next combinations of the head; `None` after the last.
    fn combine(&mut self) -> Result<Option<RecordBatch>, NodeError> {
        let Some((head, done)) = &mut self.head else { return Ok(None) };
        let length = |batch: &Option<RecordBatch>| batch.as_ref().map_or(1, RecordBatch::num_rows);
        let inputs = self.before.iter().chain([&*head]).chain(&self.behind).collect::<Vec<_>>();
        let total = inputs.iter().map(|batch| length(batch)).fold(1_usize, usize::saturating_mul);
        let rows = total.saturating_sub(*done).min(BATCH);
        if rows == 0 {
            return Ok(None);
        }
        // The last input varies fastest.
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
        if !self.has_begun {
            self.begin().await?;
        }
        loop {
            self.status.check_canceled()?;
            if let Some(batch) = self.combine()? {
                return Ok(Some(batch));
            }
            self.head = None;
            if self.ended || !self.read_long().await? {
                return Ok(None);
            }
        }
    }
}
