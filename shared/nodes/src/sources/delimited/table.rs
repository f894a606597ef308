//! A delimited file as a table of a query plan: only the columns that the plan needs are made.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::Result as DfResult;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::{Expr, TableType};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::stream::RecordBatchReceiverStream;
use datafusion::physical_plan::streaming::{PartitionStream, StreamingTableExec};

use super::reader::DelimitedFile;
use crate::node_work::NodeCounter;
use crate::progress::Meter;

/// Batches read ahead of the plan: enough for reading and scoring to overlap.
const READ_AHEAD: usize = 2;

/// A delimited file in a plan. One partition, so that records keep their order.
pub(crate) struct DelimitedTable {
    file: Arc<DelimitedFile>,
    meter: Arc<Meter>,
    counter: Arc<NodeCounter>,
}

impl DelimitedTable {
    pub(crate) fn new(file: DelimitedFile, meter: Arc<Meter>, counter: Arc<NodeCounter>) -> Self {
        // Each terminal node reads it anew.
        meter.expect_bytes(file.bytes.saturating_mul(counter.terminals));
        Self { file: Arc::new(file), meter, counter }
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
        self.file.schema()
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
            None => (0..self.file.fields.len()).collect(),
        };
        let schema = Arc::new(self.schema().project(&columns)?);
        let scan = DelimitedScan {
            file: Arc::clone(&self.file),
            meter: Arc::clone(&self.meter),
            counter: Arc::clone(&self.counter),
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
    meter: Arc<Meter>,
    counter: Arc<NodeCounter>,
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
        let (file, meter, columns) = (Arc::clone(&self.file), Arc::clone(&self.meter), self.columns.clone());
        let counter = Arc::clone(&self.counter);
        builder.spawn_blocking(move || {
            let mut batches = file.batches(&columns)?;
            while let Some(next) = counter.busy(|| batches.next())? {
                for (field, values) in next.unconverted {
                    meter.warn(
                        &file.node,
                        format!("values of field {field:?} that are no numbers became null"),
                        values,
                    );
                }
                meter.warn(&file.node, "characters that are no text in the file's encoding", next.invalid);
                meter.warn(
                    &file.node,
                    "records with fewer fields than the first were filled up with blanks",
                    next.short,
                );
                meter.read(&counter, next.batch.num_rows() as u64, next.bytes)?;
                if sender.blocking_send(Ok(next.batch)).is_err() {
                    // Nobody wants more: the plan has ended early.
                    return Ok(());
                }
            }
            Ok(())
        });
        builder.build()
    }
}
