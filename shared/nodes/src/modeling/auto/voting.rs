//! Combination of the predictions of several models.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, Float64Array};
use datafusion::arrow::compute::{CastOptions, cast_with_options};
use satsuma_columns::{Scalar, Storage};
use satsuma_engine::{Encoded, Kernel, Kind, NodeError};
use satsuma_pmml::{Options, Scorer, Scores};
use serde::{Deserialize, Serialize};

use crate::modeling::document::{compiled, model_error};

/// The weight of a prediction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Voting {
    /// Its confidence.
    Confidence,
    /// The same for all.
    Equal,
    /// Only the one with the highest confidence counts.
    Highest,
}

/// The resolution of ties between two values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Ties {
    /// The prediction of the earliest model.
    First,
    /// The prediction with the highest confidence.
    Confidence,
}

/// A model that votes.
pub(super) struct Member {
    pub(super) pmml: Vec<u8>,
    pub(super) scorer: Scorer,
    /// Whether its confidence has Laplace's correction.
    pub(super) corrected: bool,
    /// The indexes of its inputs among those of the committee.
    pub(super) inputs: Vec<usize>,
}

/// Models that vote.
pub(super) struct Committee {
    members: Vec<Member>,
    storage: Storage,
    voting: Voting,
    ties: Ties,
    encoded: Encoded,
}

impl std::fmt::Debug for Committee {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Committee")
    }
}

/// A vote for a value.
#[derive(Debug, Clone, PartialEq)]
struct Candidate {
    value: Scalar,
    weight: f64,
    highest: f64,
}

/// The kind of these kernels: whether each model's confidence is corrected, how they vote, and the models.
pub(crate) static COMMITTEE: Kind = Kind::kernel("committee", 1, |found| {
    let ((corrected, storage, voting, ties), documents): ((Vec<bool>, _, _, _), _) = found.settings_with()?;
    if corrected.len() != documents.len() {
        return Err(found.damaged("models are missing"));
    }
    let members = corrected.into_iter().zip(documents).map(|(corrected, pmml)| {
        let scorer = compiled(pmml, &Options::default())?;
        Ok(Member { pmml: pmml.to_vec(), scorer, corrected, inputs: Vec::new() })
    });
    let members = members.collect::<Result<_, NodeError>>()?;
    Ok(Arc::new(Committee::new(members, storage, voting, ties)?.0))
});

impl Committee {
    /// The committee and its input fields.
    pub(super) fn new(
        mut members: Vec<Member>,
        storage: Storage,
        voting: Voting,
        ties: Ties,
    ) -> Result<(Self, Vec<String>), NodeError> {
        let mut names: Vec<String> = Vec::new();
        for member in &mut members {
            let places = member.scorer.inputs().iter().map(|input| {
                names.iter().position(|name| *name == input.name).unwrap_or_else(|| {
                    names.push(input.name.clone());
                    names.len() - 1
                })
            });
            member.inputs = places.collect();
        }
        let corrected = members.iter().map(|member| member.corrected).collect::<Vec<_>>();
        let documents = members.iter().map(|member| member.pmml.as_slice());
        let encoded = COMMITTEE.encode_with(&(corrected, storage, voting, ties), documents)?;
        Ok((Self { members, storage, voting, ties, encoded }, names))
    }

    fn scored(&self, member: &Member, inputs: &[ArrayRef], rows: usize) -> Result<Scores, NodeError> {
        let missing = || NodeError::Model("a field of a model is missing".to_owned());
        let columns = member.inputs.iter().map(|place| inputs.get(*place).cloned().ok_or_else(missing));
        let columns = columns.collect::<Result<Vec<_>, _>>()?;
        member.scorer.score_columns(rows, &columns).map_err(model_error)
    }
}

