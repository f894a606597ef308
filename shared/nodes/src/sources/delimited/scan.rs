//! The ranges of a delimited file as data of a plan.

use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;
use futures::stream;
use satsuma_engine::{Encoded, Kind, NodeError, NodeTask, ORDER, RecordSource, Records};
use satsuma_formats::delimited::{ByteRange, DelimitedFile, RangeReader, TextBatch};
use satsuma_formats::text::FileField;
use serde::{Deserialize, Serialize};

use super::{became_null, read_error};
use crate::sources::records_table::text_of_path;

/// A delimited file, split into ranges.
#[derive(Debug)]
pub(super) struct DelimitedData {
    file: Arc<DelimitedFile>,
    ranges: Vec<ByteRange>,
    encoded: Encoded,
}

/// The properties of an opened file.
#[derive(Debug, Serialize, Deserialize)]
struct Opened {
    path: String,
    dialect: satsuma_formats::delimited::Dialect,
    fields: Vec<FileField>,
    whole: ByteRange,
}

/// The kind of delimited files. A file is opened once; processes that decode the plan read its ranges.
pub(crate) static DELIMITED: Kind = Kind::source("delimited", 1, |found| {
    let Opened { path, dialect, fields, whole } = found.settings()?;
    let file = DelimitedFile::known(PathBuf::from(path), dialect, fields, whole);
    Ok(Arc::new(DelimitedData::new(file, Vec::new())?))
});

impl DelimitedData {
    pub(super) fn new(file: DelimitedFile, ranges: Vec<ByteRange>) -> Result<Self, NodeError> {
        let opened = Opened {
            path: text_of_path(file.path())?,
            dialect: file.dialect().clone(),
            fields: file.fields().to_vec(),
            whole: file.whole(),
        };
        Ok(Self { file: Arc::new(file), ranges, encoded: DELIMITED.encode(&opened)? })
    }
}

impl RecordSource for DelimitedData {
    fn encoded(&self) -> Encoded {
        self.encoded.clone()
    }

    fn ranges(&self) -> Vec<Range<u64>> {
        self.ranges.iter().map(|range| range.start..range.end).collect()
    }

    fn read(&self, range: Range<u64>, columns: &[usize], task: &NodeTask) -> Result<Records, NodeError> {
        let order = self.file.fields().len();
        let read = columns.iter().copied().filter(|at| *at < order).collect::<Vec<_>>();
        let place = columns.iter().position(|at| *at == order);
        let range = ByteRange { start: range.start, end: range.end };
        let reader = self.file.read_range(range, &read, place.map(|_| ORDER)).map_err(read_error)?;
        let (file, count) = (Arc::clone(&self.file), columns.len());
        let reading = Reading { reader, file, place, count, task: task.clone() };
        Ok(Records::new(stream::unfold(reading, |mut reading| async move {
            let next = reading.next().transpose()?;
            Some((next.map_err(|error| error.at(reading.task.node())), reading))
        })))
    }
}

struct Reading {
    reader: RangeReader,
    file: Arc<DelimitedFile>,
    /// The place of the order among the columns asked for.
    place: Option<usize>,
    count: usize,
    task: NodeTask,
}

impl Reading {
    fn next(&mut self) -> Result<Option<RecordBatch>, NodeError> {
        let Self { reader, task, file, .. } = self;
        let Some(next) = task.busy(|| reader.next()) else { return Ok(None) };
        let TextBatch { records, bytes, unconverted, invalid, short } = next.map_err(read_error)?;
        for bad in &unconverted {
            let line = || format!("{:?} in line {}", bad.first, file.line_at(bad.offset));
            task.warn_first(became_null(bad), bad.count, bad.offset, line);
        }
        task.warn("characters that are invalid in the file's encoding", invalid);
        task.warn("records with fewer fields than the first were filled up with blanks", short);
        task.read(records.num_rows() as u64, bytes)?;
        self.arranged(records).map(Some)
    }

    /// The columns in the requested order: the reader returns the order column last.
    fn arranged(&self, records: RecordBatch) -> Result<RecordBatch, NodeError> {
        match self.place {
            Some(place) if place + 1 < self.count => {
                let last = records.num_columns().saturating_sub(1);
                let arranged = (0..self.count).map(|at| match at.cmp(&place) {
                    std::cmp::Ordering::Less => at,
                    std::cmp::Ordering::Equal => last,
                    std::cmp::Ordering::Greater => at - 1,
                });
                Ok(records.project(&arranged.collect::<Vec<_>>())?)
            }
            _ => Ok(records),
        }
    }
}
