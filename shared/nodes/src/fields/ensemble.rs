//! Ensemble: one prediction of several models. IBM: "Ensemble node", `ensemblenode`.
//!
//! For a categorical target, each model in front of the node votes for its prediction: with weight 1 (*voting*), with
//! its confidence (*confidence-weighted voting*), or the most confident one decides (*highest confidence*). The
//! confidence of the result is the sum of the weights for the winner divided by the number of models. A model without
//! a prediction has no vote. IBM resolves ties by chance or by the highest confidence; where the node asks for chance,
//! the first of the models in question decides.
//!
//! Fields are `$XF-` and `$XFC-` for a flag, `$XS-` and `$XSC-` for a nominal target. Continuous targets are refused:
//! how IBM computes their standard error is not known.

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::array::{Array, ArrayRef, AsArray, Float64Array, make_comparator};
use datafusion::arrow::compute::{SortOptions, interleave};
use datafusion::arrow::datatypes::Float64Type;
use satsuma_columns::{DataModel, Field, Measure, ModelOutput, OutputKind, Role, Storage};
use satsuma_engine::{
    Compile, Compiled, Encoded, Inputs, Kernel, Kind, NodeError, NodeRun, NodeType, Process, Reported, Table,
    one, settings,
};
use satsuma_stream::text_enum;
use serde::{Deserialize, Serialize};

/// The type of node.
pub static NODE: NodeType = NodeType {
    class: "EnsembleNode",
    extension: None,
    inputs: Inputs::One,
    settings: EnsembleSettings::LIST,
    compile,
};

text_enum! {
    /// How predictions become one.
    Method {
        /// Each model has one vote.
        Voting = "voting",
        /// A vote has the model's confidence as its weight.
        Weighted = "confidenceWeightedVoting",
        /// The most confident model decides.
        HighestConfidence = "highestConfidence",
    }
}

text_enum! {
    /// What decides between values of equal weight.
    Ties {
        /// Chance.
        Random = "random",
        /// The highest confidence.
        HighestConfidence = "highestConfidence",
    }
}

settings! {
    /// Settings of an Ensemble node.
    pub struct EnsembleSettings {
        /// The target of the models.
        target: String = text("ensembleTargetField", "ensemble_target_field"),
        /// Whether fields of the models end here.
        filters: bool = value("filterEnsembledFields", "filter_individual_model_output", true),
        /// The method for a flag.
        flag_method: Method = value("ensembleFlagsMethod", "flag_ensemble_method", Method::Weighted),
        /// What decides ties of a flag.
        flag_ties: Ties = value("ensembleFlagTiesMethod", "flag_voting_tie_selection", Ties::Random),
        /// The method for a nominal target.
        set_method: Method = value("ensembleSetsMethod", "set_ensemble_method", Method::Weighted),
        /// What decides its ties.
        set_ties: Ties = value("ensembleSetTiesMethod", "set_voting_tie_selection", Ties::Random),
    }
    // It counts for continuous targets alone, which are refused.
    ignored: ["calculateStandardError"]
}

struct Ensemble {
    target: String,
    filters: bool,
    flag: Rule,
    set: Rule,
}

/// How votes are counted.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Rule {
    method: Count,
    /// Whether the highest confidence decides ties.
    ties_by_confidence: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Count {
    Votes,
    Confidences,
    Highest,
}

fn compile(compile: &mut Compile<'_>) -> Result<Compiled, Reported> {
    let settings: EnsembleSettings = compile.settings()?;
    if settings.target.is_empty() {
        return Err(compile.refuse_value(
            "ensembleTargetField",
            "",
            "the target of the models must be chosen",
        ));
    }
    let flag = rule(
        ["ensembleFlagsMethod", "ensembleFlagTiesMethod"],
        settings.flag_method,
        settings.flag_ties,
        compile,
    )?;
    let set = rule(
        ["ensembleSetsMethod", "ensembleSetTiesMethod"],
        settings.set_method,
        settings.set_ties,
        compile,
    )?;
    Ok(Compiled::process(Ensemble { target: settings.target, filters: settings.filters, flag, set }))
}

fn rule(
    properties: [&'static str; 2],
    method: Method,
    ties: Ties,
    compile: &mut Compile<'_>,
) -> Result<Rule, Reported> {
    let [of_method, of_ties] = properties;
    let method = match method {
        Method::Voting => Count::Votes,
        Method::Weighted => Count::Confidences,
        Method::HighestConfidence => Count::Highest,
        other => {
            let message = "voting, confidence-weighted voting and highest confidence are supported";
            return Err(compile.refuse_value(of_method, other, message));
        }
    };
    let ties_by_confidence = match ties {
        Ties::Random => false,
        Ties::HighestConfidence => true,
        other => {
            return Err(compile.refuse_value(of_ties, other, "random and highestConfidence are supported"));
        }
    };
    Ok(Rule { method, ties_by_confidence })
}

/// The models in front of the node: the fields of their predictions and confidences.
struct Models<'a> {
    predictions: Vec<&'a Field>,
    confidences: Vec<&'a Field>,
}

