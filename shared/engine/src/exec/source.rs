//! Data that a plan reads: files, values that a user typed.
//!
//! A leaf of a plan is a scan of the query engine's own, over a file source of ours, so that code that
//! splits plans can split it. Data are read in ranges; each partition reads some of them.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use datafusion::arrow::datatypes::{Schema, SchemaRef};
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::{
    FileGroup, FileOpenFuture, FileOpener, FileScanConfig, FileScanConfigBuilder, FileSource,
};
use datafusion::datasource::source::DataSourceExec;
use datafusion::datasource::table_schema::TableSchema;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::object_store::ObjectStore;
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::metrics::ExecutionPlanMetricsSet;
use futures::StreamExt;
use satsuma_columns::DataModel;

use super::encoded::Encoded;
use super::records::Records;
use super::remake;
use super::serial::order_field;
use super::status::{NodeTask, TaskStatus};
use crate::error::{NodeError, NodeRef};

/// Data that a plan reads, as often as it is run.
pub trait RecordSource: fmt::Debug + Send + Sync + 'static {
    /// Their form in a plan: the location of the data and the settings for reading them.
    fn encoded(&self) -> Encoded;

    /// The ranges that can be read each on its own, in the order of their records: of bytes, of records, of
    /// whatever the data count in. A range's meaning is the data's own.
    fn ranges(&self) -> Vec<Range<u64>>;

    /// Reads a range: the columns at these places of the fields, the order of the records being the one behind them.
    ///
    /// # Errors
    /// If the data cannot be read.
    fn read(
        &self,
        range: Range<u64>,
        columns: &[usize],
        task: &NodeTask,
    ) -> std::result::Result<Records, NodeError>;
}

/// A scan of data without the data: the part of a plan beside their bytes.
#[derive(Debug, Clone)]
pub(crate) struct Scan {
    source: Arc<dyn RecordSource>,
    pub(crate) encoded: Encoded,
    pub(crate) node: usize,
    pub(crate) node_ref: NodeRef,
    /// All columns, the order last.
    schema: SchemaRef,
    /// The columns asked for.
    columns: Vec<usize>,
    /// The ranges in the order of their records.
    pub(crate) ranges: Vec<Range<u64>>,
    /// The ranges that each partition reads.
    parts: Vec<Vec<Range<u64>>>,
}

impl Scan {
    /// The scan as a node of a physical plan; it counts in this status.
    fn exec(self, status: TaskStatus) -> Result<Arc<DataSourceExec>> {
        let schema = Arc::new(self.schema.project(&self.columns)?);
        // The query engine looks at neither names nor lengths: our source reads the ranges.
        let name = format!("{}-{}", self.encoded.kind, self.node);
        let groups = self.parts.iter().map(|ranges| {
            let files = ranges.iter().map(|range| {
                let bounds = |bound: u64| i64::try_from(bound).unwrap_or(i64::MAX);
                PartitionedFile::new(&name, range.end).with_range(bounds(range.start), bounds(range.end))
            });
            FileGroup::new(files.collect())
        });
        let groups = groups.collect::<Vec<_>>();
        let task = NodeTask::new(status, self.node, self.node_ref.clone());
        let metrics = ExecutionPlanMetricsSet::new();
        let reading = Reading { scan: Arc::new(self), task, schema: TableSchema::from(schema), metrics };
        let config = FileScanConfigBuilder::new(ObjectStoreUrl::local_filesystem(), Arc::new(reading));
        Ok(DataSourceExec::from_data_source(config.with_file_groups(groups).build()))
    }
}

/// Data as a table of a plan.
pub(crate) struct SourceTable {
    pub(crate) scan: Scan,
    pub(crate) model: DataModel,
}

impl SourceTable {
    /// A table of these fields, read in so many partitions at the most. One range after the other goes to the
    /// next partition, so that all advance together.
    pub(crate) fn new(
        source: Arc<dyn RecordSource>,
        model: &DataModel,
        (node, node_ref): (usize, &NodeRef),
        partitions: usize,
    ) -> std::result::Result<Self, NodeError> {
        let ranges = source.ranges();
        let source = remake::source(source, node_ref, &model.schema())?;
        Ok(Self::of_ranges(source, model.clone(), (node, node_ref.clone()), ranges, partitions))
    }

    /// A table of these fields and ranges, read in so many partitions at the most.
    pub(crate) fn of_ranges(
        source: Arc<dyn RecordSource>,
        model: DataModel,
        (node, node_ref): (usize, NodeRef),
        ranges: Vec<Range<u64>>,
        partitions: usize,
    ) -> Self {
        let fields = model.schema();
        let fields = fields.fields().iter().cloned().chain([Arc::new(order_field())]);
        let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
        let mut parts = vec![Vec::new(); partitions.min(ranges.len()).max(1)];
        let count = parts.len();
        for (at, range) in ranges.iter().enumerate() {
            if let Some(part) = parts.get_mut(at % count) {
                part.push(range.clone());
            }
        }
        let (encoded, columns) = (source.encoded(), (0..schema.fields().len()).collect());
        Self { scan: Scan { source, encoded, node, node_ref, schema, columns, ranges, parts }, model }
    }

    /// The number of columns.
    pub(crate) fn width(&self) -> usize {
        self.scan.schema.fields().len()
    }

    /// A plan that reads these columns and counts in this status.
    pub(crate) fn exec(&self, columns: Vec<usize>, status: TaskStatus) -> Result<Arc<dyn ExecutionPlan>> {
        Ok(Scan { columns, ..self.scan.clone() }.exec(status)?)
    }

    /// Whether several partitions read it.
    pub(crate) fn is_parallel(&self) -> bool {
        self.scan.parts.len() > 1
    }
}

impl fmt::Debug for SourceTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SourceTable({})", self.scan.node_ref)
    }
}

/// Reads the ranges of a scan.
#[derive(Clone)]
struct Reading {
    scan: Arc<Scan>,
    task: NodeTask,
    schema: TableSchema,
    metrics: ExecutionPlanMetricsSet,
}

impl FileSource for Reading {
    fn create_file_opener(
        &self,
        _store: Arc<dyn ObjectStore>,
        _config: &FileScanConfig,
        _partition: usize,
    ) -> Result<Arc<dyn FileOpener>> {
        Ok(Arc::new(self.clone()))
    }

    fn table_schema(&self) -> &TableSchema {
        &self.schema
    }

    fn with_batch_size(&self, _batch_size: usize) -> Arc<dyn FileSource> {
        // Batches are those of the data.
        Arc::new(self.clone())
    }

    fn metrics(&self) -> &ExecutionPlanMetricsSet {
        &self.metrics
    }

    fn file_type(&self) -> &str {
        self.scan.encoded.kind
    }

    /// The data define their own ranges, which must not be split further.
    fn supports_repartitioning(&self) -> bool {
        false
    }

    fn apply_expressions(
        &self,
        _f: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }
}

impl FileOpener for Reading {
    fn open(&self, file: PartitionedFile) -> Result<FileOpenFuture> {
        let range = file.range.as_ref().map(|range| range.start.unsigned_abs()..range.end.unsigned_abs());
        let range = range.ok_or_else(|| DataFusionError::Internal("data without a range".to_owned()))?;
        let Self { scan, task, .. } = self.clone();
        let task = task.of_part(range.start);
        Ok(Box::pin(async move {
            let records = task.busy(|| scan.source.read(range, &scan.columns, &task));
            let records = records.map_err(|error| error.at(task.node()))?;
            Ok(records.map(|batch| batch.map_err(DataFusionError::from)).boxed())
        }))
    }
}
