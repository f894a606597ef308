//! Scores records with a nugget of a stream, by the path of every scoring job, and measures its predictions. The
//! measures are those of the Analysis node.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Scalar as Datum};
use datafusion::arrow::compute::kernels::cmp::eq;
use datafusion::arrow::compute::{and, cast, filter_record_batch, is_not_null};
use datafusion::arrow::datatypes::{DataType, Float64Type};
use futures::StreamExt;
use satsuma_columns::{DataModel, Field, OutputKind, Role, Scalar};
use satsuma_stream::StreamFile;

use crate::data::Table;
use crate::error::{EngineError, NodeError, NodeRef};
use crate::graph::Graph;
use crate::node::{Compiled, Process, Registry};
use crate::plan::{CompiledNode, Compiler};
use crate::request::JobRequest;
use crate::statistics::NodeCounter;
use crate::task::{NodeRun, RunState};
use crate::training::{Measure, Part};

/// The index of a nugget that is in no plan: nothing is counted for it.
const NOWHERE: usize = usize::MAX;

/// The measured predictions of a model.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Score {
    pub(crate) measure: Measure,
    pub(crate) value: f64,
    /// Records with a target.
    pub(crate) records: u64,
    /// Those of them that the model predicts.
    pub(crate) predicted: u64,
}

/// Scores records with nuggets of versions of one stream.
pub(crate) struct Assessor<'a> {
    pub(crate) request: &'a JobRequest,
    pub(crate) registry: &'static Registry,
    pub(crate) state: &'a Arc<RunState>,
}

impl Assessor<'_> {
    /// The quality of a nugget on a part of some records.
    ///
    /// # Errors
    /// The job cannot go on: it was canceled, or ran out of memory or disk. Any other reason why the nugget has no
    /// score is the inner error, for a warning.
    pub(crate) async fn score(
        &self,
        stream: &StreamFile,
        nugget: &str,
        input: &Table,
        measure: Option<Measure>,
        part: Part,
    ) -> Result<Result<Score, String>, EngineError> {
        let (process, node) = match self.compiled(stream, nugget) {
            Ok(compiled) => compiled,
            Err(reason) => return Ok(Err(reason)),
        };
        let counter = Arc::new(NodeCounter::new(&node, false));
        let run = NodeRun::new(Arc::clone(self.state), NOWHERE, node.clone(), counter, false);
        let scored = measured(process.as_ref(), input, measure, part, &run).await;
        // Its warnings are about this measurement, not about a result of the job.
        self.state.meter.forget(&node);
        match scored {
            Ok(score) => Ok(Ok(score)),
            Err(error) => match error.at(&node) {
                fatal if fatal.is_fatal() => Err(fatal),
                EngineError::Model { message, .. } => Ok(Err(message)),
                other => Ok(Err(other.to_string())),
            },
        }
    }

    fn compiled(&self, stream: &StreamFile, uid: &str) -> Result<(Box<dyn Process>, NodeRef), String> {
        let request = JobRequest { stream: Arc::new(stream.clone()), ..self.request.clone() };
        let graph = Graph::of_job(&request).map_err(|error| error.to_string())?;
        let found = graph.nodes().find(|(_, node)| node.node.uid == uid);
        let (vertex, node) = found.ok_or("the stream has lost its nugget")?;
        let node = NodeRef { uid: format!("{uid} measured"), ..NodeRef::of(node.node) };
        let CompiledNode { node: compiled, diagnostics } =
            Compiler::new(&request, &graph, self.registry, None).compile_plain(vertex, false);
        match (compiled, diagnostics.first()) {
            (Some(Compiled::Process(process)), None) => Ok((process, node)),
            (_, Some(reason)) => Err(reason.to_string()),
            _ => Err("its nugget passes no records on".to_owned()),
        }
    }
}

