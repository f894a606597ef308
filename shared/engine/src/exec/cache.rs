//! Tables that are computed once and read many times.
//!
//! A table is kept in memory as long as the job's memory holds it, else in a file of the work folder.

use std::fmt;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::ipc::reader::FileReader;
use datafusion::arrow::ipc::writer::FileWriter;
use datafusion::catalog::{Session, TableProvider};
use datafusion::datasource::memory::MemorySourceConfig;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::memory_pool::{MemoryConsumer, MemoryReservation};
use datafusion::execution::spill_file::SpillFile;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::{Expr, TableType};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::stream::RecordBatchReceiverStream;
use datafusion::physical_plan::streaming::{PartitionStream, StreamingTableExec};
use futures::StreamExt;

use super::merge::in_order;
use crate::error::{EngineError, NodeError};
use crate::order::ORDER;
use crate::task::NodeRun;

/// Batches read ahead from a file.
const AHEAD: usize = 2;

/// Runs a plan once; gives a table of what it made, and whether that is computed in parallel.
pub(crate) async fn cache(
    plan: Arc<dyn ExecutionPlan>,
    run: &NodeRun,
) -> std::result::Result<(Arc<dyn TableProvider>, bool), NodeError> {
    let schema = plan.schema();
    let context = run.session().task_ctx();
    let order = schema.index_of(ORDER)?;
    let mut batches = in_order(&plan, order, &context)?;
    let consumer = MemoryConsumer::new(format!("table kept for {}", run.node()));
    let mut kept =
        Kept { memory: Vec::new(), reservation: consumer.register(context.memory_pool()), file: None };
    while let Some(batch) = batches.next().await {
        kept.add(batch?, &schema, &context)?;
    }
    let content = match kept.file {
        Some((mut writer, file)) => {
            writer.finish()?;
            Content::File(file)
        }
        None => Content::Memory(kept.memory, Arc::new(kept.reservation)),
    };
    let is_parallel = matches!(content, Content::Memory(..));
    let table = CachedTable { schema, content: Arc::new(content), partitions: run.partitions() };
    Ok((Arc::new(table), is_parallel))
}

struct Kept {
    memory: Vec<RecordBatch>,
    reservation: MemoryReservation,
    file: Option<(FileWriter<File>, Arc<dyn SpillFile>)>,
}

impl Kept {
    fn add(&mut self, batch: RecordBatch, schema: &SchemaRef, context: &TaskContext) -> Result<()> {
        if let Some((writer, _)) = &mut self.file {
            return Ok(writer.write(&batch)?);
        }
        if self.reservation.try_grow(batch.get_array_memory_size()).is_ok() {
            self.memory.push(batch);
            return Ok(());
        }
        let file = context.runtime_env().disk_manager.create_tmp_file("a table that is read again")?;
        let mut writer = FileWriter::try_new(File::create(path(file.as_ref())?)?, schema)?;
        for kept in std::mem::take(&mut self.memory) {
            writer.write(&kept)?;
        }
        self.reservation.free();
        writer.write(&batch)?;
        self.file = Some((writer, file));
        Ok(())
    }
}

/// The place of a file: the job's session spills into its work folder.
fn path(file: &dyn SpillFile) -> Result<&Path> {
    file.path().ok_or_else(|| DataFusionError::Internal("a spilled table is in no local file".to_owned()))
}

enum Content {
    Memory(Vec<RecordBatch>, #[allow(dead_code)] Arc<MemoryReservation>),
    File(Arc<dyn SpillFile>),
}

struct CachedTable {
    schema: SchemaRef,
    content: Arc<Content>,
    partitions: usize,
}

#[async_trait]
impl TableProvider for CachedTable {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Temporary
    }

    async fn scan(
        &self,
        _session: &dyn Session,
        projection: Option<&Vec<usize>>,
        _filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        match self.content.as_ref() {
            Content::Memory(batches, _) => {
                // Batch after batch to the next partition, so that all advance together.
                let mut partitions = vec![Vec::new(); self.partitions.max(1)];
                for (at, batch) in batches.iter().enumerate() {
                    if let Some(partition) = partitions.get_mut(at % self.partitions.max(1)) {
                        partition.push(batch.clone());
                    }
                }
                let exec = MemorySourceConfig::try_new_exec(
                    &partitions,
                    Arc::clone(&self.schema),
                    projection.cloned(),
                )?;
                Ok(exec)
            }
            Content::File(file) => {
                let part = SpilledTable { schema: Arc::clone(&self.schema), file: Arc::clone(file) };
                let exec = StreamingTableExec::try_new(
                    Arc::clone(&self.schema),
                    vec![Arc::new(part)],
                    projection,
                    std::iter::empty(),
                    false,
                    limit,
                )?;
                Ok(Arc::new(exec))
            }
        }
    }
}

struct SpilledTable {
    schema: SchemaRef,
    file: Arc<dyn SpillFile>,
}

impl PartitionStream for SpilledTable {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn execute(&self, _context: Arc<TaskContext>) -> SendableRecordBatchStream {
        let mut builder = RecordBatchReceiverStream::builder(Arc::clone(&self.schema), AHEAD);
        let (sender, file) = (builder.tx(), Arc::clone(&self.file));
        builder.spawn_blocking(move || {
            let path = path(file.as_ref())?;
            let failed = |error| EngineError::io("read", path, error);
            let reader = BufReader::new(File::open(path).map_err(failed)?);
            for batch in FileReader::try_new(reader, None)? {
                if sender.blocking_send(Ok(batch?)).is_err() {
                    // The reader needs no more.
                    break;
                }
            }
            Ok(())
        });
        builder.build()
    }
}

impl fmt::Debug for CachedTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CachedTable")
    }
}

impl fmt::Debug for SpilledTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SpilledTable")
    }
}
