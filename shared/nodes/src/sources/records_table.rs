//! A table over any reader of records: one partition, which reads in a thread of its own.

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use datafusion::arrow::array::{ArrayRef, Int64Array, RecordBatch, RecordBatchOptions};
use datafusion::arrow::datatypes::{DataType, Field as ArrowField, Schema};
use futures::stream::unfold;
use satsuma_columns::DataModel;
use satsuma_engine::{
    DataFault, Encoded, EngineError, NodeError, NodeRun, NodeTask, ORDER, RecordSource, Records, Table,
};
use satsuma_formats::{FormatError, RecordReader};
use tokio::sync::mpsc;

/// Batches read ahead of the plan: enough for reading and computing to overlap.
const READ_AHEAD: usize = 2;

/// Data that plans can read from the start any number of times.
pub(crate) trait RecordData: fmt::Debug + Send + Sync + 'static {
    /// Their form in a plan.
    fn encoded(&self) -> Encoded;

    /// Opens the data. Bytes read from files are counted.
    fn open(&self, read: &BytesRead) -> Result<Box<dyn Batches>, NodeError>;
}

/// The records of data, batch by batch.
pub(crate) trait Batches {
    /// The fields, with all metadata of the data.
    fn model(&self) -> &DataModel;

    /// The next records, with the columns of the model; `None` after the last.
    fn next(&mut self, task: &NodeTask) -> Result<Option<RecordBatch>, NodeError>;
}

/// A reader of the formats crate.
pub(crate) struct FormatBatches<R>(pub(crate) R);

impl<R: RecordReader> Batches for FormatBatches<R> {
    fn model(&self) -> &DataModel {
        self.0.data_model()
    }

    fn next(&mut self, _task: &NodeTask) -> Result<Option<RecordBatch>, NodeError> {
        self.0.next_batch().map_err(format_error)
    }
}

/// An error of a reader or a writer of the formats crate.
pub(crate) fn format_error(error: FormatError) -> NodeError {
    match error {
        FormatError::Io(source) => EngineError::io("read or write", Path::new("data file"), source).into(),
        FormatError::Unsupported(_) => NodeError::unsupported(error.to_string()),
        other => DataFault::Unreadable(other.to_string()).into(),
    }
}

/// A path in a plan, which is text.
pub(crate) fn text_of_path(path: &Path) -> Result<String, NodeError> {
    let text = path.to_str().map(str::to_owned);
    text.ok_or_else(|| NodeError::Definition(format!("the path {} is no Unicode text", path.display())))
}

/// The number of bytes that were read from a file.
#[derive(Debug, Clone, Default)]
pub(crate) struct BytesRead(Arc<AtomicU64>);

impl BytesRead {
    /// Opens a file whose bytes are counted as they are read.
    pub(crate) fn file(&self, path: &Path) -> Result<CountedFile, NodeError> {
        let file = File::open(path).map_err(|error| EngineError::io("read", path, error))?;
        Ok(CountedFile { file, read: self.clone() })
    }

    /// All bytes of a file.
    pub(crate) fn whole(&self, path: &Path) -> Result<Vec<u8>, NodeError> {
        let mut bytes = Vec::new();
        let read = self.file(path)?.read_to_end(&mut bytes);
        read.map_err(|error| EngineError::io("read", path, error))?;
        Ok(bytes)
    }

    /// Counts bytes that were read by other means.
    pub(crate) fn add(&self, bytes: u64) {
        self.0.fetch_add(bytes, Relaxed);
    }

    /// The bytes since the last call.
    fn take(&self) -> u64 {
        self.0.swap(0, Relaxed)
    }
}

/// A file whose bytes are counted as they are read.
#[derive(Debug)]
pub(crate) struct CountedFile {
    file: File,
    read: BytesRead,
}

impl Read for CountedFile {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.file.read(buffer)?;
        self.read.add(length as u64);
        Ok(length)
    }
}

