//! What all nuggets with a PMML model share: scores become the fields that Modeler adds.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef};
use datafusion::arrow::compute::{CastOptions, cast_with_options};
use satsuma_pmml::{Scorer, Scores};
use satsuma_stream::Measure;
use satsuma_stream::nodes::{OutputField, OutputRole};

use super::model::{empty_columns, input_names, model_error};
use super::types;
use crate::columns::ColumnStep;
use crate::error::{DataFault, EngineError, NodeRef};
use crate::node_work::NodeCounter;
use crate::refusals::NodeRefusals;
use crate::step::Process;
use crate::step::Run;
use crate::table::{FieldInfo, Role, Table};

/// A field that a nugget adds.
#[derive(Debug, Clone)]
pub(crate) struct Output {
    pub(crate) field: FieldInfo,
    pub(crate) score: Score,
}

/// What a field that a nugget adds holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Score {
    /// The predicted category or number (`$S-…`, `$N-…`).
    Prediction,
    /// The probability of the predicted category (`$SP-…`, `$NC-…`).
    Confidence,
    /// The probability of one category, by its place among the model's: a field for each category, or
    /// the raw propensity, which is the probability of a flag's true value.
    Probability(usize),
}

/// A nugget, understood.
pub(crate) struct Nugget {
    model: Arc<Model>,
}

struct Model {
    node: NodeRef,
    scorer: Scorer,
    outputs: Vec<Output>,
}

impl Nugget {
    pub(crate) fn new(node: NodeRef, scorer: Scorer, outputs: Vec<Output>) -> Self {
        Self { model: Arc::new(Model { node, scorer, outputs }) }
    }
}

impl Process for Nugget {
    fn apply(&self, input: Table, run: &Run, counter: Arc<NodeCounter>) -> Result<Table, EngineError> {
        let model = &self.model;
        let inputs = input_names(model.scorer.inputs(), &input, &model.node)?;
        if let Some(taken) = model.outputs.iter().find(|output| input.field(&output.field.name).is_some()) {
            return Err(EngineError::data(&model.node, DataFault::DuplicateField(taken.field.name.clone())));
        }
        model.compute(&empty_columns(&inputs, &input), 0)?;
        let fields = model.outputs.iter().map(|output| output.field.clone()).collect();
        let step: Arc<dyn ColumnStep> = Arc::clone(model) as Arc<dyn ColumnStep>;
        input.with_columns(step, &inputs, fields, counter, &run.meter)
    }
}

impl ColumnStep for Model {
    fn compute(&self, inputs: &[ArrayRef], rows: usize) -> Result<Vec<ArrayRef>, EngineError> {
        let scores =
            self.scorer.score_columns(rows, inputs).map_err(|error| model_error(&self.node, error))?;
        self.outputs.iter().map(|output| self.column(output, &scores)).collect()
    }
}

impl Model {
    fn column(&self, output: &Output, scores: &Scores) -> Result<ArrayRef, EngineError> {
        let none = || EngineError::Model {
            node: self.node.clone(),
            message: format!("the model gives no probability for {:?}", output.field.name),
        };
        let column: ArrayRef = match output.score {
            Score::Prediction => Arc::clone(scores.predicted()),
            Score::Confidence => Arc::new(scores.confidence().ok_or_else(none)?.clone()),
            Score::Probability(at) => Arc::new(scores.probabilities().get(at).ok_or_else(none)?.clone()),
        };
        let wanted = output.field.storage.arrow();
        if *column.data_type() == wanted {
            return Ok(column);
        }
        // PMML may keep a whole-number target as a double or a text: the nugget's own type decides.
        let exact = CastOptions { safe: false, ..CastOptions::default() };
        cast_with_options(&column, &wanted, &exact).map_err(|error| EngineError::Model {
            node: self.node.clone(),
            message: format!("{:?} cannot be {}: {error}", output.field.name, output.field.storage.name()),
        })
    }
}

/// An output as the nugget describes it, or `None` with a refusal.
pub(crate) fn output_field(output: &OutputField, refusals: &mut NodeRefusals<'_>) -> Option<FieldInfo> {
    let stored = &output.field_type.storage;
    let Some(storage) = types::storage(stored) else {
        refusals.value(format!("outputs/{:?}/storage", output.name), stored, "the storage is not supported");
        return None;
    };
    let role = match output.role {
        Some(OutputRole::PredictedValue) => Role::Target,
        _ => Role::Input,
    };
    Some(FieldInfo {
        name: output.name.clone(),
        storage,
        measure: types::measure(&output.field_type.measure),
        role,
    })
}

/// Refuses an output that a nugget adds, for what kind of field it is.
pub(crate) fn refuse_kind(output: &OutputField, refusals: &mut NodeRefusals<'_>) {
    let kind = output.role.as_ref().map_or("", OutputRole::as_str);
    let tag = output.tag.as_deref().unwrap_or_default();
    let reason = format!("fields of the kind {kind} {tag} are not supported");
    refusals.value("outputs", &output.name, reason);
}

/// The place of a flag target's true value among the model's categories: the second value of the
/// predicted field's type.
pub(crate) fn true_category(outputs: &[OutputField], scorer: &Scorer) -> Option<usize> {
    let predicted = outputs.iter().find(|output| output.role == Some(OutputRole::PredictedValue))?;
    if predicted.field_type.measure != Measure::Flag {
        return None;
    }
    let [_, true_value] = predicted.field_type.values.as_slice() else {
        return None;
    };
    let (text, number) = (true_value.text(), true_value.as_f64());
    scorer
        .categories()
        .iter()
        .position(|category| *category == text || number.is_some() && category.parse::<f64>().ok() == number)
}
