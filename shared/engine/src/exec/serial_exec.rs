//! Operators that see records in order, in a physical plan.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering::Relaxed};

use datafusion::arrow::array::{ArrayRef, Int64Array, RecordBatch};
use datafusion::arrow::compute::SortOptions;
use datafusion::arrow::datatypes::{Schema, SchemaRef};
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{Result, internal_err};
use datafusion::error::DataFusionError;
use datafusion::execution::TaskContext;
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_expr::{
    EquivalenceProperties, LexOrdering, OrderingRequirements, PhysicalExpr, PhysicalSortExpr,
};
use datafusion::physical_plan::execution_plan::{Boundedness, EmissionType};
use datafusion::physical_plan::sorts::sort::SortExec;
use datafusion::physical_plan::sorts::sort_preserving_merge::SortPreservingMergeExec;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, Distribution, ExecutionPlan, Partitioning, PlanProperties,
    SendableRecordBatchStream,
};
use futures::StreamExt;

use super::encoded::Encoded;
use super::merge::in_order;
use super::records::Records;
use super::serial::{Serial, SerialNode};
use super::status::TaskStatus;
use crate::error::{EngineError, NodeRef};
use crate::order::{ORDER, SortKey};

/// Runs an operator on the records of its inputs. What comes out is one partition.
#[derive(Debug)]
pub(crate) struct SerialExec {
    inputs: Vec<Arc<dyn ExecutionPlan>>,
    orderings: Vec<Option<LexOrdering>>,
    operator: Arc<dyn Serial>,
    encoded: Encoded,
    node: usize,
    node_ref: NodeRef,
    schema: SchemaRef,
    properties: Arc<PlanProperties>,
}

impl SerialExec {
    /// `wanted` are the fields that an operator passes on which passes on whatever arrives; all where it is empty.
    pub(super) fn new(
        serial: &SerialNode,
        inputs: &[Arc<dyn ExecutionPlan>],
        wanted: &[bool],
    ) -> Result<Self> {
        let mut sorted = Vec::with_capacity(inputs.len());
        let mut orderings = Vec::with_capacity(inputs.len());
        for (input, keys) in inputs.iter().zip(&serial.keys) {
            let ordering = ordering(keys, &input.schema())?;
            sorted.push(match &ordering {
                Some(ordering) => sort(Arc::clone(input), ordering),
                None => Arc::clone(input),
            });
            orderings.push(ordering);
        }
        let schema = serial.schema(wanted);
        let properties = PlanProperties::new(
            EquivalenceProperties::new(Arc::clone(&schema)),
            Partitioning::UnknownPartitioning(1),
            EmissionType::Incremental,
            Boundedness::Bounded,
        );
        Ok(Self {
            inputs: sorted,
            orderings,
            operator: Arc::clone(&serial.operator),
            encoded: serial.encoded.clone(),
            node: serial.node,
            node_ref: serial.node_ref.clone(),
            schema,
            properties: Arc::new(properties),
        })
    }

    /// The records of an input, without the column of their order.
    fn records(&self, input: &Arc<dyn ExecutionPlan>, context: &Arc<TaskContext>) -> Result<Records> {
        let (order, _) = input.schema().column_with_name(ORDER).ok_or_else(|| {
            DataFusionError::Internal(format!("{}: an input without an order", self.node_ref))
        })?;
        let kept = (0..input.schema().fields().len()).filter(|at| *at != order).collect::<Vec<_>>();
        let batches = in_order(input, order, context)?;
        Ok(Records::new(
            batches
                .map(move |batch| Ok(batch?.project(&kept)?))
                .map(|batch: Result<_>| batch.map_err(EngineError::from)),
        ))
    }
}

