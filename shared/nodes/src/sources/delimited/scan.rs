//! The scan of a delimited file: ranges of the file, of which each partition reads every n-th.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::internal_err;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::{
    FileGroup, FileOpenFuture, FileOpener, FileScanConfig, FileScanConfigBuilder, FileSource,
};
use datafusion::datasource::source::DataSourceExec;
use datafusion::datasource::table_schema::TableSchema;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::logical_expr::{Expr, TableType};
use datafusion::object_store::ObjectStore;
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::metrics::ExecutionPlanMetricsSet;
use futures::StreamExt;
use satsuma_engine::{NodeRun, ORDER, Pass};
use satsuma_formats::delimited::{ByteRange, DelimitedFile, RangeReader, TextBatch};

use super::read_error;

/// A delimited file, cut into ranges.
pub(super) struct DelimitedTable {
    file: Arc<DelimitedFile>,
    ranges: Vec<ByteRange>,
    run: NodeRun,
    schema: SchemaRef,
}

impl DelimitedTable {
    pub(super) fn new(file: DelimitedFile, ranges: Vec<ByteRange>, run: NodeRun) -> Self {
        let order = Arc::new(Field::new(ORDER, DataType::Int64, false));
        let fields = file.schema().fields().iter().cloned().chain([order]).collect::<Vec<_>>();
        Self { file: Arc::new(file), ranges, run, schema: Arc::new(Schema::new(fields)) }
    }

    /// The ranges of each partition: one after the other goes to the next, so that all advance together.
    fn groups(&self) -> Vec<FileGroup> {
        let partitions = self.run.partitions().min(self.ranges.len()).max(1);
        let mut groups = vec![Vec::new(); partitions];
        for (at, range) in self.ranges.iter().enumerate() {
            let file = PartitionedFile::new(self.file.path().to_string_lossy(), self.file.bytes());
            if let Some(group) = groups.get_mut(at % partitions) {
                group.push(file.with_range(range.start as i64, range.end as i64));
            }
        }
        groups.into_iter().map(FileGroup::new).collect()
    }
}

impl fmt::Debug for DelimitedTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DelimitedTable({})", self.run.node())
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
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let all = || (0..self.schema.fields().len()).collect();
        let columns = projection.cloned().unwrap_or_else(all);
        let schema = Arc::new(self.schema.project(&columns)?);
        let source = DelimitedSource {
            file: Arc::clone(&self.file),
            run: self.run.clone(),
            columns,
            schema: TableSchema::from(schema),
            metrics: ExecutionPlanMetricsSet::new(),
        };
        let config = FileScanConfigBuilder::new(ObjectStoreUrl::local_filesystem(), Arc::new(source))
            .with_file_groups(self.groups())
            .with_limit(limit)
            .build();
        Ok(DataSourceExec::from_data_source(config))
    }
}

/// Reads ranges of a delimited file.
#[derive(Clone)]
struct DelimitedSource {
    file: Arc<DelimitedFile>,
    run: NodeRun,
    /// The columns asked for; the one behind those of the file is the order.
    columns: Vec<usize>,
    schema: TableSchema,
    metrics: ExecutionPlanMetricsSet,
}

impl FileSource for DelimitedSource {
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
        // Batches are those of the format's limits.
        Arc::new(self.clone())
    }

    fn metrics(&self) -> &ExecutionPlanMetricsSet {
        &self.metrics
    }

    fn file_type(&self) -> &str {
        "delimited"
    }

    /// Ranges are cut at record starts; nobody else may cut them.
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

impl FileOpener for DelimitedSource {
    fn open(&self, file: PartitionedFile) -> Result<FileOpenFuture> {
        let Some(range) = &file.range else {
            return internal_err!("a delimited file without a range");
        };
        let range = ByteRange { start: range.start as u64, end: range.end as u64 };
        let source = self.clone();
        Ok(Box::pin(async move {
            let reader = source.reader(range)?;
            let pass = source.run.pass(range.start);
            let batches = Reading { reader, source, pass };
            let stream = futures::stream::unfold(batches, |mut batches| async move {
                let batch = batches.next().transpose()?;
                Some((batch, batches))
            });
            Ok(stream.boxed())
        }))
    }
}

impl DelimitedSource {
    fn reader(&self, range: ByteRange) -> Result<RangeReader> {
        let order = self.file.fields().len();
        let read = self.columns.iter().copied().filter(|at| *at < order).collect::<Vec<_>>();
        let offsets = self.columns.contains(&order).then_some(ORDER);
        self.file.read_range(range, &read, offsets).map_err(|error| self.failed(error))
    }

    fn failed(&self, error: satsuma_formats::delimited::ReadError) -> DataFusionError {
        read_error(error).at(self.run.node()).into()
    }
}

struct Reading {
    reader: RangeReader,
    source: DelimitedSource,
    pass: Pass,
}

impl Reading {
    fn next(&mut self) -> Result<Option<RecordBatch>> {
        let Self { reader, source, pass } = self;
        let Some(next) = source.run.counter().busy(|| reader.next()) else { return Ok(None) };
        let batch = next.map_err(|error| source.failed(error))?;
        let TextBatch { records, bytes, unconverted, invalid, short } = batch;
        for lost in unconverted {
            pass.warn(lost.to_string(), lost.values);
        }
        pass.warn("characters that are no text in the file's encoding", invalid);
        pass.warn("records with fewer fields than the first were filled up with blanks", short);
        pass.read(records.num_rows() as u64, bytes)?;
        self.source.arranged(records).map(Some)
    }
}

impl DelimitedSource {
    /// The columns in the order asked for: the reader gives the order of the records last.
    fn arranged(&self, records: RecordBatch) -> Result<RecordBatch> {
        let order = self.file.fields().len();
        match self.columns.iter().position(|at| *at == order) {
            Some(place) if place + 1 < self.columns.len() => {
                let last = records.num_columns().saturating_sub(1);
                let arranged = (0..self.columns.len()).map(|at| match at.cmp(&place) {
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
