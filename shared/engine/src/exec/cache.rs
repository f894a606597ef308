//! Tables that are computed once and read many times.
//!
//! A table is kept in memory while the job's memory suffices, otherwise in a file of the work folder. In
//! another process the plan computes it again, once.

use std::fmt;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;
use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::ipc::reader::FileReader;
use datafusion::arrow::ipc::writer::FileWriter;
use datafusion::common::internal_err;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::memory_pool::{MemoryConsumer, MemoryReservation};
use datafusion::execution::spill_file::SpillFile;
use datafusion::execution::{SendableRecordBatchStream, SessionState, TaskContext};
use datafusion::physical_expr::{EquivalenceProperties, PhysicalExpr};
use datafusion::physical_plan::execution_plan::{Boundedness, EmissionType};
use datafusion::physical_plan::stream::{RecordBatchReceiverStream, RecordBatchStreamAdapter};
use datafusion::physical_plan::{DisplayAs, DisplayFormatType, ExecutionPlan, Partitioning, PlanProperties};
use futures::{StreamExt, TryStreamExt};
use tokio::sync::OnceCell;

use super::merge::in_order;
use super::steps::{Named, physical};
use crate::error::{EngineError, NodeError, NodeRef};
use crate::order::ORDER;
use crate::task::NodeRun;

/// Batches read ahead from a file.
const AHEAD: usize = 2;

/// Runs a table once; gives a table of what it made, and whether that is computed in parallel.
pub(crate) async fn cache(table: Named, run: &NodeRun) -> std::result::Result<(KeptTable, bool), NodeError> {
    let kept = Arc::new(Kept::new(table, run.node().clone(), &run.session().state())?);
    let is_parallel = match kept.content(&run.session().task_ctx()).await? {
        Content::Memory(..) => true,
        Content::File(_) => false,
    };
    let partitions = if is_parallel { run.partitions() } else { 1 };
    Ok((KeptTable::new(kept, partitions), is_parallel))
}

/// A table that is computed when it is first read.
pub(crate) struct Kept {
    /// Its steps: the form in an encoded plan.
    pub(crate) table: Named,
    plan: Arc<dyn ExecutionPlan>,
    pub(crate) node: NodeRef,
    content: OnceCell<Content>,
}

impl Kept {
    /// A table for the readers of a node.
    pub(crate) fn new(table: Named, node: NodeRef, state: &SessionState) -> Result<Self> {
        let plan = physical(&table, state)?;
        Ok(Self { table, plan, node, content: OnceCell::new() })
    }

    async fn content(&self, context: &Arc<TaskContext>) -> Result<&Content> {
        self.content.get_or_try_init(|| self.make(context)).await
    }

    async fn make(&self, context: &Arc<TaskContext>) -> Result<Content> {
        let schema = self.plan.schema();
        let mut batches = in_order(&self.plan, schema.index_of(ORDER)?, context)?;
        let consumer = MemoryConsumer::new(format!("table kept for {}", self.node));
        let reservation = consumer.register(context.memory_pool());
        let mut keeping = Keeping { memory: Vec::new(), reservation, file: None };
        while let Some(batch) = batches.next().await {
            keeping.add(batch?, &schema, context)?;
        }
        Ok(match keeping.file {
            Some((mut writer, file)) => {
                writer.finish()?;
                Content::File(file)
            }
            None => Content::Memory(keeping.memory, keeping.reservation),
        })
    }
}

struct Keeping {
    memory: Vec<RecordBatch>,
    reservation: MemoryReservation,
    file: Option<(FileWriter<File>, Arc<dyn SpillFile>)>,
}

impl Keeping {
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

/// The path of a file: the job's session spills into its work folder.
fn path(file: &dyn SpillFile) -> Result<&Path> {
    file.path().ok_or_else(|| DataFusionError::Internal("a spilled table is in no local file".to_owned()))
}

enum Content {
    /// The batches, and the memory that they take of the job's.
    Memory(Vec<RecordBatch>, #[allow(dead_code)] MemoryReservation),
    File(Arc<dyn SpillFile>),
}

/// A kept table in a plan.
pub(crate) struct KeptTable {
    pub(crate) kept: Arc<Kept>,
    partitions: usize,
}

impl KeptTable {
    /// A kept table that so many partitions read.
    pub(crate) fn new(kept: Arc<Kept>, partitions: usize) -> Self {
        Self { kept, partitions }
    }

