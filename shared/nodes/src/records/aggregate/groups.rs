//! Assigns records to groups.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Int64Array, RecordBatch, RecordBatchOptions};
use datafusion::arrow::datatypes::SchemaRef;
use futures::StreamExt;
use satsuma_engine::{NodeError, Records, TaskStatus};

use super::accumulator::Accumulator;
use crate::records::keys::Keys;
use crate::records::pull::Pull;

/// Records of an output batch.
const BATCH: usize = 8_192;

/// Bytes of all keys in memory. A quarter of the memory of a job by default; the rest is for statistics of 8
/// to 16 bytes per group.
const KEY_BYTES: usize = 128 << 20;

/// Overhead of each key in bytes.
const KEY_OVERHEAD: usize = 48;

/// Keys that may have one group only, whose further keys are the values of expressions.
pub(super) struct Single {
    keys: Keys,
    /// The names of the expressions' fields.
    names: String,
    /// The keys so far; the last one only, if records with the same key are adjacent.
    seen: HashSet<Box<[u8]>>,
}

impl Single {
    pub(super) fn new(keys: Keys, names: String) -> Self {
        Self { keys, names, seen: HashSet::new() }
    }

    /// Adds the key of a new group.
    fn add(&mut self, key: &[u8], contiguous: bool) -> Result<(), NodeError> {
        if self.seen.contains(key) {
            let message = format!(
                "aggregateExpressionsTable: the records of a group have several values of {}; IBM does not document \
                 which one Modeler takes; aggregate a field that a Derive node computes",
                self.names
            );
            return Err(NodeError::unsupported(message));
        }
        if contiguous {
            self.seen.clear();
        }
        self.seen.insert(key.into());
        Ok(())
    }
}

/// The state of an Aggregate node.
pub(super) struct Running {
    input: Records,
    keys: Keys,
    only: Option<Single>,
    contiguous: bool,
    /// Fields and their statistics.
    accumulators: Vec<(usize, Accumulator)>,
    counts: Option<Vec<i64>>,
    schema: SchemaRef,
    status: TaskStatus,
    /// The number of each key, if records with the same key may be anywhere.
    numbers: HashMap<Arc<[u8]>, usize>,
    /// The keys of the remaining groups, in order.
    groups: Vec<Arc<[u8]>>,
    key_bytes: usize,
    ids: Vec<usize>,
    ended: bool,
    has_groups: bool,
}

impl Running {
    pub(super) fn new(
        input: Records,
        (keys, only): (Keys, Option<Single>),
        contiguous: bool,
        accumulators: Vec<(usize, Accumulator)>,
        counts: bool,
        schema: SchemaRef,
        status: TaskStatus,
    ) -> Self {
        Self {
            input,
            keys,
            only,
            contiguous,
            accumulators,
            counts: counts.then(Vec::new),
            schema,
            status,
            numbers: HashMap::new(),
            groups: Vec::new(),
            key_bytes: 0,
            ids: Vec::new(),
            ended: false,
            has_groups: false,
        }
    }

    fn add(&mut self, batch: &RecordBatch) -> Result<(), NodeError> {
        self.ids.clear();
        if self.keys.is_empty() {
            self.the_only_group();
            self.ids.resize(batch.num_rows(), 0);
        } else {
            let rows = self.keys.rows(batch)?;
            let own = self.only.as_ref().map(|only| only.keys.rows(batch)).transpose()?;
            for (at, row) in rows.iter().enumerate() {
                let known = self.groups.len();
                let id = self.group(row.as_ref())?;
                if let (Some(only), Some(own)) = (&mut self.only, &own)
                    && self.groups.len() > known
                {
                    self.key_bytes += own.row(at).as_ref().len() + KEY_OVERHEAD;
                    only.add(own.row(at).as_ref(), self.contiguous)?;
                }
                self.ids.push(id);
            }
        }
        let groups = self.groups.len();
        for (column, accumulator) in &mut self.accumulators {
            if let Some(column) = batch.columns().get(*column) {
                accumulator.update(&self.ids, groups, column)?;
            }
        }
        if let Some(counts) = &mut self.counts {
            counts.resize(groups, 0);
            for id in &self.ids {
                if let Some(count) = counts.get_mut(*id) {
                    *count += 1;
                }
            }
        }
        Ok(())
    }

    fn the_only_group(&mut self) {
        if !self.has_groups {
            self.groups.push(Arc::from([]));
            self.has_groups = true;
        }
    }

    /// The number of the group with this key.
    fn group(&mut self, key: &[u8]) -> Result<usize, NodeError> {
        let next = self.groups.len();
        if self.groups.last().is_some_and(|last| last.as_ref() == key) {
            return Ok(next - 1);
        }
        if !self.contiguous {
            if let Some(number) = self.numbers.get(key) {
                return Ok(*number);
            }
            self.key_bytes += key.len() + KEY_OVERHEAD;
            if self.key_bytes > KEY_BYTES {
                let message = "there are more groups than fit into memory; sort the records by the keys \
                               with a Sort node and check Keys are contiguous";
                return Err(NodeError::Model(message.to_owned()));
            }
        }
        let key: Arc<[u8]> = Arc::from(key);
        if !self.contiguous {
            self.numbers.insert(Arc::clone(&key), next);
        }
        self.groups.push(key);
        Ok(next)
    }

    /// The records of the first groups.
    fn take(&mut self, groups: usize) -> Result<RecordBatch, NodeError> {
        let taken = self.groups.drain(..groups.min(self.groups.len())).collect::<Vec<_>>();
        let mut columns: Vec<ArrayRef> = self.keys.columns(taken.iter().map(AsRef::as_ref))?;
        for (_, accumulator) in &mut self.accumulators {
            columns.extend(accumulator.take(taken.len())?);
        }
        if let Some(counts) = &mut self.counts {
            columns.push(Arc::new(Int64Array::from_iter_values(counts.drain(..taken.len()))));
        }
        let options = RecordBatchOptions::new().with_row_count(Some(taken.len()));
        Ok(RecordBatch::try_new_with_options(Arc::clone(&self.schema), columns, &options)?)
    }
}

impl Pull for Running {
    async fn next(&mut self) -> Result<Option<RecordBatch>, NodeError> {
        loop {
            self.status.check_canceled()?;
            if self.ended {
                return match self.groups.len() {
                    0 => Ok(None),
                    groups => self.take(groups.min(BATCH)).map(Some),
                };
            }
            match self.input.next().await.transpose()? {
                Some(batch) => self.add(&batch)?,
                None => {
                    self.ended = true;
                    if self.keys.is_empty() {
                        self.the_only_group();
                        for (_, accumulator) in &mut self.accumulators {
                            accumulator.at_least(1);
                        }
                        self.counts.iter_mut().for_each(|counts| counts.resize(1, 0));
                    }
                }
            }
            // The last group may continue.
            if self.contiguous && self.groups.len() > BATCH {
                return self.take(self.groups.len() - 1).map(Some);
            }
        }
    }
}
