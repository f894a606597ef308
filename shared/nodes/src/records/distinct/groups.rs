//! Groups of adjacent records.

use datafusion::arrow::array::{BooleanArray, RecordBatch};
use datafusion::arrow::compute::{filter_record_batch, not};
use datafusion::arrow::row::OwnedRow;
use futures::StreamExt;
use satsuma_engine::{NodeError, Records};

use crate::records::keys::Keys;
use crate::records::pull::Pull;

/// Records with marks at the beginnings of groups.
pub(super) struct Groups {
    input: Records,
    keys: Keys,
    last: Option<OwnedRow>,
}

impl Groups {
    pub(super) fn new(input: Records, keys: Keys) -> Self {
        Self { input, keys, last: None }
    }

    /// The next batch with records; for each record, whether it begins a group.
    pub(super) async fn next(&mut self) -> Result<Option<(RecordBatch, BooleanArray)>, NodeError> {
        loop {
            let Some(batch) = self.input.next().await.transpose()? else { return Ok(None) };
            let count = batch.num_rows();
            if count == 0 {
                continue;
            }
            let rows = self.keys.rows(&batch)?;
            let begins = (0..count).map(|row| match row.checked_sub(1) {
                Some(before) => rows.row(before) != rows.row(row),
                None => self.last.as_ref().is_none_or(|last| last.row() != rows.row(row)),
            });
            let begins = begins.map(Some).collect::<BooleanArray>();
            self.last = Some(rows.row(count - 1).owned());
            return Ok(Some((batch, begins)));
        }
    }
}

/// The first records of groups, or all others.
pub(super) struct Filtering {
    pub(super) groups: Groups,
    pub(super) first: bool,
}

impl Pull for Filtering {
    async fn next(&mut self) -> Result<Option<RecordBatch>, NodeError> {
        let Some((batch, begins)) = self.groups.next().await? else { return Ok(None) };
        let kept = if self.first { begins } else { not(&begins)? };
        Ok(Some(filter_record_batch(&batch, &kept)?))
    }
}
