//! Kernels as functions of the query engine.
//!
//! A kernel is called once per batch, whatever the number of its results: it returns a struct of all of them,
//! which a function of ours takes apart. The engine's own `get_field` would be pushed down and call the
//! kernel once for each result. Kernels are declared volatile for the same reason: a filter after one must
//! not be computed before it, because that would run a model twice.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::{Duration, Instant};

use datafusion::arrow::array::{Array, ArrayRef, AsArray, StructArray};
use datafusion::arrow::compute::concat;
use datafusion::arrow::datatypes::{DataType, Field as ArrowField, Fields};
use datafusion::common::{Result as DfResult, internal_err};
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use satsuma_columns::{Field, Storage};

use super::encoded::Encoded;
use super::remake;
use super::status::{NodeTask, TaskStatus};
use crate::error::{EngineError, NodeError, NodeRef};
use crate::task::NodeRun;

/// Computes columns from columns. It may process many batches in parallel; rows keep their positions.
pub trait Kernel: fmt::Debug + Send + Sync + 'static {
    /// Its form in a plan.
    fn encoded(&self) -> Encoded;

    /// Computes the results for a batch of `rows` rows, each with the type of its field.
    ///
    /// # Errors
    /// The columns do not match, or a value cannot be computed.
    fn compute(&self, inputs: &[ArrayRef], rows: usize) -> Result<Vec<ArrayRef>, NodeError>;

    /// The same within a task, which a kernel needs to warn.
    ///
    /// # Errors
    /// As [`Kernel::compute`].
    fn compute_in(
        &self,
        inputs: &[ArrayRef],
        rows: usize,
        _task: &NodeTask,
    ) -> Result<Vec<ArrayRef>, NodeError> {
        self.compute(inputs, rows)
    }
}

/// A call that takes longer makes later calls shorter, because a canceled job should stop within a second. A
/// support vector machine of 2,500 vectors needs this time for a batch.
const LONG_CALL: Duration = Duration::from_millis(300);

/// Rows of a short call.
const SLICE_ROWS: usize = 512;

/// A kernel at a node of the plan, as a function of the query engine.
#[derive(Debug, Clone)]
pub(crate) struct Function {
    pub(crate) udf: Arc<ScalarUDF>,
    pub(crate) encoded: Encoded,
    /// The node's index in the plan.
    pub(crate) node: usize,
    pub(crate) node_ref: NodeRef,
    /// The storages of the results; none where the function gives a Boolean.
    pub(crate) results: Vec<Storage>,
}

impl Function {
    /// A kernel that computes fields.
    pub(crate) fn computing(
        kernel: Arc<dyn Kernel>,
        outputs: &[Field],
        inputs: usize,
        run: &NodeRun,
    ) -> Result<Self, NodeError> {
        let kernel = remake::kernel(kernel, run.node())?;
        let results = outputs.iter().map(|field| field.storage).collect();
        Ok(Self::of_results(kernel, results, inputs, (run.place(), run.node().clone())))
    }

    /// A kernel that chooses records.
    pub(crate) fn choosing(kernel: Arc<dyn Kernel>, inputs: usize, run: &NodeRun) -> Result<Self, NodeError> {
        run.counter().counts_rows();
        let kernel = remake::kernel(kernel, run.node())?;
        Ok(Self::of_choice(kernel, inputs, (run.place(), run.node().clone())))
    }

    /// A kernel of a node with results of these storages.
    pub(crate) fn of_results(
        kernel: Arc<dyn Kernel>,
        results: Vec<Storage>,
        inputs: usize,
        (node, node_ref): (usize, NodeRef),
    ) -> Self {
        let encoded = kernel.encoded();
        let types = results.iter().map(|storage| storage.arrow());
        let udf = KernelFunction::new(kernel, types, inputs, (node, node_ref.clone()));
        Self { udf: Arc::new(udf.into()), encoded, node, node_ref, results }
    }

    /// A kernel of a node with a Boolean result.
    pub(crate) fn of_choice(
        kernel: Arc<dyn Kernel>,
        inputs: usize,
        (node, node_ref): (usize, NodeRef),
    ) -> Self {
        let encoded = kernel.encoded();
        let udf = FilterFunction::new(kernel, inputs, (node, node_ref.clone()));
        Self { udf: Arc::new(udf.into()), encoded, node, node_ref, results: Vec::new() }
    }
}

/// A kernel at a node of the plan.
struct Call {
    kernel: Arc<dyn Kernel>,
    encoded: Encoded,
    /// The node's index in the plan.
    node: usize,
    node_ref: NodeRef,
    /// Whether a call of a whole batch took long.
    is_slow: AtomicBool,
}

impl Call {
    fn new(kernel: Arc<dyn Kernel>, (node, node_ref): (usize, NodeRef)) -> Self {
        let encoded = kernel.encoded();
        Self { kernel, encoded, node, node_ref, is_slow: AtomicBool::new(false) }
    }

    fn name(&self) -> String {
        format!("{} of {}", self.encoded.kind, self.node_ref)
    }

    fn compute(&self, args: &ScalarFunctionArgs) -> DfResult<(Vec<ArrayRef>, TaskStatus)> {
        let status = TaskStatus::of(&args.config_options);
        status.check_canceled()?;
        let inputs = ColumnarValue::values_to_arrays(&args.args)?;
        let outputs = status.busy(self.node, || self.compute_batch(&inputs, args.number_rows, &status))?;
        Ok((outputs, status))
    }