/// Runs the records through the nugget and measures its predictions.
async fn measured(
    nugget: &dyn Process,
    input: &Table,
    measure: Option<Measure>,
    part: Part,
    run: &NodeRun,
) -> Result<Score, NodeError> {
    let own_fields = input.model().len();
    let members = partition(input.model(), part)?;
    let scored = nugget.table(vec![input.clone()], run).await?;
    let model = scored.model().clone();
    let (target, predicted) = prediction(&model, own_fields)?;
    let measure = fitting(measure, target)?;
    let place = |name: &str| model.position(name).ok_or_else(|| lost(name));
    let (target, predicted) = (place(&target.name)?, place(&predicted.name)?);
    let members = members.map(|(name, value)| Ok::<_, NodeError>((place(&name)?, value))).transpose()?;
    let mut tally = Tally::default();
    let mut batches = scored.records(run).await?;
    while let Some(batch) = batches.next().await {
        run.check_canceled()?;
        let mut batch = batch?;
        if let Some((at, value)) = &members {
            let column = batch.columns().get(*at).ok_or_else(|| lost("partition"))?;
            batch = filter_record_batch(&batch, &eq(column, value)?)?;
        }
        let (Some(target), Some(predicted)) = (batch.columns().get(target), batch.columns().get(predicted))
        else {
            continue;
        };
        match measure {
            Measure::Accuracy => tally.compare(target, predicted)?,
            _ => tally.subtract(target, predicted)?,
        }
    }
    if tally.records == 0 {
        return Err(NodeError::Model(format!("no record of the part {:?} has a target", part.name())));
    }
    Ok(Score { measure, value: tally.value(measure), records: tally.records, predicted: tally.predicted })
}

/// The partition field, and the value of the wanted part.
fn partition(model: &DataModel, part: Part) -> Result<Option<(String, Datum<ArrayRef>)>, NodeError> {
    let Some(place) = part.place() else { return Ok(None) };
    let missing = |what: &str| {
        NodeError::Definition(format!("the part {:?} is wanted, but {what} at the builder", part.name()))
    };
    let field = model.with_role(Role::Partition).next();
    let field = field.ok_or_else(|| missing("there is no field with the role Partition"))?;
    let value = field.values.members().into_iter().nth(place);
    let value: Scalar = value.ok_or_else(|| missing("the partition field has no such value"))?;
    Ok(Some((field.name.clone(), Datum::new(value.repeat(field.storage, 1)))))
}

/// The first target with a prediction among the fields that the nugget adds.
fn prediction(model: &DataModel, own_fields: usize) -> Result<(&Field, &Field), NodeError> {
    let added = model.fields().iter().skip(own_fields);
    let mut found = added.filter_map(|field| {
        let output = field.output.as_ref().filter(|output| output.kind == OutputKind::Predicted)?;
        Some((model.field(output.target.as_deref()?)?, field))
    });
    found.next().ok_or_else(|| NodeError::Model("the model predicts no field of the records".to_owned()))
}

/// The measure for a target: the wanted one, if it fits.
fn fitting(wanted: Option<Measure>, target: &Field) -> Result<Measure, NodeError> {
    let is_symbolic = target.is_categorical() || !target.storage.is_numeric();
    match (wanted, is_symbolic) {
        (None | Some(Measure::Accuracy), true) => Ok(Measure::Accuracy),
        (None, false) => Ok(Measure::MeanAbsoluteError),
        (Some(measure), false) if measure != Measure::Accuracy => Ok(measure),
        (Some(measure), _) => {
            let kind = if is_symbolic { "categorical" } else { "continuous" };
            Err(NodeError::Definition(format!(
                "the measure {measure} does not fit the {kind} target {:?}",
                target.name
            )))
        }
    }
}

fn lost(name: &str) -> NodeError {
    NodeError::Model(format!("the nugget drops the field {name:?}"))
}

#[derive(Debug, Default)]
struct Tally {
    records: u64,
    predicted: u64,
    right: u64,
    absolute: f64,
    squared: f64,
    /// Means of target and prediction, sums of squares around them, and of products.
    means: (f64, f64),
    around: (f64, f64, f64),
}

