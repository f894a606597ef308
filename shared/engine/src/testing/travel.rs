//! Plans that travel: encoded, decoded in a session of their own, and run here and there.

use std::hash::{DefaultHasher, Hash, Hasher};

use datafusion::arrow::array::RecordBatch;
use futures::StreamExt;
use satsuma_columns::Scalar;

use crate::{EngineError, Kind, Limits, NodeRun, Records, Table, TablePlan, TaskStatus};

/// A plan that came through, and what it makes.
#[derive(Debug, Clone)]
pub struct Travelled {
    /// The plan.
    pub bytes: Vec<u8>,
    /// The names of the kinds that it carries.
    pub kinds: Vec<&'static str>,
    /// A hash of what it carries, apart from how the work is divided.
    pub pieces: u64,
    /// The records and a hash of their values, bit for bit and in order; or the message of an error.
    pub records: Result<(u64, u64), String>,
}

/// Sends the plan of a table through its encoding. It panics where the decoded plan differs: its bytes, or any bit
/// of its records.
pub async fn travel(table: Table, kinds: &'static [&'static Kind], run: &NodeRun) -> Travelled {
    let here = TablePlan::of(table, run).unwrap_or_else(|error| panic!("{error}"));
    let bytes = here.encode().unwrap_or_else(|error| panic!("{}: {error}", run.node()));
    let folder = run.result_path("travel");
    let there = TablePlan::decode(&bytes, kinds, &folder, &Limits::default(), TaskStatus::default());
    let there = there.unwrap_or_else(|error| panic!("{}: {error}", run.node()));
    assert!(there.encode().unwrap() == bytes, "{}: encoded again, the plan has other bytes", run.node());
    let records = digest(here.records()).await;
    assert_eq!(digest(there.records()).await, records, "{}: the decoded plan makes other records", run.node());
    let mut carried = here.pieces();
    let kinds = carried.iter().map(|piece| piece.kind).collect();
    carried.sort();
    let mut pieces = DefaultHasher::new();
    carried.iter().for_each(|piece| (piece.kind, &piece.bytes).hash(&mut pieces));
    Travelled { bytes, kinds, pieces: pieces.finish(), records }
}

/// The number of the records of a plan and a hash of their values, or the message of an error.
pub async fn digest(records: Result<Records, EngineError>) -> Result<(u64, u64), String> {
    let mut records = records.map_err(|error| error.to_string())?;
    let (mut count, mut hasher) = (0, DefaultHasher::new());
    while let Some(batch) = records.next().await {
        let batch = batch.map_err(|error| error.to_string())?;
        count += batch.num_rows() as u64;
        (0..batch.num_rows()).for_each(|row| hash(&batch, row, &mut hasher));
    }
    Ok((count, hasher.finish()))
}

fn hash(batch: &RecordBatch, row: usize, hasher: &mut DefaultHasher) {
    for column in batch.columns() {
        match Scalar::at(column, row) {
            Scalar::Null => 0.hash(hasher),
            Scalar::String(text) => text.hash(hasher),
            Scalar::Real(number) => number.to_bits().hash(hasher),
            Scalar::Date(days) => days.hash(hasher),
            Scalar::Integer(number) | Scalar::Time(number) | Scalar::Timestamp(number) => number.hash(hasher),
        }
    }
}
