//! Merge by keys, of inputs that are sorted by them.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, RecordBatch, RecordBatchOptions, new_null_array};
use datafusion::arrow::compute::{cast, interleave};
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::row::Rows;
use futures::StreamExt;
use satsuma_engine::{NodeError, Records, TaskStatus};

use super::fields::Output;
use super::join::Join;
use crate::records::keys::{Key, Keys};
use crate::records::pull::Pull;

/// Records of an output batch.
const BATCH: usize = 8_192;

/// Most input batches in memory; more of them end an output batch early.
const WINDOW: usize = 64;

/// The position of a record among the batches of its input.
type Place = (usize, usize);

/// The position of a missing record.
const NOWHERE: Place = (usize::MAX, 0);

/// The key columns of each input, each with the storage as which it is compared.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub(super) struct KeyColumns {
    pub(super) inputs: Vec<Vec<Key>>,
}

struct Batch {
    records: RecordBatch,
    keys: Rows,
    /// Columns of keys that have nulls.
    nulls: Vec<ArrayRef>,
}

impl Batch {
    fn has_null(&self, row: usize) -> bool {
        self.nulls.iter().any(|column| column.is_null(row))
    }
}

/// An input and its current position.
struct Cursor {
    input: Records,
    keys: Keys,
    columns: Vec<usize>,
    batches: Vec<Batch>,
    head: Place,
    ended: bool,
    /// The records with the current key.
    group: Vec<Place>,
}

impl Cursor {
    /// Reads until there is a record at the head, or the input has ended.
    async fn fill(&mut self) -> Result<(), NodeError> {
        while self.head.0 >= self.batches.len() && !self.ended {
            match self.input.next().await.transpose()? {
                Some(records) if records.num_rows() > 0 => {
                    let keys = self.keys.rows(&records)?;
                    let columns = self.columns.iter().filter_map(|at| records.columns().get(*at));
                    let nulls = columns.filter(|column| column.null_count() > 0).cloned().collect();
                    self.batches.push(Batch { records, keys, nulls });
                }
                Some(_) => {}
                None => self.ended = true,
            }
        }
        Ok(())
    }

    /// The key at the head, and whether it has a null.
    fn key(&self) -> Option<(&[u8], bool)> {
        let batch = self.batches.get(self.head.0)?;
        Some((batch.keys.row(self.head.1).data(), batch.has_null(self.head.1)))
    }

    fn step(&mut self) {
        self.group.push(self.head);
        self.head.1 += 1;
        let length = self.batches.get(self.head.0).map_or(0, |batch| batch.records.num_rows());
        if self.head.1 >= length {
            self.head = (self.head.0 + 1, 0);
        }
    }

    /// Collects all records with this key, which can only be at the head.
    async fn collect(&mut self, key: &[u8]) -> Result<(), NodeError> {
        loop {
            self.fill().await?;
            match self.key() {
                Some((own, _)) if own == key => self.step(),
                _ => return Ok(()),
            }
        }
    }
}

/// A Merge node that merges by keys.
pub(super) struct Keyed {
    cursors: Vec<Cursor>,
    join: Join,
    outputs: Vec<Output>,
    schema: SchemaRef,
    status: TaskStatus,
    key: Vec<u8>,
    present: Vec<bool>,
    /// Number of returned combinations of the current groups, and their total.
    done: usize,
    total: usize,
    /// For each input the positions of the next output records.
    places: Vec<Vec<Place>>,
}

impl Keyed {
    pub(super) fn new(
        inputs: Vec<Records>,
        join: Join,
        keys: &KeyColumns,
        outputs: Vec<Output>,
        schema: SchemaRef,
        status: TaskStatus,
    ) -> Result<Self, NodeError> {
        let mut cursors = Vec::with_capacity(inputs.len());
        for (input, columns) in inputs.into_iter().zip(&keys.inputs) {
            cursors.push(Cursor {
                input,
                keys: Keys::new(columns)?,
                columns: columns.iter().map(|(at, _)| *at).collect(),
                batches: Vec::new(),
                head: (0, 0),
                ended: false,
                group: Vec::new(),
            });
        }
        let places = vec![Vec::with_capacity(BATCH); cursors.len()];
        let key = Vec::new();
        Ok(Self {
            cursors,
            join,
            outputs,
            schema,
            status,
            key,
            present: Vec::new(),
            done: 0,
            total: 0,
            places,
        })
    }

