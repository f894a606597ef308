//! Converts the decision functions of support vector machines to a category.
//!
//! <https://dmg.org/pmml/v4-4/SupportVectorMachine.html>

use super::document::{ClassificationMethod, Platt, SupportVectorMachine, SupportVectorMachineModel};
use crate::error::PmmlError;

use crate::models::{invalid, unsupported};

/// The conversion of decisions to a category. Categories are list indexes.
#[derive(Debug)]
pub(super) enum Decision {
    /// The decision itself is the predicted number.
    Regression,
    /// Category 0 on one side of the threshold, 1 on the other.
    Binary { threshold: f64, above: bool },
    /// The probability of category 0 is 1 / (1 + exp(A·f + B)); the more probable category wins.
    ///
    /// By PMML the sign of f decides, and without `maxWins`, which IBM does not write, a positive f would
    /// count *against* the target category. IBM's published scores contradict this (f = −1.27, "No" although
    /// "Yes" is the target) and agree with the probability. They contain no case between f = 0 and f = −B/A,
    /// where sign and probability differ. We choose the more probable category, because Modeler displays "the
    /// probability of the predicted value".
    Probability { a: f64, b: f64 },
    /// Machine i belongs to category i; the extreme decision wins.
    OneAgainstAll { max: bool },
    /// Machine i votes for one of two categories. Most votes win; of equal categories the first one.
    OneAgainstOne { pairs: Vec<(u32, u32)>, thresholds: Vec<f64>, max: bool },
}

impl Decision {
    /// The type of decision of a model, and its categories.
    pub(super) fn classification(
        model: &SupportVectorMachineModel,
        ibm: bool,
    ) -> Result<(Self, Vec<String>), PmmlError> {
        let at = &model.header.location;
        if let [machine] = model.machines.as_slice() {
            return Self::binary(model, machine, ibm);
        }
        if let Some(machine) = model.machines.iter().find(|m| m.platt.is_some()) {
            let what = "ProbabilityParameter in a model of several machines (IBM does not document how they are coupled)";
            return Err(unsupported(&machine.location, what));
        }
        if ibm && model.max_wins.is_none() {
            return Err(unsupported(at, SIGN_UNKNOWN));
        }
        let max = model.max_wins.unwrap_or(false);
        let mut categories = Vec::new();
        match model.method {
            ClassificationMethod::OneAgainstAll => {
                for machine in &model.machines {
                    let category = target_category(machine)?;
                    if machine.alternate_category.is_some() {
                        let what = "alternateTargetCategory among several machines of OneAgainstAll";
                        return Err(unsupported(&machine.location, what));
                    }
                    if categories.contains(category) {
                        let reason = format!("a second machine for category {category:?}");
                        return Err(invalid(&machine.location, reason));
                    }
                    categories.push(category.clone());
                }
                Ok((Self::OneAgainstAll { max }, categories))
            }
            ClassificationMethod::OneAgainstOne => {
                let mut place = |category: &String| {
                    let found = categories.iter().position(|c| c == category);
                    found.unwrap_or_else(|| {
                        categories.push(category.clone());
                        categories.len() - 1
                    }) as u32
                };
                let mut pairs = Vec::new();
                for machine in &model.machines {
                    pairs.push((place(target_category(machine)?), place(alternate_category(machine)?)));
                }
                let thresholds = model.machines.iter().map(|m| m.threshold.unwrap_or(model.threshold));
                let thresholds = thresholds.collect();
                Ok((Self::OneAgainstOne { pairs, thresholds, max }, categories))
            }
        }
    }

    fn binary(
        model: &SupportVectorMachineModel,
        machine: &SupportVectorMachine,
        ibm: bool,
    ) -> Result<(Self, Vec<String>), PmmlError> {
        let categories = vec![target_category(machine)?.clone(), alternate_category(machine)?.clone()];
        if categories[0] == categories[1] {
            return Err(invalid(&machine.location, "the two categories are the same"));
        }
        let threshold = machine.threshold.unwrap_or(model.threshold);
        match &machine.platt {
            Some(Platt { response, non_response, .. })
                if *response != categories[0] || *non_response != categories[1] =>
            {
                Err(unsupported(&machine.location, "a ResponseCategory other than the target category"))
            }
            Some(_) if threshold != 0.0 || model.max_wins.is_some() => {
                Err(unsupported(&machine.location, "threshold or maxWins beside ProbabilityParameter"))
            }
            Some(Platt { a, b, .. }) => Ok((Self::Probability { a: *a, b: *b }, categories)),
            None if ibm && model.max_wins.is_none() => Err(unsupported(&machine.location, SIGN_UNKNOWN)),
            None => Ok((Self::Binary { threshold, above: model.max_wins.unwrap_or(false) }, categories)),
        }
    }

    /// The winning category of a row and, if the model defines it, the probability of category 0. `votes` has
    /// one entry per category.
    pub(super) fn winner(&self, decisions: &[f64], votes: &mut [u32]) -> (u32, Option<f64>) {
        match self {
            Self::Regression => (0, None),
            Self::Binary { threshold, above } => {
                let f = decisions[0];
                let target = if *above { f > *threshold } else { f < *threshold };
                (u32::from(!target), None)
            }
            Self::Probability { a, b } => {
                let p = 1.0 / (1.0 + (a * decisions[0] + b).exp());
                (u32::from(p < 0.5), Some(p))
            }
            Self::OneAgainstAll { max } => {
                let mut best = 0;
                for (place, f) in decisions.iter().enumerate() {
                    if if *max { *f > decisions[best] } else { *f < decisions[best] } {
                        best = place;
                    }
                }
                (best as u32, None)
            }
            Self::OneAgainstOne { pairs, thresholds, max } => {
                votes.fill(0);
                for ((pair, threshold), f) in pairs.iter().zip(thresholds).zip(decisions) {
                    let target = if *max { f > threshold } else { f < threshold };
                    votes[if target { pair.0 } else { pair.1 } as usize] += 1;
                }
                let most = votes.iter().copied().max().unwrap_or(0);
                (votes.iter().position(|v| *v == most).unwrap_or(0) as u32, None)
            }
        }
    }
}

const SIGN_UNKNOWN: &str = "an SPSS classification without ProbabilityParameter and maxWins (IBM does not document which sign means the target category)";

fn target_category(machine: &SupportVectorMachine) -> Result<&String, PmmlError> {
    let category = machine.target_category.as_ref();
    category.ok_or_else(|| invalid(&machine.location, "no attribute targetCategory"))
}

fn alternate_category(machine: &SupportVectorMachine) -> Result<&String, PmmlError> {
    let category = machine.alternate_category.as_ref();
    category.ok_or_else(|| invalid(&machine.location, "no attribute alternateTargetCategory"))
}
