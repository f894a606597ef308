//! What all nuggets with a PMML model share: scores become the fields that Modeler adds.

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::array::{Array, ArrayRef, Float64Array, Int64Array, StringArray, new_empty_array};
use datafusion::arrow::compute::{CastOptions, cast_with_options};
use satsuma_columns::{DataModel, Field, ModelOutput, OutputKind, Role, Scalar, Storage};
use satsuma_engine::{
    DataFault, Encoded, Kernel, NodeDiagnostics, NodeError, NodeRun, Process, Table, one, require,
};
use satsuma_pmml::{Scorer, Scores};
use satsuma_stream::Measure;
use satsuma_stream::nodes::{OutputField, OutputRole};

use super::document::{empty_columns, encoded, model_error};
use crate::fields::types;

/// A field that a nugget adds.
#[derive(Debug, Clone)]
pub(crate) struct Output {
    pub(crate) field: Field,
    pub(crate) score: Score,
}

/// What a field that a nugget adds holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Score {
    /// The predicted category or number (`$S-…`, `$N-…`).
    Prediction,
    /// The probability of the predicted category (`$SP-…`, `$NC-…`).
    Confidence,
    /// The probability of one category, by its place among the model's: a field for each category, or
    /// the raw propensity, which is the probability of a flag's true value.
    Probability(usize),
    /// The confidence of the predicted category with Laplace's correction (`$C-…`, `$RC-…` of trees).
    AdjustedConfidence,
    /// That confidence for one category, by its place: the raw propensity of trees.
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
    model: Arc<Model>,
}

struct Model {
    /// One for each target, with the places of its inputs among the names.
    scorers: Vec<(Scorer, Vec<usize>)>,
    /// The fields that are read.
    names: Vec<String>,
    /// Each with the place of its scorer.
    outputs: Vec<(usize, Output)>,
    encoded: Encoded,
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
        let encoded = encoded("pmml", &described(&outputs, pmml));
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
        Self { model: Arc::new(Model { scorers, names, outputs, encoded }) }
    }
}

#[async_trait]
impl Process for Nugget {
    fn model(&self, inputs: &[DataModel]) -> Result<DataModel, NodeError> {
        let (model, input) = (&self.model, one(inputs)?);
        for name in &model.names {
            require(input, name)?;
        }
        let mut fields = model.outputs.iter().map(|(_, output)| &output.field);
        if let Some(taken) = fields.find(|field| input.field(&field.name).is_some()) {
            return Err(DataFault::DuplicateField(taken.name.clone()).into());
        }
        model.compute(&empty_columns(&model.names, input), 0)?;
        let added = model.outputs.iter().map(|(_, output)| output.field.clone());
        Ok(DataModel::new(input.fields().iter().cloned().chain(added).collect())?)
    }

    async fn table(&self, inputs: Vec<Table>, run: &NodeRun) -> Result<Table, NodeError> {
        let (model, input) = (&self.model, one(inputs)?);
        let fields = model.outputs.iter().map(|(_, output)| output.field.clone()).collect();
        let kernel: Arc<dyn Kernel> = Arc::clone(model) as Arc<dyn Kernel>;
        input.compute(kernel, &model.names, fields, run)
    }
}

impl Kernel for Model {
    fn encoded(&self) -> Encoded {
        self.encoded.clone()
    }

    fn compute(&self, inputs: &[ArrayRef], rows: usize) -> Result<Vec<ArrayRef>, NodeError> {
        let missing = || NodeError::Model("a field of the model is missing".to_owned());
        let mut scores = Vec::with_capacity(self.scorers.len());
        for (scorer, places) in &self.scorers {
            let columns = places.iter().map(|place| inputs.get(*place).cloned().ok_or_else(missing));
            let columns = columns.collect::<Result<Vec<_>, _>>()?;
            scores.push((scorer, scorer.score_columns(rows, &columns).map_err(model_error)?));
        }
        let columns = self.outputs.iter().map(|(place, output)| {
            let (scorer, scores) = scores.get(*place).ok_or_else(missing)?;
            column(output, scorer, scores)
        });
        columns.collect()
    }
}

fn column(output: &Output, scorer: &Scorer, scores: &Scores) -> Result<ArrayRef, NodeError> {
    let column = output.scored(scorer, scores)?;
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

impl Output {
    fn scored(&self, scorer: &Scorer, scores: &Scores) -> Result<ArrayRef, NodeError> {
        let output = self;
        let none = || NodeError::Model(format!("the model gives nothing for {:?}", output.field.name));
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
            // Without records no model has an answer of these kinds.
            Score::Entity | Score::Cluster(_) | Score::ClusterDistance if scores.is_empty() => {
                Ok(new_empty_array(&output.field.storage.arrow()))
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

/// A model and the fields made of its scores as bytes.
fn described(outputs: &[(usize, Output)], pmml: &[u8]) -> Vec<u8> {
    let fields = outputs.iter().map(|(place, output)| {
        format!("{place}\t{:?}\t{}\t{:?}\n", output.field.name, output.field.storage, output.score)
    });
    let fields = fields.collect::<String>();
    [fields.as_bytes(), b"\n", pmml].concat()
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

/// Refuses an output that a nugget adds, for what kind of field it is.
pub(crate) fn refuse_kind(output: &OutputField, diagnostics: &mut NodeDiagnostics<'_>) {
    let kind = output.role.as_ref().map_or("", OutputRole::as_str);
    let tag = output.tag.as_deref().unwrap_or_default();
    let message = format!("fields of the kind {kind} {tag} are not supported");
    diagnostics.refuse_value("outputs", &output.name, message);
}

impl Output {
    /// The field with another kind than its description shows: `probability` stands for confidences and for
    /// the probabilities of categories alike, `entityId` for clusters and nodes of trees.
    pub(crate) fn of_kind(mut self, kind: OutputKind) -> Self {
        self.field.output = self.field.output.map(|output| {
            Arc::new(ModelOutput { kind, target: output.target.clone(), model: output.model.clone() })
        });
        self
    }
}

/// The place of a category among the model's, by its text or number.
pub(crate) fn category(name: &str, scorer: &Scorer) -> Option<usize> {
    let number = name.parse::<f64>().ok();
    let same =
        |category: &String| category == name || number.is_some() && category.parse::<f64>().ok() == number;
    scorer.categories().iter().position(same)
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