/// The keys and then the order of the records: equal keys keep it.
fn ordering(keys: &[SortKey], schema: &Schema) -> Result<Option<LexOrdering>> {
    if keys.is_empty() {
        return Ok(None);
    }
    let mut expressions = Vec::with_capacity(keys.len() + 1);
    let last = SortKey::ascending(ORDER);
    for key in keys.iter().chain([&last]) {
        let (at, _) = schema
            .column_with_name(&key.field)
            .ok_or_else(|| DataFusionError::Internal(format!("no column {:?} to sort by", key.field)))?;
        // Null is the lowest value.
        let options = SortOptions { descending: key.is_descending, nulls_first: !key.is_descending };
        expressions.push(PhysicalSortExpr::new(Arc::new(Column::new(&key.field, at)), options));
    }
    Ok(LexOrdering::new(expressions))
}

fn sort(input: Arc<dyn ExecutionPlan>, ordering: &LexOrdering) -> Arc<dyn ExecutionPlan> {
    let sorted = SortExec::new(ordering.clone(), input).with_preserve_partitioning(true);
    Arc::new(SortPreservingMergeExec::new(ordering.clone(), Arc::new(sorted)))
}

impl DisplayAs for SerialExec {
    fn fmt_as(&self, _format: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SerialExec: {} of {}", self.encoded.kind, self.node_ref)
    }
}

impl ExecutionPlan for SerialExec {
    fn name(&self) -> &'static str {
        "SerialExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        self.inputs.iter().collect()
    }

    /// Sorted inputs are one partition; the others are brought together by their order.
    fn required_input_distribution(&self) -> Vec<Distribution> {
        let required = self.orderings.iter().map(|ordering| match ordering {
            Some(_) => Distribution::SinglePartition,
            None => Distribution::UnspecifiedDistribution,
        });
        required.collect()
    }

    fn required_input_ordering(&self) -> Vec<Option<OrderingRequirements>> {
        self.orderings.iter().map(|ordering| ordering.clone().map(OrderingRequirements::from)).collect()
    }

    fn benefits_from_input_partitioning(&self) -> Vec<bool> {
        vec![false; self.inputs.len()]
    }

    fn maintains_input_order(&self) -> Vec<bool> {
        vec![false; self.inputs.len()]
    }

    fn apply_expressions(
        &self,
        _f: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn with_new_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        if children.len() != self.inputs.len() {
            return internal_err!("{} inputs of an operator of {}", children.len(), self.inputs.len());
        }
        Ok(Arc::new(Self {
            inputs: children,
            orderings: self.orderings.clone(),
            operator: Arc::clone(&self.operator),
            encoded: self.encoded.clone(),
            node: self.node,
            node_ref: self.node_ref.clone(),
            schema: Arc::clone(&self.schema),
            properties: Arc::clone(&self.properties),
        }))
    }

    fn execute(&self, partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        if partition != 0 {
            return internal_err!("{}: partition {partition} of one", self.node_ref);
        }
        let status = TaskStatus::of(context.session_config().options());
        let mut inputs = Vec::with_capacity(self.inputs.len());
        for input in &self.inputs {
            inputs.push(self.records(input, &context)?);
        }
        let records = self.operator.run(inputs, &status);
        let (schema, node, node_ref) = (Arc::clone(&self.schema), self.node, self.node_ref.clone());
        let counts = !self.operator.is_identity();
        let next = AtomicI64::new(0);
        let numbered = records.map(move |batch| {
            status.check_canceled()?;
            let batch = batch?;
            if counts {
                status.passed(node, batch.num_rows() as u64)?;
            }
            numbered(&batch, &next, &schema).map_err(|error| error.context(node_ref.to_string()))
        });
        Ok(Box::pin(RecordBatchStreamAdapter::new(self.schema(), numbered)))
    }
}

/// Adds the numbers of the records.
fn numbered(batch: &RecordBatch, next: &AtomicI64, schema: &SchemaRef) -> Result<RecordBatch> {
    let rows = batch.num_rows() as i64;
    let first = next.fetch_add(rows, Relaxed);
    let order: ArrayRef = Arc::new(Int64Array::from_iter_values(first..first + rows));
    let columns = batch.columns().iter().cloned().chain([order]).collect();
    Ok(RecordBatch::try_new(Arc::clone(schema), columns)?)
}
