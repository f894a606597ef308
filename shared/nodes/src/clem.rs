//! Expressions of nodes: parsed when a node is compiled, checked against the fields that arrive, run as a
//! kernel or, where they depend on the order of records, as a scan.

mod kernel;
mod scan;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use satsuma_clem::{CheckContext, ClemError, Expression, Globals, Program, Statistic};
use satsuma_columns::{DataModel, Field, Scalar, Settings};
use satsuma_engine::{Compile, GlobalStatistic, NodeError, NodeRun, Reported, Table};
use satsuma_stream::Stream;

pub use self::kernel::ClemKernel;
pub use self::scan::ClemScan;

/// An expression of a node, with what the stream decides about it.
#[derive(Debug, Clone)]
pub struct Clem {
    expression: Expression,
    /// The property that holds it, for messages.
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
    /// If it is no expression, or the stream's formats are not supported.
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

    /// The expression, checked against fields. Without a run, global values that are not stored are taken as
    /// computed later.
    ///
    /// # Errors
    /// If a name means nothing or a storage does not fit; the message points into the expression.
    pub fn check(&self, model: &DataModel, run: Option<&NodeRun>) -> Result<Program, NodeError> {
        self.check_for(model, None, run)
    }

    /// The same, where `@FIELD` means a field.
    ///
    /// # Errors
    /// As [`Clem::check`].
    pub fn check_for(
        &self,
        model: &DataModel,
        field: Option<&str>,
        run: Option<&NodeRun>,
    ) -> Result<Program, NodeError> {
        let mut context = CheckContext::new(model.clone(), self.settings.clone());
        context.parameters = self.parameters.clone();
        context.field = field.map(str::to_owned);
        context.now = Some(run.map_or(0, NodeRun::now));
        context.globals = run.map_or_else(|| self.globals.clone(), globals);
        self.expression.check(&context).map_err(|error| self.error(error))
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

/// An error of an expression while it runs.
pub(crate) fn failed(error: ClemError) -> NodeError {
    NodeError::Model(error.to_string())
}

/// A table with the results of programs, each of the storage of its field. A result with the name of a field of
/// the table takes its place; others follow the fields.
///
/// # Errors
/// If a result cannot be of its field's storage.
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

/// The records for which a condition is true or, to discard, false. Those for which it is null are dropped
/// either way.
///
/// # Errors
/// If the program is no condition.
pub fn select(table: Table, condition: Program, discard: bool, run: &NodeRun) -> Result<Table, NodeError> {
    if condition.needs_order() {
        return ClemScan::select(condition, discard, table, run);
    }
    let inputs = condition.fields().iter().map(|field| field.name.clone()).collect::<Vec<_>>();
    table.filter(Arc::new(kernel::ConditionKernel::new(condition, discard)?), &inputs, run)
}