/// The value that wins, with its confidence.
fn winner(votes: &[(Scalar, f64)], members: usize, voting: Voting, ties: Ties) -> Option<(Scalar, f64)> {
    let mut candidates: Vec<Candidate> = Vec::new();
    for (value, confidence) in votes {
        let weight = match voting {
            Voting::Confidence | Voting::Highest => *confidence,
            Voting::Equal => 1.0,
        };
        match candidates.iter_mut().find(|candidate| candidate.value == *value) {
            Some(candidate) if voting == Voting::Highest => candidate.weight = candidate.weight.max(weight),
            Some(candidate) => {
                candidate.weight += weight;
                candidate.highest = candidate.highest.max(*confidence);
            }
            None => candidates.push(Candidate { value: value.clone(), weight, highest: *confidence }),
        }
    }
    let better = |one: &Candidate, best: &Candidate| {
        one.weight > best.weight
            || one.weight == best.weight && ties == Ties::Confidence && one.highest > best.highest
    };
    let mut best: Option<&Candidate> = None;
    for candidate in &candidates {
        if best.is_none_or(|best| better(candidate, best)) {
            best = Some(candidate);
        }
    }
    best.map(|best| match voting {
        Voting::Highest => (best.value.clone(), best.weight),
        Voting::Confidence | Voting::Equal => (best.value.clone(), best.weight / members as f64),
    })
}

impl Kernel for Committee {
    fn encoded(&self) -> Encoded {
        self.encoded.clone()
    }

    fn compute(&self, inputs: &[ArrayRef], rows: usize) -> Result<Vec<ArrayRef>, NodeError> {
        let mut columns: Vec<(ArrayRef, Float64Array)> = Vec::with_capacity(self.members.len());
        let exact = CastOptions { safe: false, ..CastOptions::default() };
        for member in &self.members {
            let scores = self.scored(member, inputs, rows)?;
            let predicted =
                cast_with_options(scores.predicted(), &self.storage.arrow(), &exact).map_err(|error| {
                    NodeError::Model(format!("a prediction cannot be {}: {error}", self.storage))
                })?;
            let confidence =
                if member.corrected { scores.adjusted_confidence() } else { scores.confidence() };
            let none = || NodeError::Model("a model has no confidence".to_owned());
            columns.push((predicted, confidence.ok_or_else(none)?.clone()));
        }
        let (mut values, mut confidences) = (Vec::with_capacity(rows), Vec::with_capacity(rows));
        let mut votes = Vec::with_capacity(columns.len());
        for row in 0..rows {
            votes.clear();
            for (predicted, confidence) in &columns {
                if predicted.is_valid(row) && confidence.is_valid(row) {
                    votes.push((Scalar::at(predicted, row), confidence.value(row)));
                }
            }
            let won = winner(&votes, self.members.len(), self.voting, self.ties);
            confidences.push(won.as_ref().map(|(_, confidence)| *confidence));
            values.push(won.map_or(Scalar::Null, |(value, _)| value));
        }
        let confidences = Float64Array::from(confidences);
        Ok(vec![Scalar::column(&values, self.storage), Arc::new(confidences)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn won(votes: &[(&str, f64)], voting: Voting, ties: Ties) -> Option<(String, f64)> {
        let votes = votes.iter().map(|(value, confidence)| (Scalar::text(*value), *confidence));
        let won = winner(&votes.collect::<Vec<_>>(), 4, voting, ties);
        won.map(|(value, confidence)| (value.as_str().unwrap().to_owned(), confidence))
    }

    /// IBM: "Ensemble node", settings.
    #[test]
    fn votes_are_counted_as_the_method_states() {
        let votes = [("no", 0.5), ("no", 0.25), ("yes", 1.0)];
        let some = |value: &str, confidence: f64| Some((value.to_owned(), confidence));
        assert_eq!(won(&votes, Voting::Confidence, Ties::First), some("yes", 0.25));
        assert_eq!(won(&votes, Voting::Equal, Ties::First), some("no", 0.5));
        assert_eq!(won(&votes, Voting::Highest, Ties::First), some("yes", 1.0));
        assert_eq!(won(&[], Voting::Equal, Ties::First), None);
    }

    #[test]
    fn ties_go_to_the_first_model_or_to_the_highest_confidence() {
        let votes = [("no", 0.5), ("yes", 0.75)];
        assert_eq!(won(&votes, Voting::Equal, Ties::First).unwrap().0, "no");
        assert_eq!(won(&votes, Voting::Equal, Ties::Confidence).unwrap().0, "yes");
    }
}
