//! Delimited files as tables of a plan.
//!
//! A file is cut into ranges at record starts; partitions read ranges in turn. The byte at which a record
//! begins is its place in the order.

mod scan;

use std::path::Path;
use std::sync::Arc;

use satsuma_columns::{DataModel, Field, Storage};
use satsuma_engine::{DataFault, EngineError, NodeError, NodeRun, ORDER, Table};
use satsuma_formats::delimited::{ByteRange, DelimitedFile, Dialect, Fault, ReadError};

use self::scan::DelimitedTable;

/// Bytes of a range: enough that the work of opening one vanishes, few enough that all cores are busy to the end.
/// Results do not depend on it.
const RANGE_BYTES: u64 = 4 << 20;

/// Opens a file as a table; only its first lines are read, and its record starts are found.
pub(crate) async fn table(
    path: &Path,
    dialect: Dialect,
    known: &[(String, Storage)],
    run: &NodeRun,
) -> Result<Table, NodeError> {
    let (path, known, threads) = (path.to_owned(), known.to_owned(), run.partitions());
    let opened =
        tokio::task::spawn_blocking(move || -> Result<(DelimitedFile, Vec<ByteRange>), ReadError> {
            let file = DelimitedFile::open(&path, dialect, &known)?;
            let ranges = file.plan_ranges(RANGE_BYTES, threads)?;
            Ok((file, ranges))
        });
    let opened = opened.await.map_err(|error| EngineError::Query(error.to_string()))?;
    let (file, ranges) = opened.map_err(read_error)?;
    let fields = file.fields().iter().map(|field| Field::new(&field.name, field.storage)).collect();
    let model = DataModel::new(fields)?;
    if model.position(ORDER).is_some() {
        return Err(DataFault::DuplicateField(ORDER.to_owned()).into());
    }
    let ByteRange { start, end } = file.whole();
    run.expect_bytes(end.saturating_sub(start));
    let is_parallel = ranges.len() > 1 && run.partitions() > 1;
    let provider = DelimitedTable::new(file, ranges, run.clone());
    Table::new(Arc::new(provider), model, is_parallel)
}

/// An error of the reader as an error of the node.
pub(crate) fn read_error(error: ReadError) -> NodeError {
    match error {
        ReadError::Io { path, source } => EngineError::io("read", &path, source).into(),
        ReadError::Fault(fault) => fault_error(fault),
    }
}

fn fault_error(fault: Fault) -> NodeError {
    NodeError::Data(match fault {
        Fault::FieldCount { line, expected, found } => DataFault::FieldCount { line, expected, found },
        Fault::UnpairedQuote { line } => DataFault::UnpairedQuote { line },
        Fault::TooLong { line, limit } => DataFault::TooLong { line, limit },
        Fault::Empty => DataFault::Empty,
        Fault::DuplicateField(name) => DataFault::DuplicateField(name),
        Fault::Setting { property, reason } => {
            return NodeError::Unsupported { property: Some(property.into()), message: reason };
        }
        other => DataFault::Unreadable(other.to_string()),
    })
}
