//! Duplicates dropped before the sort.

use std::collections::HashSet;

use datafusion::arrow::array::{BooleanArray, RecordBatch};
use datafusion::arrow::compute::filter_record_batch;
use futures::StreamExt;
use satsuma_engine::{NodeError, Records};

use crate::records::keys::Keys;
use crate::records::pull::Pull;

/// Bytes of the keys that are remembered: an eighth of the memory of a job by default. Beyond it, most records have
/// keys of their own, and a sort is needed anyway.
const KEY_BYTES: usize = 64 << 20;

/// Bytes of bookkeeping for each key.
const KEY_OVERHEAD: usize = 48;

/// Records without those whose key an earlier record has, as far as keys fit into memory. The operator behind the
/// sort drops the others.
pub(super) struct Seen {
    input: Records,
    keys: Keys,
    /// `None` where there are too many keys.
    known: Option<HashSet<Box<[u8]>>>,
    bytes: usize,
}

impl Seen {
    pub(super) fn new(input: Records, keys: Keys) -> Self {
        Self { input, keys, known: Some(HashSet::new()), bytes: 0 }
    }
}

impl Pull for Seen {
    async fn next(&mut self) -> Result<Option<RecordBatch>, NodeError> {
        let Some(batch) = self.input.next().await.transpose()? else { return Ok(None) };
        let Some(known) = &mut self.known else { return Ok(Some(batch)) };
        let rows = self.keys.rows(&batch)?;
        let mut bytes = self.bytes;
        let is_new = rows.iter().map(|row| {
            let key: &[u8] = row.as_ref();
            let is_new = !known.contains(key);
            if is_new {
                known.insert(key.into());
                bytes += key.len() + KEY_OVERHEAD;
            }
            is_new
        });
        let is_new = BooleanArray::from(is_new.collect::<Vec<_>>());
        self.bytes = bytes;
        if bytes > KEY_BYTES {
            self.known = None;
        }
        Ok(Some(filter_record_batch(&batch, &is_new)?))
    }
}