    fn compute_batch(
        &self,
        inputs: &[ArrayRef],
        rows: usize,
        status: &TaskStatus,
    ) -> Result<Vec<ArrayRef>, EngineError> {
        let task = NodeTask::new(status.clone(), self.node, self.node_ref.clone());
        let compute = |inputs: &[ArrayRef], rows| {
            self.kernel.compute_in(inputs, rows, &task).map_err(|error| error.at(&self.node_ref))
        };
        if !self.is_slow.load(Relaxed) || rows <= SLICE_ROWS {
            let started = Instant::now();
            let outputs = compute(inputs, rows)?;
            self.is_slow.fetch_or(started.elapsed() > LONG_CALL, Relaxed);
            return Ok(outputs);
        }
        let mut slices: Vec<Vec<ArrayRef>> = Vec::new();
        for start in (0..rows).step_by(SLICE_ROWS) {
            status.check_canceled()?;
            let length = SLICE_ROWS.min(rows - start);
            let part = inputs.iter().map(|input| input.slice(start, length)).collect::<Vec<_>>();
            let outputs = compute(&part, length)?;
            slices.resize(outputs.len(), Vec::new());
            slices.iter_mut().zip(outputs).for_each(|(column, output)| column.push(output));
        }
        let whole = slices.iter().map(|column| {
            let arrays = column.iter().map(AsRef::as_ref).collect::<Vec<&dyn Array>>();
            concat(&arrays).map_err(|error| EngineError::Query(error.to_string()))
        });
        whole.collect()
    }
}

impl PartialEq for Call {
    fn eq(&self, other: &Self) -> bool {
        self.node == other.node && self.encoded == other.encoded
    }
}

impl Eq for Call {}

impl Hash for Call {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.node.hash(state);
        self.encoded.hash(state);
    }
}

fn signature(inputs: usize) -> Signature {
    match inputs {
        0 => Signature::nullary(Volatility::Volatile),
        many => Signature::any(many, Volatility::Volatile),
    }
}

/// A kernel that returns a struct of its results.
#[derive(PartialEq, Eq, Hash)]
struct KernelFunction {
    name: String,
    call: Call,
    fields: Fields,
    signature: Signature,
}

impl KernelFunction {
    /// A kernel of a node with outputs of these types.
    fn new(
        kernel: Arc<dyn Kernel>,
        types: impl Iterator<Item = DataType>,
        inputs: usize,
        node: (usize, NodeRef),
    ) -> Self {
        let fields = types.enumerate().map(|(at, kind)| ArrowField::new(format!("c{at}"), kind, true));
        let call = Call::new(kernel, node);
        Self { name: call.name(), call, fields: fields.collect(), signature: signature(inputs) }
    }
}

impl fmt::Debug for KernelFunction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

impl ScalarUDFImpl for KernelFunction {
    fn name(&self) -> &str {
        &self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _inputs: &[DataType]) -> DfResult<DataType> {
        Ok(DataType::Struct(self.fields.clone()))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> DfResult<ColumnarValue> {
        let rows = args.number_rows;
        let (outputs, status) = self.call.compute(&args)?;
        status.computed(self.call.node, rows as u64)?;
        let results = StructArray::try_new_with_length(self.fields.clone(), outputs, None, rows)?;
        Ok(ColumnarValue::Array(Arc::new(results)))
    }
}

/// A kernel that returns one Boolean column.
#[derive(PartialEq, Eq, Hash)]
struct FilterFunction {
    name: String,
    call: Call,
    signature: Signature,
}

impl FilterFunction {
    /// A kernel of a node.
    fn new(kernel: Arc<dyn Kernel>, inputs: usize, node: (usize, NodeRef)) -> Self {
        let call = Call::new(kernel, node);
        Self { name: call.name(), call, signature: signature(inputs) }
    }
}

impl fmt::Debug for FilterFunction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

impl ScalarUDFImpl for FilterFunction {
    fn name(&self) -> &str {
        &self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _inputs: &[DataType]) -> DfResult<DataType> {
        Ok(DataType::Boolean)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> DfResult<ColumnarValue> {
        let (outputs, status) = self.call.compute(&args)?;
        let Some(holds) = outputs.into_iter().next() else {
            return internal_err!("{}: no result", self.name);
        };
        let Some(kept) = holds.as_boolean_opt().map(|holds| holds.true_count()) else {
            return internal_err!("{}: no Boolean result", self.name);
        };
        status.passed(self.call.node, kept as u64)?;
        Ok(ColumnarValue::Array(holds))
    }
}

/// Extracts one column from a kernel's struct.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct Part {
    at: usize,
    signature: Signature,
}

impl Part {
    /// Takes the result at this place.
    pub(crate) fn function(at: usize) -> Arc<ScalarUDF> {
        let part = Self { at, signature: Signature::any(1, Volatility::Immutable) };
        Arc::new(ScalarUDF::from(part))
    }
}

impl ScalarUDFImpl for Part {
    fn name(&self) -> &str {
        "part"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, inputs: &[DataType]) -> DfResult<DataType> {
        match inputs {
            [DataType::Struct(fields)] if let Some(field) = fields.get(self.at) => {
                Ok(field.data_type().clone())
            }
            _ => internal_err!("part {} of {inputs:?}", self.at),
        }
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> DfResult<ColumnarValue> {
        let inputs = ColumnarValue::values_to_arrays(&args.args)?;
        let results = inputs.first().and_then(|input| input.as_struct_opt());
        match results.and_then(|results| results.columns().get(self.at)) {
            Some(column) => Ok(ColumnarValue::Array(Arc::clone(column))),
            None => internal_err!("part {} of a kernel's results", self.at),
        }
    }
}
