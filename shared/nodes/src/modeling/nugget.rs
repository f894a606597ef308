//! Common code of nuggets with a PMML model: conversion of scores to Modeler's output fields.

use std::collections::HashSet;
use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, Float64Array, Int64Array, StringArray, new_empty_array,
};
use datafusion::arrow::compute::{CastOptions, cast_with_options};
use datafusion::arrow::datatypes::Int64Type;
use satsuma_columns::{DataModel, Field, ModelOutput, OutputKind, Role, Scalar, Storage};
use satsuma_engine::{
    DataFault, Encoded, Kernel, Kind, NodeDiagnostics, NodeError, NodeRun, NodeTask, ORDER, Process, Table,
    clipped, limits, one, require,
};
use satsuma_pmml::{Options, Scorer, Scores};
use satsuma_stream::Measure;
use satsuma_stream::nodes::{OutputField, OutputRole};
use serde::{Deserialize, Serialize};

use super::document::{compiled, empty_columns, model_error};
use crate::fields::types;

/// A field that a nugget adds.
#[derive(Debug, Clone)]
pub(crate) struct Output {
    pub(crate) field: Field,
    pub(crate) score: Score,
}

/// The content of an output field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Score {
    /// The predicted category or number (`$S-…`, `$N-…`).
    Prediction,
    /// The probability of the predicted category (`$SP-…`, `$NC-…`).
    Confidence,
    /// The probability of one category, by its index in the model: a field for each category, or the raw
    /// propensity, which is the probability of a flag's true value.
    Probability(usize),
    /// The confidence of the predicted category with Laplace's correction (`$C-…`, `$RC-…` of trees).
    AdjustedConfidence,
    /// This confidence for one category, by its index: the raw propensity of trees.
    AdjustedProbability(usize),
    /// The number of the node of a tree that the record reaches (`$RI-…`).
    Entity,
    /// The cluster: the label, a hyphen and its number from 1; the number alone without a label.
    Cluster(Option<String>),
    /// The distance from the centre of the cluster (`$KMD-…`).
    ClusterDistance,
}

/// A nugget, compiled.
#[derive(Debug)]
pub(crate) struct Nugget {
    model: Model,
    outputs: Vec<Field>,
    pmml: Arc<[u8]>,
}

/// A model and what is made of its scores.
#[derive(Clone)]
struct Model {
    /// One for each target, with the places of its inputs among the names.
    scorers: Arc<[(Scorer, Vec<usize>)]>,
    /// The fields that are read.
    names: Arc<[String]>,
    /// Each with the place of its scorer.
    columns: Arc<[(usize, Column)]>,
}

/// A column that is made of scores.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Column {
    name: String,
    storage: Storage,
    score: Score,
}

impl std::fmt::Debug for Model {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Model")
    }
}

impl Nugget {
    pub(crate) fn new(pmml: &[u8], scorer: Scorer, outputs: Vec<Output>) -> Self {
        Self::of_several(pmml, vec![scorer], outputs.into_iter().map(|output| (0, output)).collect())
    }

    /// A model of several targets: a scorer for each, and the place of the scorer of each field.
    pub(crate) fn of_several(pmml: &[u8], scorers: Vec<Scorer>, outputs: Vec<(usize, Output)>) -> Self {
        let columns = outputs.iter().map(|(place, Output { field, score })| {
            let (name, storage, score) = (field.name.clone(), field.storage, score.clone());
            (*place, Column { name, storage, score })
        });
        let model = Model::new(scorers, columns.collect());
        let outputs = outputs.into_iter().map(|(_, output)| output.field).collect();
        Self { model, outputs, pmml: Arc::from(pmml) }
    }
}

/// The kind of models of PMML: the columns that come out, the options of the scorer of each target, and the
/// document.
pub(crate) static PMML: Kind = Kind::kernel("pmml", 1, |found| {
    let ((columns, options), documents): ((Vec<_>, Vec<Options>), _) = found.settings_with()?;
    let pmml = one(documents)?;
    let encoded = PMML.encode_with(&(&columns, &options), [pmml])?;
    let scorers = options.iter().map(|options| compiled(pmml, options));
    let model = Model::new(scorers.collect::<Result<_, _>>()?, columns);
    Ok(Arc::new(Scoring { model, encoded }))
});

/// A model as a kernel.
#[derive(Debug)]
struct Scoring {
    model: Model,
    encoded: Encoded,
}

