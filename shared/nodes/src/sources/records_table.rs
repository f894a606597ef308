//! Any reader of records as a table of a plan: one partition, which reads in a thread of its own.

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use async_trait::async_trait;
use datafusion::arrow::array::{ArrayRef, Int64Array, RecordBatch, RecordBatchOptions};
use datafusion::arrow::datatypes::{DataType, Field as ArrowField, Schema, SchemaRef};
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::internal_err;
use datafusion::error::Result as DfResult;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::{Expr, TableType};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::stream::RecordBatchReceiverStream;
use datafusion::physical_plan::streaming::{PartitionStream, StreamingTableExec};
use satsuma_columns::DataModel;
use satsuma_engine::{DataFault, EngineError, NodeError, NodeRun, ORDER, Pass, Table};
use satsuma_formats::{FormatError, RecordReader};

/// Batches read ahead of the plan: enough for reading and computing to overlap.
const READ_AHEAD: usize = 2;

/// Data that can be read from their start as often as plans ask for them.
pub(crate) trait RecordData: fmt::Debug + Send + Sync + 'static {
    /// Opens the data. Whatever is read of files is counted.
    fn open(&self, read: &BytesRead) -> Result<Box<dyn Batches>, NodeError>;
}

/// The records of data, batch by batch.
pub(crate) trait Batches {
    /// The fields, with all that the data hold about them.
    fn model(&self) -> &DataModel;

    /// The next records, with the columns of the model; `None` after the last.
    fn next(&mut self, pass: &mut Pass) -> Result<Option<RecordBatch>, NodeError>;
}

/// A reader of the formats crate.
pub(crate) struct FormatBatches<R>(pub(crate) R);

impl<R: RecordReader> Batches for FormatBatches<R> {
    fn model(&self) -> &DataModel {
        self.0.data_model()
    }

    fn next(&mut self, _pass: &mut Pass) -> Result<Option<RecordBatch>, NodeError> {
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

/// The number of bytes that were read of a file.
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

    /// Counts bytes that were read otherwise.
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

/// A table of the data: headers are read now, records when a plan runs. `bytes` is what a plan will read.
pub(crate) async fn table(data: Arc<dyn RecordData>, bytes: u64, run: &NodeRun) -> Result<Table, NodeError> {
    let opened = Arc::clone(&data);
    let opening = move || opened.open(&BytesRead::default()).map(|batches| batches.model().clone());
    let model = tokio::task::spawn_blocking(opening).await;
    let model = model.map_err(|error| EngineError::Query(error.to_string()))??;
    if model.position(ORDER).is_some() {
        return Err(DataFault::DuplicateField(ORDER.to_owned()).into());
    }
    run.expect_bytes(bytes);
    let order = Arc::new(ArrowField::new(ORDER, DataType::Int64, false));
    let fields = model.schema().fields().iter().cloned().chain([order]).collect::<Vec<_>>();
    let provider = RecordsTable { data, run: run.clone(), schema: Arc::new(Schema::new(fields)) };
    Table::new(Arc::new(provider), model, false)
}

/// Data in a plan.
#[derive(Debug)]
struct RecordsTable {
    data: Arc<dyn RecordData>,
    run: NodeRun,
    schema: SchemaRef,
}

#[async_trait]
impl TableProvider for RecordsTable {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    async fn scan(
        &self,
        _session: &dyn Session,
        projection: Option<&Vec<usize>>,
        _filters: &[Expr],
        limit: Option<usize>,
    ) -> DfResult<Arc<dyn ExecutionPlan>> {
        let all = || (0..self.schema.fields().len()).collect();
        let columns = projection.cloned().unwrap_or_else(all);
        let schema = Arc::new(self.schema.project(&columns)?);
        let scan = RecordsScan {
            data: Arc::clone(&self.data),
            run: self.run.clone(),
            order: self.schema.fields().len() - 1,
            schema: Arc::clone(&schema),
            columns,
        };
        let partitions: Vec<Arc<dyn PartitionStream>> = vec![Arc::new(scan)];
        let exec = StreamingTableExec::try_new(schema, partitions, None, std::iter::empty(), false, limit)?;
        Ok(Arc::new(exec))
    }
}

/// One pass over the data.
#[derive(Debug, Clone)]
struct RecordsScan {
    data: Arc<dyn RecordData>,
    run: NodeRun,
    schema: SchemaRef,
    /// The columns asked for.
    columns: Vec<usize>,
    /// The place of the order, which no data have.
    order: usize,
}

impl PartitionStream for RecordsScan {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn execute(&self, _context: Arc<TaskContext>) -> SendableRecordBatchStream {
        let mut builder = RecordBatchReceiverStream::builder(Arc::clone(&self.schema), READ_AHEAD);
        let sender = builder.tx();
        let scan = self.clone();
        builder.spawn_blocking(move || {
            let failed = |error: NodeError| error.at(scan.run.node());
            let counter = Arc::clone(scan.run.counter());
            let read = BytesRead::default();
            let mut pass = scan.run.pass(0);
            let mut batches = counter.busy(|| scan.data.open(&read)).map_err(failed)?;
            let mut first = 0;
            while let Some(batch) = counter.busy(|| batches.next(&mut pass)).map_err(failed)? {
                let rows = batch.num_rows();
                pass.read(rows as u64, read.take())?;
                let batch = scan.projected(&batch, first)?;
                first += rows as i64;
                if sender.blocking_send(Ok(batch)).is_err() {
                    // The plan has ended early.
                    return Ok(());
                }
            }
            pass.read(0, read.take())?;
            Ok(())
        });
        builder.build()
    }
}

impl RecordsScan {
    /// The columns asked for, of records of which the first has this number.
    fn projected(&self, batch: &RecordBatch, first: i64) -> DfResult<RecordBatch> {
        let rows = batch.num_rows();
        let mut arrays = Vec::with_capacity(self.columns.len());
        for &at in &self.columns {
            let array: ArrayRef = match batch.columns().get(at) {
                Some(array) if at < self.order => Arc::clone(array),
                None if at == self.order => {
                    Arc::new(Int64Array::from_iter_values(first..first + rows as i64))
                }
                _ => return internal_err!("column {at} of data of {} columns", self.order),
            };
            arrays.push(array);
        }
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        Ok(RecordBatch::try_new_with_options(Arc::clone(&self.schema), arrays, &options)?)
    }
}
