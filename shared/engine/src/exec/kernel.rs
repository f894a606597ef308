//! Kernels as functions of the query engine.
//!
//! A kernel is called once a batch, whatever the number of its results: it gives a struct of all of them,
//! which a function of ours takes apart. The engine's own `get_field` is pushed down and then calls the
//! kernel once for each result. Kernels count as volatile for the same reason: a filter behind one must
//! not be computed before it, which would run a model twice.

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
use satsuma_columns::Field;

use super::encoded::Encoded;
use super::status::TaskStatus;
use crate::error::{EngineError, NodeError, NodeRef};
use crate::task::NodeRun;

/// Columns in, columns out. It may run on many batches at once; rows keep their places.
pub trait Kernel: fmt::Debug + Send + Sync + 'static {
    /// What a plan carries of it.
    fn encoded(&self) -> Encoded;

    /// Computes the results for a batch of `rows` rows, each of the type that its field declares.
    ///
    /// # Errors
    /// If the columns do not fit, or a value cannot be computed.
    fn compute(&self, inputs: &[ArrayRef], rows: usize) -> Result<Vec<ArrayRef>, NodeError>;
}

/// A call that takes longer makes the calls after it short: a job that is canceled should stop within
/// a second. The time is what a support vector machine of 2,500 vectors needs for a batch.
const LONG_CALL: Duration = Duration::from_millis(300);

/// Rows of a short call.
const SLICE_ROWS: usize = 512;

/// A kernel at a node of the plan.
pub(crate) struct Call {
    kernel: Arc<dyn Kernel>,
    encoded: Encoded,
    /// The node's place in the plan.
    node: usize,
    node_ref: NodeRef,
    /// Whether a call of a whole batch took long.
    is_slow: AtomicBool,
}

impl Call {
    fn new(kernel: Arc<dyn Kernel>, run: &NodeRun) -> Self {
        let encoded = kernel.encoded();
        Self {
            kernel,
            encoded,
            node: run.place(),
            node_ref: run.node().clone(),
            is_slow: AtomicBool::new(false),
        }
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
        let compute = |inputs: &[ArrayRef], rows| {
            self.kernel.compute(inputs, rows).map_err(|error| error.at(&self.node_ref))
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

/// A kernel that gives a struct of its results.
#[derive(PartialEq, Eq, Hash)]
pub(crate) struct KernelFunction {
    name: String,
    call: Call,
    fields: Fields,
    signature: Signature,
}

impl KernelFunction {
    /// A kernel with these outputs. It is tried on columns without rows by whoever knows their types.
    pub(crate) fn udf(
        kernel: Arc<dyn Kernel>,
        outputs: &[Field],
        inputs: usize,
        run: &NodeRun,
    ) -> Result<ScalarUDF, NodeError> {
        let fields = outputs
            .iter()
            .enumerate()
            .map(|(at, field)| ArrowField::new(format!("c{at}"), field.storage.arrow(), true))
            .collect();
        let call = Call::new(kernel, run);
        let function = Self { name: call.name(), call, fields, signature: signature(inputs) };
        Ok(ScalarUDF::from(function))
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
        status.passed(self.call.node, rows as u64)?;
        let results = StructArray::try_new_with_length(self.fields.clone(), outputs, None, rows)?;
        Ok(ColumnarValue::Array(Arc::new(results)))
    }
}

/// A kernel that gives one Boolean column.
#[derive(PartialEq, Eq, Hash)]
pub(crate) struct FilterFunction {
    name: String,
    call: Call,
    signature: Signature,
}

impl FilterFunction {
    pub(crate) fn udf(kernel: Arc<dyn Kernel>, inputs: usize, run: &NodeRun) -> Result<ScalarUDF, NodeError> {
        run.counter().counts_rows();
        let call = Call::new(kernel, run);
        Ok(ScalarUDF::from(Self { name: call.name(), call, signature: signature(inputs) }))
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

/// Takes one column out of a kernel's struct.
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