    /// The number of columns.
    pub(crate) fn width(&self) -> usize {
        self.kept.plan.schema().fields().len()
    }

    /// A plan that reads these columns.
    pub(crate) fn exec(&self, columns: Vec<usize>) -> Result<Arc<dyn ExecutionPlan>> {
        Ok(Arc::new(KeptExec::new(Arc::clone(&self.kept), columns, self.partitions)?))
    }
}

/// Reads a kept table. A batch after the other goes to the next partition, so that all advance together; a
/// file is read by the first.
struct KeptExec {
    kept: Arc<Kept>,
    /// The columns asked for.
    columns: Vec<usize>,
    properties: Arc<PlanProperties>,
}

impl KeptExec {
    fn new(kept: Arc<Kept>, columns: Vec<usize>, partitions: usize) -> Result<Self> {
        let schema = Arc::new(kept.plan.schema().project(&columns)?);
        let properties = PlanProperties::new(
            EquivalenceProperties::new(schema),
            Partitioning::UnknownPartitioning(partitions.max(1)),
            EmissionType::Incremental,
            Boundedness::Bounded,
        );
        Ok(Self { kept, columns, properties: Arc::new(properties) })
    }
}

impl DisplayAs for KeptExec {
    fn fmt_as(&self, _format: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeptExec: {}", self.kept.node)
    }
}

impl ExecutionPlan for KeptExec {
    fn name(&self) -> &'static str {
        "KeptExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    /// None: the plan that makes the table is no part of the plans that read it.
    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        Vec::new()
    }

    fn apply_expressions(
        &self,
        _f: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn with_new_children(
        self: Arc<Self>,
        _children: Vec<Arc<dyn ExecutionPlan>>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        Ok(self)
    }

    fn execute(&self, partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let partitions = self.properties.partitioning.partition_count();
        if partition >= partitions {
            return internal_err!("partition {partition} of {partitions} of a kept table");
        }
        let (kept, columns) = (Arc::clone(&self.kept), self.columns.clone());
        let batches = async move {
            let batches = match kept.content(&context).await? {
                Content::Memory(batches, _) => {
                    let own = batches.iter().skip(partition).step_by(partitions).cloned();
                    futures::stream::iter(own.map(Ok).collect::<Vec<_>>()).boxed()
                }
                Content::File(file) if partition == 0 => {
                    spilled(Arc::clone(file), kept.plan.schema()).boxed()
                }
                Content::File(_) => futures::stream::empty().boxed(),
            };
            Ok::<_, DataFusionError>(batches)
        };
        let batches = futures::stream::once(batches).try_flatten();
        let projected = batches.map(move |batch| -> Result<RecordBatch> { Ok(batch?.project(&columns)?) });
        Ok(Box::pin(RecordBatchStreamAdapter::new(self.schema(), projected)))
    }
}

/// The batches of a file.
fn spilled(file: Arc<dyn SpillFile>, schema: SchemaRef) -> SendableRecordBatchStream {
    let mut builder = RecordBatchReceiverStream::builder(schema, AHEAD);
    let sender = builder.tx();
    builder.spawn_blocking(move || {
        let path = path(file.as_ref())?;
        let failed = |error| EngineError::io("read", path, error);
        let reader = BufReader::new(File::open(path).map_err(failed)?);
        for batch in FileReader::try_new(reader, None)? {
            if sender.blocking_send(Ok(batch?)).is_err() {
                // The reader has ended.
                break;
            }
        }
        Ok(())
    });
    builder.build()
}

impl fmt::Debug for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Kept({})", self.node)
    }
}

impl fmt::Debug for KeptTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeptTable({})", self.kept.node)
    }
}

impl fmt::Debug for KeptExec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeptExec({})", self.kept.node)
    }
}
