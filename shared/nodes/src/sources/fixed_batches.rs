//! Fixed-width text as records.

use std::path::Path;

use datafusion::arrow::array::RecordBatch;
use satsuma_columns::{DataModel, Field};
use satsuma_engine::{NodeError, Pass};
use satsuma_formats::fixed::{FixedDialect, FixedFile};
use satsuma_formats::text::RangeReader;

use super::delimited::read_error;
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
        known: &[Field],
        read: &BytesRead,
    ) -> Result<Self, NodeError> {
        let known = known.iter().map(|field| (field.name.clone(), field.storage)).collect::<Vec<_>>();
        let file = FixedFile::open(path, dialect.clone(), &known).map_err(read_error)?;
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

    fn next(&mut self, pass: &mut Pass) -> Result<Option<RecordBatch>, NodeError> {
        let Some(next) = self.records.next().transpose().map_err(read_error)? else { return Ok(None) };
        for lost in next.unconverted {
            pass.warn(lost.to_string(), lost.values);
        }
        pass.warn("characters that are no text in the file's encoding", next.invalid);
        self.read.add(next.bytes);
        Ok(Some(next.records))
    }
}
