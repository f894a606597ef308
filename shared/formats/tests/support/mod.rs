//! What tests over real streams and data share.

#![allow(clippy::unwrap_used, dead_code, unreachable_pub)]

use std::path::{Path, PathBuf};

use arrow_array::RecordBatch;
use satsuma_columns::{DataModel, Scalar};
use satsuma_formats::{FormatError, RecordReader};

/// A file of the collection of real streams, which is not part of the repository.
pub fn real_file(path: &str) -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/streams");
    let folder = std::env::var_os("SATSUMA_STREAMS").map_or_else(beside, PathBuf::from);
    let file = folder.join(path);
    if file.is_file() {
        return Some(file);
    }
    eprintln!("skipped: there is no {}", file.display());
    None
}

/// All batches of a reader.
pub fn batches(reader: &mut dyn RecordReader) -> Result<Vec<RecordBatch>, FormatError> {
    let mut batches = Vec::new();
    while let Some(batch) = reader.next_batch()? {
        assert!(batch.num_rows() > 0 && batch.num_rows() <= satsuma_formats::BATCH_ROWS);
        batches.push(batch);
    }
    Ok(batches)
}

/// The values of a field in all batches.
pub fn values(model: &DataModel, batches: &[RecordBatch], field: &str) -> Vec<Scalar> {
    let at = model.position(field).unwrap_or_else(|| panic!("no field {field}"));
    let rows = |batch: &RecordBatch| {
        let column = batch.column(at).clone();
        (0..batch.num_rows()).map(move |row| Scalar::at(&column, row))
    };
    batches.iter().flat_map(rows).collect()
}
