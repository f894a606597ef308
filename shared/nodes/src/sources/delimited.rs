//! Delimited files as tables of a plan.
//!
//! A file is split into ranges at record starts; partitions read ranges in turn. The byte offset of a record
//! is its number in the order.

mod scan;

use std::path::Path;
use std::sync::Arc;

use satsuma_columns::{DataModel, Field, Storage};
use satsuma_engine::{DataFault, EngineError, NodeError, NodeRun, Table};
use satsuma_formats::delimited::{ByteRange, DelimitedFile, Dialect, Fault, ReadError, Unconverted};

pub(crate) use self::scan::DELIMITED;
use self::scan::DelimitedData;

/// Bytes of a range: enough that opening costs little, few enough that all cores are busy to the end. Results
/// do not depend on it.
const RANGE_BYTES: u64 = 4 << 20;

/// Opens a file as a table: reads its first lines, and finds its record starts.
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
    let ByteRange { start, end } = file.whole();
    run.expect_bytes(end.saturating_sub(start));
    Table::read(Arc::new(DelimitedData::new(file, ranges)?), model, run)
}

/// The warning for values that do not have their field's storage.
pub(crate) fn became_null(values: &Unconverted) -> String {
    let kind = match values.storage {
        Storage::Integer => "whole numbers",
        _ => "numbers",
    };
    format!("values of field {:?} that are not {kind} became null", values.field)
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