#[async_trait]
impl Process for Nugget {
    fn model(&self, inputs: &[DataModel]) -> Result<DataModel, NodeError> {
        let (model, input) = (&self.model, one(inputs)?);
        for name in model.names.iter() {
            require(input, name)?;
        }
        if let Some(taken) = self.outputs.iter().find(|field| input.field(&field.name).is_some()) {
            return Err(DataFault::DuplicateField(taken.name.clone()).into());
        }
        model.compute(&empty_columns(&model.names, input), 0)?;
        Ok(DataModel::new(input.fields().iter().chain(&self.outputs).cloned().collect())?)
    }

    async fn table(&self, inputs: Vec<Table>, run: &NodeRun) -> Result<Table, NodeError> {
        let (model, input) = (&self.model, one(inputs)?);
        let options = model.scorers.iter().map(|(scorer, _)| scorer.options()).collect::<Vec<_>>();
        let encoded = PMML.encode_with(&(&*model.columns, options), [&*self.pmml])?;
        let kernel = Scoring { model: model.clone(), encoded };
        let inputs = model.names.iter().cloned().chain([ORDER.to_owned()]).collect::<Vec<_>>();
        input.compute(Arc::new(kernel), &inputs, self.outputs.clone(), run)
    }
}

impl Kernel for Scoring {
    fn encoded(&self) -> Encoded {
        self.encoded.clone()
    }

    fn compute(&self, inputs: &[ArrayRef], rows: usize) -> Result<Vec<ArrayRef>, NodeError> {
        self.model.compute(inputs, rows)
    }

    fn compute_in(
        &self,
        inputs: &[ArrayRef],
        rows: usize,
        task: &NodeTask,
    ) -> Result<Vec<ArrayRef>, NodeError> {
        let columns = self.model.compute(inputs, rows)?;
        for ((scorer, output), column) in self.model.columns.iter().zip(&columns) {
            if output.score == Score::Prediction && column.null_count() > 0 {
                self.model.report_unknown(*scorer, column.as_ref(), inputs, task);
            }
        }
        Ok(columns)
    }
}

impl Model {
    fn new(scorers: Vec<Scorer>, columns: Vec<(usize, Column)>) -> Self {
        let mut names: Vec<String> = Vec::new();
        let scorers = scorers.into_iter().map(|scorer| {
            let places = scorer.inputs().iter().map(|input| {
                names.iter().position(|name| *name == input.name).unwrap_or_else(|| {
                    names.push(input.name.clone());
                    names.len() - 1
                })
            });
            let places = places.collect();
            (scorer, places)
        });
        let scorers = scorers.collect();
        Self { scorers, names: names.into(), columns: columns.into() }
    }

    /// Warns of categories that the model does not know, in records without a prediction. The last input is the
    /// record order.
    fn report_unknown(&self, scorer: usize, predicted: &dyn Array, inputs: &[ArrayRef], task: &NodeTask) {
        let Some((scorer, places)) = self.scorers.get(scorer) else { return };
        let orders = inputs.get(self.names.len()).and_then(|orders| orders.as_primitive_opt::<Int64Type>());
        for (input, place) in scorer.inputs().iter().zip(places) {
            let texts = inputs.get(*place).and_then(|column| column.as_string_opt::<i32>());
            let (Some(texts), false) = (texts, input.categories.is_empty()) else { continue };
            let known = input.categories.iter().map(String::as_str).collect::<HashSet<_>>();
            let is_unknown = |row: &usize| {
                predicted.is_null(*row) && texts.is_valid(*row) && !known.contains(texts.value(*row))
            };
            let mut unknown = (0..texts.len()).filter(is_unknown);
            let Some(first) = unknown.next() else { continue };
            let (name, value) = (&input.name, clipped(texts.value(first), limits::NAME));
            let message =
                format!("field {name:?} has a value that the model does not know; the prediction is null");
            let order = orders.and_then(|orders| u64::try_from(orders.value(first)).ok()).unwrap_or(u64::MAX);
            let times = unknown.count() as u64 + 1;
            task.warn_first(message, times, order, || format!("{value:?}"));
        }
    }

    fn compute(&self, inputs: &[ArrayRef], rows: usize) -> Result<Vec<ArrayRef>, NodeError> {
        let missing = || NodeError::Model("a field of the model is missing".to_owned());
        let mut scores = Vec::with_capacity(self.scorers.len());
        for (scorer, places) in self.scorers.iter() {
            let columns = places.iter().map(|place| inputs.get(*place).cloned().ok_or_else(missing));
            let columns = columns.collect::<Result<Vec<_>, _>>()?;
            scores.push((scorer, scorer.score_columns(rows, &columns).map_err(model_error)?));
        }
        let columns = self.columns.iter().map(|(place, output)| {
            let (scorer, scores) = scores.get(*place).ok_or_else(missing)?;
            column(output, scorer, scores)
        });
        columns.collect()
    }
}

