//! A step that turns some columns into new ones, batch by batch, as part of a query plan.
//!
//! Scorers and transformations know Arrow columns, not plans. This wraps one as a scalar function of
//! the plan that gives a struct of all its results; the struct is then taken apart. The function is
//! called once a batch, whatever the number of results: the parts are taken by a function of ours, since
//! the engine's own `get_field` is pushed down and then calls the step once for each result.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::{Duration, Instant};

use datafusion::arrow::array::{Array, ArrayRef, AsArray, StructArray};
use datafusion::arrow::compute::concat;
use datafusion::arrow::datatypes::{DataType, Field, Fields};
use datafusion::common::{Result as DfResult, internal_err};
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

use crate::error::EngineError;
use crate::node_work::NodeCounter;
use crate::progress::Meter;
use crate::table::{FieldInfo, Table, column};

/// Columns in, columns out. One call sees one batch; rows keep their places.
pub(crate) trait ColumnStep: Send + Sync + 'static {
    /// Computes the new columns, in the order of the fields that the step was added with.
    fn compute(&self, inputs: &[ArrayRef], rows: usize) -> Result<Vec<ArrayRef>, EngineError>;
}

/// A call that takes longer makes the calls after it short: a job that is canceled should stop within
/// a second. What a support vector machine of 2,500 vectors needs for a batch.
const LONG_CALL: Duration = Duration::from_millis(300);

/// Rows of a short call.
const SLICE_ROWS: usize = 512;

/// The name of the struct column while it exists; no stream has such a field.
const STRUCT: &str = "\u{1}satsuma";

impl Table {
    /// Adds the columns that `step` computes from the columns `inputs`.
    pub(crate) fn with_columns(
        self,
        step: Arc<dyn ColumnStep>,
        inputs: &[String],
        outputs: Vec<FieldInfo>,
        counter: Arc<NodeCounter>,
        meter: &Arc<Meter>,
    ) -> Result<Self, EngineError> {
        let fields: Fields = outputs
            .iter()
            .enumerate()
            .map(|(at, field)| Field::new(format!("c{at}"), field.storage.arrow(), true))
            .collect();
        let function = StepFunction {
            name: format!("step \"{}\"", counter.node.label),
            step,
            counter,
            meter: Arc::clone(meter),
            is_slow: AtomicBool::new(false),
            fields,
            signature: match inputs.len() {
                0 => Signature::nullary(Volatility::Immutable),
                many => Signature::any(many, Volatility::Immutable),
            },
        };
        let call = ScalarUDF::from(function).call(inputs.iter().map(|name| column(name)).collect());
        let kept = self.fields.iter().map(|field| column(&field.name)).collect::<Vec<_>>();
        let with_struct =
            self.plan.select(kept.iter().cloned().chain([call.alias(STRUCT)]).collect::<Vec<_>>())?;
        let taken = outputs
            .iter()
            .enumerate()
            .map(|(at, field)| ScalarUDF::from(Part::new(at)).call(vec![column(STRUCT)]).alias(&field.name));
        let plan = with_struct.select(kept.into_iter().chain(taken).collect::<Vec<_>>())?;
        let fields = self.fields.iter().cloned().chain(outputs).collect();
        Ok(Self::new(plan, fields))
    }
}

struct StepFunction {
    name: String,
    step: Arc<dyn ColumnStep>,
    counter: Arc<NodeCounter>,
    meter: Arc<Meter>,
    /// Whether a call of a whole batch took long.
    is_slow: AtomicBool,
    fields: Fields,
    signature: Signature,
}

impl StepFunction {
    fn compute(&self, inputs: &[ArrayRef], rows: usize) -> Result<Vec<ArrayRef>, EngineError> {
        if self.is_slow.load(Relaxed) && rows > SLICE_ROWS {
            return self.compute_in_slices(inputs, rows);
        }
        let started = Instant::now();
        let outputs = self.step.compute(inputs, rows)?;
        if started.elapsed() > LONG_CALL {
            self.is_slow.store(true, Relaxed);
        }
        Ok(outputs)
    }

    fn compute_in_slices(&self, inputs: &[ArrayRef], rows: usize) -> Result<Vec<ArrayRef>, EngineError> {
        let mut slices: Vec<Vec<ArrayRef>> = vec![Vec::new(); self.fields.len()];
        for start in (0..rows).step_by(SLICE_ROWS) {
            self.meter.check_canceled()?;
            let length = SLICE_ROWS.min(rows - start);
            let part = inputs.iter().map(|input| input.slice(start, length)).collect::<Vec<_>>();
            let outputs = self.step.compute(&part, length)?;
            slices.iter_mut().zip(outputs).for_each(|(column, output)| column.push(output));
        }
        let whole = slices.iter().map(|column| {
            let arrays = column.iter().map(AsRef::as_ref).collect::<Vec<&dyn Array>>();
            concat(&arrays).map_err(|error| EngineError::Query(error.to_string()))
        });
        whole.collect()
    }
}

impl fmt::Debug for StepFunction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

/// Two steps are the same only if they are the same object: labels need not be unique.
impl PartialEq for StepFunction {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.counter, &other.counter) && Arc::ptr_eq(&self.step, &other.step)
    }
}

impl Eq for StepFunction {}

impl Hash for StepFunction {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

impl ScalarUDFImpl for StepFunction {
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
        self.meter.check_canceled()?;
        let inputs = ColumnarValue::values_to_arrays(&args.args)?;
        let outputs = self.counter.busy(|| self.compute(&inputs, args.number_rows))?;
        self.meter.passed(&self.counter, args.number_rows as u64)?;
        let results = StructArray::try_new_with_length(self.fields.clone(), outputs, None, args.number_rows)?;
        Ok(ColumnarValue::Array(Arc::new(results)))
    }
}

/// Takes one column out of a step's struct.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Part {
    at: usize,
    signature: Signature,
}

impl Part {
    fn new(at: usize) -> Self {
        Self { at, signature: Signature::any(1, Volatility::Immutable) }
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
            None => internal_err!("part {} of a step's results", self.at),
        }
    }
}

#[cfg(test)]
mod tests;
