//! What all nuggets with a PMML model share: scores become the fields that Modeler adds.

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::array::{Array, ArrayRef};
use datafusion::arrow::compute::{CastOptions, cast_with_options};
use satsuma_columns::{DataModel, Field, ModelOutput, OutputKind, Role, Scalar, Storage};
use satsuma_engine::{DataFault, Encoded, Kernel, NodeDiagnostics, NodeError, NodeRun, Process, Table, one};
use satsuma_pmml::{Scorer, Scores};
use satsuma_stream::Measure;
use satsuma_stream::nodes::{OutputField, OutputRole};

use super::document::{empty_columns, encoded, input_names, model_error};
use crate::fields::types;

/// A field that a nugget adds.
#[derive(Debug, Clone)]
pub(crate) struct Output {
    pub(crate) field: Field,
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

/// A nugget, compiled.
#[derive(Debug)]
pub(crate) struct Nugget {
    model: Arc<Model>,
}

struct Model {
    scorer: Scorer,
    outputs: Vec<Output>,
    encoded: Encoded,
}

impl std::fmt::Debug for Model {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Model")
    }
}

impl Nugget {
    pub(crate) fn new(pmml: &[u8], scorer: Scorer, outputs: Vec<Output>) -> Self {
        Self { model: Arc::new(Model { scorer, outputs, encoded: encoded("pmml", pmml) }) }
    }
}

#[async_trait]
impl Process for Nugget {
    fn model(&self, inputs: &[DataModel]) -> Result<DataModel, NodeError> {
        let (model, input) = (&self.model, one(inputs)?);
        let names = input_names(model.scorer.inputs(), input)?;
        if let Some(taken) = model.outputs.iter().find(|output| input.field(&output.field.name).is_some()) {
            return Err(DataFault::DuplicateField(taken.field.name.clone()).into());
        }
        model.compute(&empty_columns(&names, input), 0)?;
        let added = model.outputs.iter().map(|output| output.field.clone());
        Ok(DataModel::new(input.fields().iter().cloned().chain(added).collect())?)
    }

    async fn table(&self, inputs: Vec<Table>, run: &NodeRun) -> Result<Table, NodeError> {
        let (model, input) = (&self.model, one(inputs)?);
        let names = input_names(model.scorer.inputs(), input.model())?;
        let fields = model.outputs.iter().map(|output| output.field.clone()).collect();
        let kernel: Arc<dyn Kernel> = Arc::clone(model) as Arc<dyn Kernel>;
        input.compute(kernel, &names, fields, run)
    }
}

impl Kernel for Model {
    fn encoded(&self) -> Encoded {
        self.encoded.clone()
    }

    fn compute(&self, inputs: &[ArrayRef], rows: usize) -> Result<Vec<ArrayRef>, NodeError> {
        let scores = self.scorer.score_columns(rows, inputs).map_err(model_error)?;
        self.outputs.iter().map(|output| self.column(output, &scores)).collect()
    }
}

impl Model {
    fn column(&self, output: &Output, scores: &Scores) -> Result<ArrayRef, NodeError> {
        let none = || NodeError::Model(format!("the model gives no probability for {:?}", output.field.name));
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
        cast_with_options(&column, &wanted, &exact).map_err(|error| {
            let (name, storage) = (&output.field.name, output.field.storage);
            NodeError::Model(format!("{name:?} cannot be {storage}: {error}"))
        })
    }
}

/// An output as the nugget describes it, or `None` with a report.
pub(crate) fn output_field(output: &OutputField, diagnostics: &mut NodeDiagnostics<'_>) -> Option<Field> {
    let stored = &output.field_type.storage;
    let Some(storage) = Storage::of_stream(stored) else {
        let property = format!("outputs/{:?}/storage", output.name);
        diagnostics.refuse_value(property, stored, "the storage is not supported");
        return None;
    };
    let (role, kind) = match &output.role {
        Some(OutputRole::PredictedValue) => (Role::Target, OutputKind::Predicted),
        Some(OutputRole::Probability) if output.tag.as_deref() == Some("confidence") => {
            (Role::Input, OutputKind::Confidence)
        }
        Some(OutputRole::Probability) => {
            (Role::Input, OutputKind::Probability(Scalar::text(output.name.as_str())))
        }
        Some(OutputRole::Propensity) => (Role::Input, OutputKind::Propensity),
        _ => (Role::Input, OutputKind::Other),
    };
    let measure = output.field_type.measure.clone();
    let mut field = Field::new(&output.name, storage).measured(measure).used_as(role);
    if let Some(values) = types::values(&output.field_type, &field.measure, storage) {
        field.values = values;
    }
    let model = output.target_field.clone().unwrap_or_default();
    field.output = Some(Arc::new(ModelOutput { target: output.target_field.clone(), model, kind }));
    Some(field)
}

/// Refuses an output that a nugget adds, for what kind of field it is.
pub(crate) fn refuse_kind(output: &OutputField, diagnostics: &mut NodeDiagnostics<'_>) {
    let kind = output.role.as_ref().map_or("", OutputRole::as_str);
    let tag = output.tag.as_deref().unwrap_or_default();
    let message = format!("fields of the kind {kind} {tag} are not supported");
    diagnostics.refuse_value("outputs", &output.name, message);
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
