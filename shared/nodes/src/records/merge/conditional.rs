//! Outer joins and anti-joins of two inputs by a condition.

use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, RecordBatch, RecordBatchOptions, UInt64Array, new_null_array,
};
use datafusion::arrow::compute::{concat_batches, take};
use datafusion::arrow::datatypes::{DataType, SchemaRef};
use futures::StreamExt;
use satsuma_clem::Program;
use satsuma_engine::{Encoded, Kind, NodeError, NodeRef, Records, Serial, TaskStatus, one};
use serde::{Deserialize, Serialize};

use super::fields::Output;
use super::join::Join;
use crate::clem::{decode, encode, failed as clem_failed};
use crate::records::pull::{Pull, failed, records};

/// Pairs of records per evaluation of the condition.
const BATCH: usize = 8_192;

/// Maximum size of the second input, which is in memory. Half of the memory of a job by default.
const KEPT_BYTES: usize = 256 << 20;

/// A nested-loop join: it streams the first input and buffers the second one.
#[derive(Debug)]
pub(super) struct Operator {
    condition: Program,
    columns: Columns,
    schema: SchemaRef,
    node: NodeRef,
    encoded: Encoded,
}

/// The join type and its columns.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Columns {
    pub(super) join: Join,
    /// The input columns of the condition's fields.
    pub(super) wanted: Vec<Output>,
    pub(super) outputs: Vec<Output>,
}

/// The kind of these operators.
pub(crate) static CONDITIONAL: Kind = Kind::serial("merge-condition", 1, |found| {
    let (programs, columns) = decode(found)?;
    Ok(Arc::new(Operator::new(one(programs)?, columns, Arc::clone(found.schema()), found.node())?))
});

impl Operator {
    pub(super) fn new(
        condition: Program,
        columns: Columns,
        schema: SchemaRef,
        node: &NodeRef,
    ) -> Result<Self, NodeError> {
        let encoded = encode(&CONDITIONAL, std::slice::from_ref(&condition), &columns)?;
        Ok(Self { condition, columns, schema, node: node.clone(), encoded })
    }
}

impl Serial for Operator {
    fn encoded(&self) -> Encoded {
        self.encoded.clone()
    }

    fn run(&self, inputs: Vec<Records>, status: &TaskStatus) -> Records {
        let mut inputs = inputs.into_iter();
        let (Some(first), Some(second)) = (inputs.next(), inputs.next()) else {
            let message = "a merge by condition needs two inputs";
            return failed(NodeError::Model(message.to_owned()), &self.node);
        };
        let keeps = |at: usize| match &self.columns.join {
            Join::Inner => false,
            Join::Outer(outer) => outer.get(at) == Some(&true),
            Join::Anti => at == 0,
        };
        let running = Running {
            first,
            second: Some(second),
            keeps: [keeps(0), keeps(1)],
            keeps_pairs: self.columns.join != Join::Anti,
            condition: self.condition.clone(),
            wanted: self.columns.wanted.clone(),
            outputs: self.columns.outputs.clone(),
            schema: Arc::clone(&self.schema),
            status: status.clone(),
            kept: None,
            paired: Vec::new(),
            batch: None,
            block: Block::default(),
            rest: 0,
        };
        records(running, self.node.clone())
    }
}

/// A range of the current batch of the first input. Several records are paired with the whole buffer at once, a single
/// record with one part of the buffer after the other.
#[derive(Debug, Default)]
struct Block {
    start: usize,
    end: usize,
    /// The number of buffered records that are evaluated for the range.
    tried: usize,
    /// For each record of the range, whether it has a partner.
    found: Vec<bool>,
}

struct Running {
    first: Records,
    /// The second input, until it is buffered.
    second: Option<Records>,
    /// For each input, whether records without partners are output.
    keeps: [bool; 2],
    keeps_pairs: bool,
    condition: Program,
    wanted: Vec<Output>,
    outputs: Vec<Output>,
    schema: SchemaRef,
    status: TaskStatus,
    /// The buffered second input; `None` if it is empty.
    kept: Option<RecordBatch>,
    /// For each buffered record, whether it has a partner.
    paired: Vec<bool>,
    /// The current batch of the first input.
    batch: Option<RecordBatch>,
    block: Block,
    /// The number of buffered records that are checked for partners at the end.
    rest: usize,
}

impl Running {
    async fn keep(&mut self, mut second: Records) -> Result<(), NodeError> {
        let mut batches: Vec<RecordBatch> = Vec::new();
        let mut bytes = 0;
        while let Some(batch) = second.next().await.transpose()? {
            self.status.check_canceled()?;
            bytes += batch.get_array_memory_size();
            if bytes > KEPT_BYTES {
                let message = "the second input of a merge by condition exceeds the memory; merge by keys, or make the \
                               larger input the first one";
                return Err(NodeError::Model(message.to_owned()));
            }
            if batch.num_rows() > 0 {
                batches.push(batch);
            }
        }
        if let Some(first) = batches.first() {
            self.kept = Some(concat_batches(&first.schema(), &batches)?);
        }
        self.paired = vec![false; self.kept_rows()];
        Ok(())
    }

