//! Delimited files as tables of the query engine.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::array::{ArrayRef, Int64Array, RecordBatch, RecordBatchOptions};
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::catalog::{Session, TableProvider};
use datafusion::error::Result as DfResult;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::{Expr, TableType};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::stream::RecordBatchReceiverStream;
use datafusion::physical_plan::streaming::{PartitionStream, StreamingTableExec};
use satsuma_engine::{NodeRun, ORDER};

use super::reader::DelimitedFile;

/// Batches read ahead of the plan: enough for reading and scoring to overlap.
const READ_AHEAD: usize = 2;

/// A delimited file in a plan. One partition, so that records keep their order.
pub(crate) struct DelimitedTable {
    file: Arc<DelimitedFile>,
    run: NodeRun,
    schema: SchemaRef,
}

impl DelimitedTable {
    pub(crate) fn new(file: DelimitedFile, run: NodeRun) -> Self {
        run.expect_bytes(file.bytes);
        let order = Arc::new(Field::new(ORDER, DataType::Int64, false));
        let fields = file.schema().fields().iter().cloned().chain([order]).collect::<Vec<_>>();
        Self { file: Arc::new(file), run, schema: Arc::new(Schema::new(fields)) }
    }
}

impl fmt::Debug for DelimitedTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DelimitedTable({})", self.file.node)
    }
}

#[async_trait]
impl TableProvider for DelimitedTable {
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
        let columns = match projection {
            Some(columns) => columns.clone(),
            None => (0..self.schema.fields().len()).collect(),
        };
        let schema = Arc::new(self.schema().project(&columns)?);
        let scan = DelimitedScan {
            file: Arc::clone(&self.file),
            run: self.run.clone(),
            schema: Arc::clone(&schema),
            columns,
        };
        let exec = StreamingTableExec::try_new(
            schema,
            vec![Arc::new(scan)],
            None,
            std::iter::empty(),
            false,
            limit,
        )?;
        Ok(Arc::new(exec))
    }
}

struct DelimitedScan {
    file: Arc<DelimitedFile>,
    run: NodeRun,
    schema: SchemaRef,
    columns: Vec<usize>,
}

impl fmt::Debug for DelimitedScan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DelimitedScan({})", self.file.node)
    }
}

impl PartitionStream for DelimitedScan {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn execute(&self, _context: Arc<TaskContext>) -> SendableRecordBatchStream {
        let mut builder = RecordBatchReceiverStream::builder(Arc::clone(&self.schema), READ_AHEAD);
        let sender = builder.tx();
        let (file, run, columns) = (Arc::clone(&self.file), self.run.clone(), self.columns.clone());
        let schema = Arc::clone(&self.schema);
        builder.spawn_blocking(move || {
            // The column of the order is made here.
            let order = file.fields.len();
            let read = columns.iter().copied().filter(|at| *at < order).collect::<Vec<_>>();
            let place = columns.iter().position(|at| *at == order);
            let mut first = 0_i64;
            let mut batches = file.batches(&read)?;
            let counter = Arc::clone(run.counter());
            while let Some(next) = counter.busy(|| batches.next())? {
                for (field, values) in next.unconverted {
                    run.warn(format!("values of field {field:?} that are no numbers became null"), values);
                }
                run.warn("characters that are no text in the file's encoding", next.invalid);
                run.warn("records with fewer fields than the first were filled up with blanks", next.short);
                let rows = next.batch.num_rows();
                run.read(rows as u64, next.bytes)?;
                let mut arrays = next.batch.columns().to_vec();
                if let Some(place) = place {
                    let last = first + rows as i64;
                    let numbers: ArrayRef = Arc::new(Int64Array::from_iter_values(first..last));
                    arrays.insert(place.min(arrays.len()), numbers);
                }
                first += rows as i64;
                let options = RecordBatchOptions::new().with_row_count(Some(rows));
                let batch = RecordBatch::try_new_with_options(Arc::clone(&schema), arrays, &options)?;
                if sender.blocking_send(Ok(batch)).is_err() {
                    // Nobody wants more: the plan has ended early.
                    return Ok(());
                }
            }
            Ok(())
        });
        builder.build()
    }
}