impl Tally {
    fn compare(&mut self, target: &ArrayRef, predicted: &ArrayRef) -> Result<(), NodeError> {
        let predicted = match predicted.data_type() == target.data_type() {
            true => Arc::clone(predicted),
            false => cast(predicted, target.data_type())?,
        };
        self.count(target, &predicted)?;
        self.right += eq(target, &predicted)?.true_count() as u64;
        Ok(())
    }

    fn subtract(&mut self, target: &ArrayRef, predicted: &ArrayRef) -> Result<(), NodeError> {
        let target = cast(target, &DataType::Float64)?;
        let predicted = cast(predicted, &DataType::Float64)?;
        let before = self.predicted;
        let both = self.count(&target, &predicted)?;
        let (target, predicted) =
            (target.as_primitive::<Float64Type>(), predicted.as_primitive::<Float64Type>());
        let pairs = target.values().iter().zip(predicted.values());
        let pairs = pairs.enumerate().filter(|(row, _)| both.value(*row)).map(|(_, pair)| pair);
        for (number, (&target, &predicted)) in (before + 1..).zip(pairs) {
            self.absolute += (target - predicted).abs();
            self.squared += (target - predicted).powi(2);
            let (x, y) = (target - self.means.0, predicted - self.means.1);
            self.means.0 += x / number as f64;
            self.means.1 += y / number as f64;
            self.around.0 += x * (target - self.means.0);
            self.around.1 += y * (predicted - self.means.1);
            self.around.2 += x * (predicted - self.means.1);
        }
        Ok(())
    }

    /// Counts records; returns which have both.
    fn count(&mut self, target: &ArrayRef, predicted: &ArrayRef) -> Result<BooleanArray, NodeError> {
        let both = and(&is_not_null(target)?, &is_not_null(predicted)?)?;
        self.records += (target.len() - target.null_count()) as u64;
        self.predicted += both.true_count() as u64;
        Ok(both)
    }

    fn value(&self, measure: Measure) -> f64 {
        let predicted = self.predicted as f64;
        match measure {
            Measure::Accuracy => self.right as f64 / self.records as f64,
            Measure::MeanAbsoluteError => self.absolute / predicted,
            Measure::RootMeanSquaredError => (self.squared / predicted).sqrt(),
            Measure::Correlation => self.around.2 / (self.around.0 * self.around.1).sqrt(),
        }
    }
}

#[cfg(test)]
mod tests {
    use datafusion::arrow::array::{Float64Array, Int64Array, StringArray};

    use super::*;

    /// IBM, "Analysis Node": a record without a prediction is wrong.
    #[test]
    fn accuracy_counts_a_missing_prediction_as_wrong() {
        let target: ArrayRef = Arc::new(StringArray::from(vec![Some("a"), Some("b"), Some("b"), None]));
        let predicted: ArrayRef = Arc::new(StringArray::from(vec![Some("a"), Some("a"), None, Some("a")]));
        let mut tally = Tally::default();
        tally.compare(&target, &predicted).unwrap();
        assert_eq!((tally.records, tally.predicted, tally.right), (3, 2, 1));
        assert_eq!(tally.value(Measure::Accuracy), 1.0 / 3.0);
    }

    /// Computed by hand, over two batches.
    #[test]
    fn errors_are_those_of_records_that_have_both() {
        let mut tally = Tally::default();
        for (target, predicted) in
            [(vec![Some(1), None], vec![Some(2.0), Some(9.0)]), (vec![Some(3)], vec![Some(6.0)])]
        {
            let target: ArrayRef = Arc::new(Int64Array::from(target));
            let predicted: ArrayRef = Arc::new(Float64Array::from(predicted));
            tally.subtract(&target, &predicted).unwrap();
        }
        assert_eq!((tally.records, tally.predicted), (2, 2));
        assert_eq!(tally.value(Measure::MeanAbsoluteError), 2.0);
        assert_eq!(tally.value(Measure::RootMeanSquaredError), 5.0_f64.sqrt());
        assert_eq!(tally.value(Measure::Correlation), 1.0);
    }
}
