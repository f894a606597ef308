//! Fixed-width text as records.

use std::path::Path;

use datafusion::arrow::array::RecordBatch;
use satsuma_columns::{DataModel, Field, Storage};
use satsuma_engine::{NodeError, NodeTask};
use satsuma_formats::fixed::{FixedDialect, FixedFile};
use satsuma_formats::text::RangeReader;

use super::delimited::{became_null, read_error};
use super::records_table::{Batches, BytesRead};

/// The records of a fixed-width file.
pub(crate) struct FixedBatches {
    model: DataModel,
    records: RangeReader,
    read: BytesRead,
}

impl FixedBatches {
    pub(crate) fn open(
        path: &Path,
        dialect: &FixedDialect,
        known: &[(String, Storage)],
        read: &BytesRead,
    ) -> Result<Self, NodeError> {
        let file = FixedFile::open(path, dialect.clone(), known).map_err(read_error)?;
        let fields = file.fields().iter().map(|field| Field::new(&field.name, field.storage));
        let model = DataModel::new(fields.collect())?;
        let all = (0..model.len()).collect::<Vec<_>>();
        let records = file.read_range(file.whole(), &all, None).map_err(read_error)?;
        Ok(Self { model, records, read: read.clone() })
    }
}

impl Batches for FixedBatches {
    fn model(&self) -> &DataModel {
        &self.model
    }

    fn next(&mut self, task: &NodeTask) -> Result<Option<RecordBatch>, NodeError> {
        let Some(next) = self.records.next().transpose().map_err(read_error)? else { return Ok(None) };
        for bad in &next.unconverted {
            task.warn_first(became_null(bad), bad.count, bad.offset, || format!("{:?}", bad.first));
        }
        task.warn("characters that are invalid in the file's encoding", next.invalid);
        self.read.add(next.bytes);
        Ok(Some(next.records))
    }
}