/// A table of the data: headers are read now, records when a plan runs. `bytes` is the number of bytes that a
/// plan will read.
pub(crate) async fn table(data: Arc<dyn RecordData>, bytes: u64, run: &NodeRun) -> Result<Table, NodeError> {
    let opened = Arc::clone(&data);
    let opening = move || opened.open(&BytesRead::default()).map(|batches| batches.model().clone());
    let model = tokio::task::spawn_blocking(opening).await;
    let model = model.map_err(|error| EngineError::Query(error.to_string()))??;
    run.expect_bytes(bytes);
    Table::read(Arc::new(WholeData(data)), model, run)
}

/// Data that are read from their start to their end, in a thread of their own. Records count from 0.
#[derive(Debug)]
pub(crate) struct WholeData(pub(crate) Arc<dyn RecordData>);

impl RecordSource for WholeData {
    fn encoded(&self) -> Encoded {
        self.0.encoded()
    }

    fn ranges(&self) -> Vec<Range<u64>> {
        // A single range with any bounds, because parts are never read.
        std::iter::once(0..1).collect()
    }

    fn read(&self, _range: Range<u64>, columns: &[usize], task: &NodeTask) -> Result<Records, NodeError> {
        let (sender, receiver) = mpsc::channel(READ_AHEAD);
        let pass = Pass { data: Arc::clone(&self.0), columns: columns.to_vec(), task: task.clone(), sender };
        let reading = tokio::task::spawn_blocking(move || pass.send_all());
        Ok(Records::new(unfold((receiver, Some(reading)), |(mut receiver, mut reading)| async move {
            if let Some(batch) = receiver.recv().await {
                return Some((batch, (receiver, reading)));
            }
            // A thread that ended before its data must not look like their end.
            let failed = reading.take()?.await.err()?;
            Some((Err(EngineError::Query(failed.to_string())), (receiver, reading)))
        })))
    }
}

/// One pass over the data.
struct Pass {
    data: Arc<dyn RecordData>,
    /// The selected columns.
    columns: Vec<usize>,
    task: NodeTask,
    sender: mpsc::Sender<Result<RecordBatch, EngineError>>,
}

impl Pass {
    fn send_all(&self) {
        if let Err(error) = self.read() {
            // If the plan has ended early, there is no receiver.
            let _ = self.sender.blocking_send(Err(error));
        }
    }

    fn read(&self) -> Result<(), EngineError> {
        let failed = |error: NodeError| error.at(self.task.node());
        let read = BytesRead::default();
        let mut batches = self.task.busy(|| self.data.open(&read)).map_err(failed)?;
        let mut first = 0;
        while let Some(batch) = self.task.busy(|| batches.next(&self.task)).map_err(failed)? {
            let rows = batch.num_rows();
            self.task.read(rows as u64, read.take())?;
            let batch = self.projected(&batch, first).map_err(failed)?;
            first += rows as i64;
            if self.sender.blocking_send(Ok(batch)).is_err() {
                return Ok(());
            }
        }
        self.task.read(0, read.take())
    }

    /// The selected columns of records; `first` is the number of the first one.
    fn projected(&self, batch: &RecordBatch, first: i64) -> Result<RecordBatch, NodeError> {
        let rows = batch.num_rows();
        let schema = batch.schema();
        let (mut arrays, mut fields) = (Vec::new(), Vec::new());
        for &at in &self.columns {
            match (batch.columns().get(at), schema.fields().get(at)) {
                (Some(array), Some(field)) => {
                    arrays.push(Arc::clone(array));
                    fields.push(Arc::clone(field));
                }
                // The order, which no data have, is behind their fields.
                _ => {
                    let order = Int64Array::from_iter_values(first..first + rows as i64);
                    arrays.push(Arc::new(order) as ArrayRef);
                    fields.push(Arc::new(ArrowField::new(ORDER, DataType::Int64, false)));
                }
            }
        }
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        Ok(RecordBatch::try_new_with_options(Arc::new(Schema::new(fields)), arrays, &options)?)
    }
}