impl Ensemble {
    fn is_of_target(&self, field: &Field) -> bool {
        field.output.as_ref().is_some_and(|output| output.target.as_deref() == Some(self.target.as_str()))
    }

    fn models<'a>(&self, input: &'a DataModel) -> Result<Models<'a>, NodeError> {
        let mut models = Models { predictions: Vec::new(), confidences: Vec::new() };
        for field in input.fields().iter().filter(|field| self.is_of_target(field)) {
            match field.output.as_ref().map(|output| &output.kind) {
                Some(OutputKind::Predicted) => models.predictions.push(field),
                // The confidence of the model whose prediction is the last one in front of it.
                Some(OutputKind::Confidence) if models.confidences.len() + 1 == models.predictions.len() => {
                    models.confidences.push(field);
                }
                _ => {}
            }
        }
        let Models { predictions, confidences } = &models;
        let message = match predictions.first() {
            _ if predictions.len() < 2 => "at least two models of the target must stand in front of the node",
            Some(first) if predictions.iter().any(|field| field.storage != first.storage) => {
                "the predictions of the models must have one storage"
            }
            Some(first) if !matches!(first.measure, Measure::Flag | Measure::Set | Measure::OrderedSet) => {
                "only flag and nominal targets are supported"
            }
            _ if confidences.len() != predictions.len() => "every model must give a confidence",
            _ if confidences.iter().any(|field| field.storage != Storage::Real) => {
                "confidences must be real numbers"
            }
            _ => return Ok(models),
        };
        Err(NodeError::unsupported(format!("target {:?}: {message}", self.target)))
    }

    /// The fields that the node adds, and how votes are counted.
    fn outputs(&self, prediction: &Field) -> (Vec<Field>, Rule) {
        let (letter, rule) = match prediction.measure {
            Measure::Flag => ('F', self.flag),
            _ => ('S', self.set),
        };
        let output = |kind| {
            let (target, model) = (Some(self.target.clone()), self.target.clone());
            Some(Arc::new(ModelOutput { target, model, kind }))
        };
        let predicted = Field {
            output: output(OutputKind::Predicted),
            ..prediction.clone().named(format!("$X{letter}-{}", self.target)).used_as(Role::Target)
        };
        let confidence = Field {
            output: output(OutputKind::Confidence),
            ..Field::new(format!("$X{letter}C-{}", self.target), Storage::Real)
        };
        (vec![predicted, confidence], rule)
    }
}

#[async_trait]
impl Process for Ensemble {
    fn model(&self, inputs: &[DataModel]) -> Result<DataModel, NodeError> {
        let input = one(inputs)?;
        let models = self.models(input)?;
        let (added, _) = self.outputs(one(models.predictions)?);
        let kept = input.fields().iter().filter(|field| !self.filters || !self.is_of_target(field));
        Ok(DataModel::new(kept.cloned().chain(added).collect())?)
    }

    async fn table(&self, inputs: Vec<Table>, run: &NodeRun) -> Result<Table, NodeError> {
        let input = one(inputs)?;
        let arrived = input.model().clone();
        let model = self.model(std::slice::from_ref(&arrived))?;
        let models = self.models(&arrived)?;
        let count = models.predictions.len();
        let columns = models.predictions.iter().chain(&models.confidences).map(|field| field.name.clone());
        let columns = columns.collect::<Vec<_>>();
        let (added, rule) = self.outputs(one(models.predictions)?);
        let voted = input.compute(Arc::new(Vote::new(count, rule)?), &columns, added, run)?;
        voted.select(model.fields().iter().map(|field| (field.name.clone(), field.clone())).collect())
    }
}

/// The vote of some models: their predictions, then their confidences.
#[derive(Debug)]
struct Vote {
    count: usize,
    rule: Rule,
    encoded: Encoded,
}

/// The kind of votes.
pub static VOTE: Kind = Kind::kernel("ensemble", 1, |found| {
    let (count, rule) = found.settings()?;
    Ok(Arc::new(Vote::new(count, rule)?))
});

/// What the models said about a value.
#[derive(Debug, Clone, Copy)]
struct Candidate {
    /// The first model that predicted it.
    model: usize,
    weight: f64,
    highest: f64,
}

impl Kernel for Vote {
    fn encoded(&self) -> Encoded {
        self.encoded.clone()
    }

