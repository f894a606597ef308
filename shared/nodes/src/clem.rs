//! Expressions of nodes: parsed when a node is compiled, and checked against the input fields. They run as a
//! kernel or, if they depend on the order of records, as a scan.

mod kernel;
mod scan;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use satsuma_clem::{CheckContext, ClemError, Expression, Globals, Program, Statistic};
use satsuma_columns::{DataModel, Field, Scalar, Settings};
use satsuma_engine::{Compile, GlobalStatistic, NodeError, NodeRun, Reported, Table};
use satsuma_stream::Stream;

pub use self::kernel::{CONDITION, ClemKernel, PROGRAMS};
pub(crate) use self::kernel::{decode, encode};
pub use self::scan::{ClemScan, SCAN};

/// An expression of a node, with its settings from the stream.
#[derive(Debug, Clone)]
pub struct Clem {
    expression: Expression,
    /// The property with the expression, for messages.
    property: Cow<'static, str>,
    settings: Settings,
    parameters: BTreeMap<String, Scalar>,
    /// The global values that the stream holds, of which a run computes new ones.
    globals: Globals,
}

impl Clem {
    /// Parses the expression of a property.
    ///
    /// # Errors
    /// The text is not an expression, or the stream's formats are not supported.
    pub fn parse(
        text: &str,
        property: impl Into<Cow<'static, str>>,
        compile: &mut Compile<'_>,
    ) -> Result<Self, Reported> {
        let property = property.into();
        let settings = Settings::of_stream(&compile.stream().properties)
            .map_err(|error| compile.refuse_value("dateFormat", "…", error.to_string()))?;
        let expression = Expression::parse(text)
            .map_err(|error| compile.diagnostics().uncompilable(Some(property.clone()), error.to_string()))?;
        let (parameters, globals) = (compile.parameters(), expected(compile.stream()));
        Ok(Self { expression, property, settings, parameters, globals })
    }

    /// Checks the expression against fields. Without a run, global values that are not stored are assumed to
    /// be computed later.
    ///
    /// # Errors
    /// An unknown name or a wrong storage; the message has the position in the expression.
    pub fn check(&self, model: &DataModel, run: Option<&NodeRun>) -> Result<Program, NodeError> {
        self.check_for(model, None, run)
    }

    /// Like [`Clem::check`], with a field for `@FIELD`.
    ///
    /// # Errors
    /// Those of [`Clem::check`].
    pub fn check_for(
        &self,
        model: &DataModel,
        field: Option<&str>,
        run: Option<&NodeRun>,
    ) -> Result<Program, NodeError> {
        let context = CheckContext { field: field.map(str::to_owned), ..self.context(model, run) };
        self.expression.check(&context).map_err(|error| self.error(error))
    }

    /// Like [`Clem::check`], with fields for `@TARGET` and `@PREDICTED`.
    ///
    /// # Errors
    /// Those of [`Clem::check`].
    pub(crate) fn check_prediction(
        &self,
        model: &DataModel,
        target: &str,
        predicted: Option<&str>,
        run: Option<&NodeRun>,
    ) -> Result<Program, NodeError> {
        let target = Some(target.to_owned());
        let predicted = predicted.map(str::to_owned);
        let context = CheckContext { target, predicted, ..self.context(model, run) };
        self.expression.check(&context).map_err(|error| self.error(error))
    }

    fn context(&self, model: &DataModel, run: Option<&NodeRun>) -> CheckContext {
        let mut context = CheckContext::new(model.clone(), self.settings.clone());
        context.parameters = self.parameters.clone();
        context.now = Some(run.map_or(0, NodeRun::now));
        context.globals = run.map_or_else(|| self.globals.clone(), globals);
        context
    }

    fn error(&self, error: ClemError) -> NodeError {
        NodeError::Model(format!("{}: {error}", self.property))
    }
}

/// The storages of the global values that a stream holds; a run computes others.
fn expected(stream: &Stream) -> Globals {
    let mut globals = Globals::default();
    globals.computed_later = true;
    for stored in &stream.globals {
        for (statistic, value) in [
            (Statistic::Mean, &stored.mean),
            (Statistic::Sum, &stored.sum),
            (Statistic::Min, &stored.minimum),
            (Statistic::Max, &stored.maximum),
            (Statistic::Sdev, &stored.standard_deviation),
        ] {
            let value = value.as_ref().and_then(Scalar::of_stream);
            if let Some(storage) = value.and_then(|value| value.storage()) {
                globals.expect(stored.field.as_str(), statistic, storage);
            }
        }
    }
    globals
}

fn globals(run: &NodeRun) -> Globals {
    let mut globals = Globals::default();
    for ((field, statistic), value) in run.globals() {
        globals.set(field, of_engine(statistic), value);
    }
    globals
}

fn of_engine(statistic: GlobalStatistic) -> Statistic {
    match statistic {
        GlobalStatistic::Mean => Statistic::Mean,
        GlobalStatistic::Sum => Statistic::Sum,
        GlobalStatistic::Min => Statistic::Min,
        GlobalStatistic::Max => Statistic::Max,
        GlobalStatistic::StandardDeviation => Statistic::Sdev,
    }
}

/// An error of an expression during evaluation.
pub(crate) fn failed(error: ClemError) -> NodeError {
    NodeError::Model(error.to_string())
}

/// A table with the results of programs, each with the storage of its field. A result with the name of an
/// existing field replaces it; others follow the fields.
///
/// # Errors
/// A result cannot have its field's storage.
pub fn derive(table: Table, results: Vec<(Program, Field)>, run: &NodeRun) -> Result<Table, NodeError> {
    let mut programs = Vec::with_capacity(results.len());
    let mut outputs = Vec::with_capacity(results.len());
    for (program, field) in results {
        programs.push(program.with_storage(field.storage).map_err(failed)?);
        outputs.push(field);
    }
    if programs.iter().any(Program::needs_order) {
        return ClemScan::derive(programs, outputs, table, run);
    }
    let inputs =
        programs.iter().flat_map(Program::fields).map(|field| field.name.clone()).collect::<Vec<_>>();
    table.compute(Arc::new(ClemKernel::new(programs)?), &inputs, outputs, run)
}

/// Keeps the records for which a condition is true or, with `discard`, false. Records for which it is null
/// are dropped in both cases.
///
/// # Errors
/// The program is not a condition.
pub fn select(table: Table, condition: Program, discard: bool, run: &NodeRun) -> Result<Table, NodeError> {
    if condition.needs_order() {
        return ClemScan::select(condition, discard, table, run);
    }
    let inputs = condition.fields().iter().map(|field| field.name.clone()).collect::<Vec<_>>();
    table.filter(Arc::new(kernel::ConditionKernel::new(condition, discard)?), &inputs, run)
}