    /// Joins the records with the smallest key; false at the end.
    async fn advance(&mut self) -> Result<bool, NodeError> {
        let mut lowest: Option<(usize, bool)> = None;
        for at in 0..self.cursors.len() {
            let Some(cursor) = self.cursors.get_mut(at) else { continue };
            cursor.group.clear();
            cursor.fill().await?;
            let Some((key, has_null)) = cursor.key() else { continue };
            if lowest.is_none() || key < self.key.as_slice() {
                self.key.clear();
                self.key.extend_from_slice(key);
                lowest = Some((at, has_null));
            }
        }
        let Some((first, has_null)) = lowest else { return Ok(false) };
        if has_null {
            // Null equals nothing, not even null.
            self.cursors.iter_mut().skip(first).take(1).for_each(Cursor::step);
        } else {
            for cursor in &mut self.cursors {
                cursor.collect(&self.key).await?;
            }
        }
        self.present.clear();
        self.present.extend(self.cursors.iter().map(|cursor| !cursor.group.is_empty()));
        self.done = 0;
        self.total = match self.join.keeps(&self.present) {
            true => {
                self.cursors.iter().map(|cursor| cursor.group.len().max(1)).fold(1, usize::saturating_mul)
            }
            false => 0,
        };
        Ok(true)
    }

    fn waiting(&self) -> usize {
        self.places.first().map_or(0, Vec::len)
    }

    /// Records the next combinations of the groups, as many as fit into a batch.
    fn combine(&mut self) {
        let room = BATCH.saturating_sub(self.waiting());
        let until = self.total.min(self.done.saturating_add(room));
        let mut every = 1_usize;
        // The last input varies fastest.
        for (cursor, places) in self.cursors.iter().zip(&mut self.places).rev() {
            let length = cursor.group.len().max(1);
            let place = |number: usize| cursor.group.get(number / every % length).copied().unwrap_or(NOWHERE);
            places.extend((self.done..until).map(place));
            every = every.saturating_mul(length);
        }
        self.done = until;
    }

    /// The records at the recorded positions.
    fn flush(&mut self) -> Result<RecordBatch, NodeError> {
        let rows = self.waiting();
        let mut columns = Vec::with_capacity(self.outputs.len());
        let mut indices: Vec<Place> = Vec::with_capacity(rows);
        for (output, field) in self.outputs.iter().zip(self.schema.fields()) {
            let mut arrays: Vec<ArrayRef> = Vec::new();
            let mut starts = Vec::new();
            for (input, column) in output.columns() {
                starts.push((input, arrays.len()));
                let batches = self.cursors.get(input).into_iter().flat_map(|cursor| &cursor.batches);
                for array in batches.filter_map(|batch| batch.records.columns().get(column)) {
                    arrays.push(match array.data_type() == field.data_type() {
                        true => Arc::clone(array),
                        false => cast(array, field.data_type())?,
                    });
                }
            }
            let null = arrays.len();
            arrays.push(new_null_array(field.data_type(), 1));
            indices.clear();
            for row in 0..rows {
                let place = starts.iter().find_map(|(input, start)| {
                    let (batch, row) = *self.places.get(*input)?.get(row)?;
                    (batch != NOWHERE.0).then_some((start + batch, row))
                });
                indices.push(place.unwrap_or((null, 0)));
            }
            let arrays = arrays.iter().map(|array| array.as_ref() as &dyn Array).collect::<Vec<_>>();
            columns.push(interleave(&arrays, &indices)?);
        }
        self.places.iter_mut().for_each(Vec::clear);
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        Ok(RecordBatch::try_new_with_options(Arc::clone(&self.schema), columns, &options)?)
    }

    /// Drops batches that no group and no position needs.
    fn forget(&mut self) {
        for cursor in &mut self.cursors {
            cursor.group.clear();
            let passed = cursor.head.0.min(cursor.batches.len());
            cursor.batches.drain(..passed);
            cursor.head.0 -= passed;
        }
    }
}

impl Pull for Keyed {
    async fn next(&mut self) -> Result<Option<RecordBatch>, NodeError> {
        loop {
            self.combine();
            if self.waiting() >= BATCH {
                return self.flush().map(Some);
            }
            // All combinations of the groups are recorded.
            if self.waiting() == 0 {
                self.forget();
            } else if self.cursors.iter().any(|cursor| cursor.batches.len() > WINDOW) {
                return self.flush().map(Some);
            }
            self.status.check_canceled()?;
            if !self.advance().await? {
                return if self.waiting() == 0 { Ok(None) } else { self.flush().map(Some) };
            }
        }
    }
}