    fn kept_rows(&self) -> usize {
        self.kept.as_ref().map_or(0, RecordBatch::num_rows)
    }

    /// The next output of the current batch; `None` at its end.
    fn pairs(&mut self) -> Result<Option<RecordBatch>, NodeError> {
        let kept = self.kept_rows();
        let Some(batch) = self.batch.clone() else { return Ok(None) };
        if self.block.start == self.block.end {
            let end = self.block.end.saturating_add((BATCH / kept.clamp(1, BATCH)).max(1));
            self.block.end = end.min(batch.num_rows());
            self.block.tried = 0;
            self.block.found.clear();
            self.block.found.resize(self.block.end - self.block.start, false);
        }
        if self.block.start == self.block.end {
            return Ok(None);
        }
        let (start, from) = (self.block.start, self.block.tried);
        let until = kept.min(from.saturating_add(BATCH));
        let many = until - from;
        let rows = (self.block.end - start) * many;
        let ones = UInt64Array::from_iter_values((0..rows).map(|row| (start + row / many.max(1)) as u64));
        let twos = UInt64Array::from_iter_values((0..rows).map(|row| (from + row % many.max(1)) as u64));
        let mut inputs = Vec::with_capacity(self.wanted.len());
        for (output, field) in self.wanted.iter().zip(self.condition.fields()) {
            inputs.push(self.column(output, &field.storage.arrow(), &ones, &twos)?);
        }
        let holds = self.condition.truths(&inputs, rows).map_err(clem_failed)?;
        let is_last = until == kept;
        let (mut ones, mut twos) = (Vec::new(), Vec::new());
        for (at, found) in self.block.found.iter_mut().enumerate() {
            for partner in 0..many {
                let row = at * many + partner;
                if holds.is_valid(row) && holds.value(row) {
                    *found = true;
                    if let Some(paired) = self.paired.get_mut(from + partner) {
                        *paired = true;
                    }
                    if self.keeps_pairs {
                        ones.push(Some((start + at) as u64));
                        twos.push(Some((from + partner) as u64));
                    }
                }
            }
            if is_last && !*found && self.keeps.first() == Some(&true) {
                ones.push(Some((start + at) as u64));
                twos.push(None);
            }
        }
        self.block.tried = until;
        if is_last {
            self.block.start = self.block.end;
        }
        self.records(ones, twos).map(Some)
    }

    /// The next records of the second input without partners; `None` at the end.
    fn unpaired(&mut self) -> Result<Option<RecordBatch>, NodeError> {
        self.batch = None;
        if self.keeps.get(1) != Some(&true) || self.rest >= self.paired.len() {
            return Ok(None);
        }
        let rows = self.paired.iter().enumerate().skip(self.rest).take(BATCH);
        let twos = rows.filter(|(_, paired)| !**paired).map(|(row, _)| Some(row as u64)).collect::<Vec<_>>();
        self.rest = self.rest.saturating_add(BATCH);
        self.records(vec![None; twos.len()], twos).map(Some)
    }

    /// The output records for these row numbers of both inputs.
    fn records(&self, ones: Vec<Option<u64>>, twos: Vec<Option<u64>>) -> Result<RecordBatch, NodeError> {
        let rows = ones.len();
        let (ones, twos) = (UInt64Array::from(ones), UInt64Array::from(twos));
        let mut columns = Vec::with_capacity(self.outputs.len());
        for (output, field) in self.outputs.iter().zip(self.schema.fields()) {
            columns.push(self.column(output, field.data_type(), &ones, &twos)?);
        }
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        Ok(RecordBatch::try_new_with_options(Arc::clone(&self.schema), columns, &options)?)
    }

    fn column(
        &self,
        output: &Output,
        kind: &DataType,
        ones: &UInt64Array,
        twos: &UInt64Array,
    ) -> Result<ArrayRef, NodeError> {
        let place = output.columns().into_iter().next().unwrap_or_default();
        let (batch, rows) = if place.0 == 0 { (&self.batch, ones) } else { (&self.kept, twos) };
        match batch.as_ref().and_then(|batch| batch.columns().get(place.1)) {
            Some(column) => Ok(take(column, rows, None)?),
            None => Ok(new_null_array(kind, rows.len())),
        }
    }
}

impl Pull for Running {
    async fn next(&mut self) -> Result<Option<RecordBatch>, NodeError> {
        if let Some(second) = self.second.take() {
            self.keep(second).await?;
        }
        loop {
            self.status.check_canceled()?;
            if let Some(records) = self.pairs()? {
                if records.num_rows() > 0 {
                    return Ok(Some(records));
                }
                continue;
            }
            self.block = Block::default();
            self.batch = match self.batch.is_none() && self.rest > 0 {
                true => None,
                false => self.first.next().await.transpose()?,
            };
            if self.batch.is_none() {
                match self.unpaired()? {
                    Some(records) if records.num_rows() > 0 => return Ok(Some(records)),
                    Some(_) => {}
                    None => return Ok(None),
                }
            }
        }
    }
}