fn column(output: &Column, scorer: &Scorer, scores: &Scores) -> Result<ArrayRef, NodeError> {
    let column = output.scored(scorer, scores)?;
    let wanted = output.storage.arrow();
    if *column.data_type() == wanted {
        return Ok(column);
    }
    // PMML may represent an integer target as a double or a text: the nugget's own type determines the
    // storage.
    let exact = CastOptions { safe: false, ..CastOptions::default() };
    cast_with_options(&column, &wanted, &exact).map_err(|error| {
        let (name, storage) = (&output.name, output.storage);
        NodeError::Model(format!("{name:?} cannot be {storage}: {error}"))
    })
}

impl Column {
    fn scored(&self, scorer: &Scorer, scores: &Scores) -> Result<ArrayRef, NodeError> {
        let output = self;
        let none = || NodeError::Model(format!("the model has no result for {:?}", output.name));
        let at = |columns: &[Float64Array], place: usize| -> Result<ArrayRef, NodeError> {
            Ok(Arc::new(columns.get(place).ok_or_else(none)?.clone()))
        };
        let one = |column: Option<&Float64Array>| -> Result<ArrayRef, NodeError> {
            Ok(Arc::new(column.ok_or_else(none)?.clone()))
        };
        match &output.score {
            Score::Prediction => Ok(Arc::clone(scores.predicted())),
            Score::Confidence => one(scores.confidence()),
            Score::Probability(place) => at(scores.probabilities(), *place),
            Score::AdjustedConfidence => one(scores.adjusted_confidence()),
            Score::AdjustedProbability(place) => at(scores.adjusted_confidences(), *place),
            // Without records no model has results of these types.
            Score::Entity | Score::Cluster(_) | Score::ClusterDistance if scores.is_empty() => {
                Ok(new_empty_array(&output.storage.arrow()))
            }
            Score::Entity => Ok(Arc::new(scores.entity().ok_or_else(none)?)),
            Score::Cluster(label) => {
                let clusters = scores.entity_index().ok_or_else(none)?;
                let number = |cluster: Option<u32>| cluster.map(|cluster| i64::from(cluster) + 1);
                Ok(match label {
                    None => Arc::new(clusters.iter().map(number).collect::<Int64Array>()),
                    Some(label) => {
                        let names = (1..=scorer.entities().len()).map(|at| format!("{label}-{at}"));
                        let names = names.collect::<Vec<_>>();
                        let name = |cluster: Option<u32>| names.get(cluster? as usize).map(String::as_str);
                        Arc::new(clusters.iter().map(name).collect::<StringArray>())
                    }
                })
            }
            Score::ClusterDistance => {
                let (clusters, distances) = (scores.entity_index().ok_or_else(none)?, scores.affinities());
                let distance = |(row, cluster): (usize, Option<u32>)| {
                    let column = distances.get(cluster? as usize)?;
                    column.is_valid(row).then(|| column.value(row))
                };
                Ok(Arc::new(clusters.iter().enumerate().map(distance).collect::<Float64Array>()))
            }
        }
    }
}

/// An output by the nugget's description; `None` after a report.
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
        Some(OutputRole::Propensity) if output.tag.as_deref() == Some("ADJUSTED") => {
            (Role::Input, OutputKind::AdjustedPropensity)
        }
        Some(OutputRole::Propensity) => (Role::Input, OutputKind::Propensity),
        Some(OutputRole::StandardError) => (Role::Input, OutputKind::StandardError),
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

/// Refuses an output field because of its type.
pub(crate) fn refuse_kind(output: &OutputField, diagnostics: &mut NodeDiagnostics<'_>) {
    let kind = output.role.as_ref().map_or("", OutputRole::as_str);
    let tag = output.tag.as_deref().unwrap_or_default();
    let message = format!("fields of the kind {kind} {tag} are not supported");
    diagnostics.refuse_value("outputs", &output.name, message);
}

impl Output {
    /// Sets another type than the description, in which `probability` means confidences and probabilities of
    /// categories alike, and `entityId` clusters and nodes of trees.
    pub(crate) fn of_kind(mut self, kind: OutputKind) -> Self {
        self.field.output = self.field.output.map(|output| {
            Arc::new(ModelOutput { kind, target: output.target.clone(), model: output.model.clone() })
        });
        self
    }
}

/// The index of a category in the model, by its text or number.
pub(crate) fn category(name: &str, scorer: &Scorer) -> Option<usize> {
    let number = name.parse::<f64>().ok();
    let same =
        |category: &String| category == name || number.is_some() && category.parse::<f64>().ok() == number;
    scorer.categories().iter().position(same)
}

/// The index of a flag target's true value in the model's categories: the second value of the predicted
/// field's type.
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