    fn compute(&self, inputs: &[ArrayRef], rows: usize) -> Result<Vec<ArrayRef>, NodeError> {
        let (predictions, confidences) = inputs.split_at(self.count.min(inputs.len()));
        let confidences = confidences.iter().filter_map(|column| column.as_primitive_opt::<Float64Type>());
        let confidences = confidences.collect::<Vec<_>>();
        let mut equal = Vec::with_capacity(predictions.len());
        for left in predictions {
            let others = predictions.iter().map(|right| make_comparator(left, right, SortOptions::default()));
            equal.push(others.collect::<Result<Vec<_>, _>>()?);
        }
        let mut picks = Vec::with_capacity(rows);
        let mut sure = Vec::with_capacity(rows);
        let mut candidates: Vec<Candidate> = Vec::with_capacity(predictions.len());
        for row in 0..rows {
            candidates.clear();
            for (model, (prediction, confidence)) in predictions.iter().zip(&confidences).enumerate() {
                if prediction.is_null(row) {
                    continue;
                }
                let confidence = if confidence.is_valid(row) { confidence.value(row) } else { 0.0 };
                let weight = if self.rule.method == Count::Votes { 1.0 } else { confidence };
                let same = |candidate: &&mut Candidate| {
                    let compare = equal.get(candidate.model).and_then(|others| others.get(model));
                    compare.is_some_and(|compare| compare(row, row).is_eq())
                };
                match candidates.iter_mut().find(same) {
                    Some(known) => {
                        known.weight += weight;
                        known.highest = known.highest.max(confidence);
                    }
                    None => candidates.push(Candidate { model, weight, highest: confidence }),
                }
            }
            let winner = self.winner(&candidates);
            // Behind the models stands a column of nulls.
            picks.push(winner.map_or((self.count, 0), |winner| (winner.model, row)));
            sure.push(winner.map(|winner| match self.rule.method {
                Count::Highest => winner.highest,
                Count::Votes | Count::Confidences => winner.weight / self.count as f64,
            }));
        }
        let nulls = match predictions.first() {
            Some(first) => datafusion::arrow::array::new_null_array(first.data_type(), 1),
            None => return Err(NodeError::Model("an ensemble without models".to_owned())),
        };
        let columns = predictions.iter().chain([&nulls]).map(AsRef::as_ref).collect::<Vec<&dyn Array>>();
        Ok(vec![interleave(&columns, &picks)?, Arc::new(Float64Array::from(sure))])
    }
}

impl Vote {
    fn new(count: usize, rule: Rule) -> Result<Self, NodeError> {
        Ok(Self { count, rule, encoded: VOTE.encode(&(count, rule))? })
    }

    /// The value with the highest weight. Of equal ones, the one with the highest confidence, where that decides, or
    /// else the first.
    fn winner(&self, candidates: &[Candidate]) -> Option<Candidate> {
        let rank = |candidate: &Candidate| match self.rule.method {
            Count::Highest => (candidate.highest, 0.0),
            _ if self.rule.ties_by_confidence => (candidate.weight, candidate.highest),
            _ => (candidate.weight, 0.0),
        };
        candidates.iter().copied().reduce(|best, next| if rank(&next) > rank(&best) { next } else { best })
    }
}

/// They rest on the rules and the example that IBM documents: two votes of yes against one of no, and a no that is
/// surer than both together.
#[cfg(test)]
mod tests {
    use satsuma_columns::Scalar;

    use super::*;

    fn vote(method: Count, ties_by_confidence: bool, votes: &[(Option<&str>, f64)]) -> (Scalar, Scalar) {
        let predictions = votes.iter().map(|(value, _)| {
            let value = value.map_or(Scalar::Null, Scalar::text);
            Scalar::column([&value], Storage::String)
        });
        let confidences =
            votes.iter().map(|(_, confidence)| Scalar::Real(*confidence).repeat(Storage::Real, 1));
        let columns = predictions.chain(confidences).collect::<Vec<_>>();
        let rule = Rule { method, ties_by_confidence };
        let kernel = Vote::new(votes.len(), rule).unwrap();
        let results = kernel.compute(&columns, 1).unwrap();
        (Scalar::at(&results[0], 0), Scalar::at(&results[1], 0))
    }

    #[test]
    fn the_value_with_the_highest_weight_wins() {
        let votes = [(Some("yes"), 0.25), (Some("no"), 0.75), (Some("yes"), 0.25)];
        let (value, confidence) = vote(Count::Votes, false, &votes);
        assert_eq!((value, confidence), (Scalar::text("yes"), Scalar::Real(2.0 / 3.0)));
        let (value, confidence) = vote(Count::Confidences, false, &votes);
        assert_eq!((value, confidence), (Scalar::text("no"), Scalar::Real(0.25)));
        let (value, confidence) = vote(Count::Highest, false, &votes);
        assert_eq!((value, confidence), (Scalar::text("no"), Scalar::Real(0.75)));
    }

    #[test]
    fn ties_and_missing_predictions_have_a_result() {
        let tied = [(Some("a"), 0.5), (Some("b"), 0.9)];
        assert_eq!(vote(Count::Votes, false, &tied).0, Scalar::text("a"));
        assert_eq!(vote(Count::Votes, true, &tied).0, Scalar::text("b"));
        assert_eq!(vote(Count::Votes, true, &[(None, 0.5), (Some("b"), 0.9)]).1, Scalar::Real(0.5));
        assert_eq!(vote(Count::Votes, true, &[(None, 0.5), (None, 0.9)]).0, Scalar::Null);
    }
}
