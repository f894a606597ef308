//! The SVM nugget. IBM: `applysvmnode`.
//!
//! It lists all fields that it could add; its options say which it does add.

use std::collections::HashMap;

use satsuma_stream::nodes::{ExtensionApply, OutputField, OutputRole, SvmOptions};

use super::model;
use super::nugget::{Nugget, Output, Score, output_field, refuse_kind, true_category};
use crate::error::EngineError;
use crate::refusals::NodeRefusals;
use crate::step::NodeContext;

/// The prefix of probability fields.
const PROBABILITY: &str = "$SP-";

/// Understands an SVM nugget.
pub(crate) fn understand(
    context: &NodeContext<'_>,
    refusals: &mut NodeRefusals<'_>,
) -> Result<Option<Nugget>, EngineError> {
    let nugget = ExtensionApply::from_node(context.node).map_err(|error| refusals.damaged(&error))?;
    let options = SvmOptions::from_nugget(&nugget).map_err(|error| refusals.damaged(&error))?;
    refusals.unknown(&nugget.unknown);
    refusals.unknown(&options.unknown);
    let container = nugget.container("model").map_err(|error| refusals.damaged(&error))?;
    if container.is_split {
        refusals.value("contentContainers", "split", "split models are not supported");
        return Ok(None);
    }
    let pmml = container.content(&context.request.stream).map_err(|error| refusals.damaged(&error))?;
    let Some(scorer) = model::scorer(&pmml, refusals)? else {
        return Ok(None);
    };
    let mut outputs = Vec::new();
    let categories = scorer.categories().iter().enumerate().map(|(at, name)| (name.as_str(), at));
    let known = Categories {
        places: categories.rev().collect(),
        of_true: true_category(&container.header.outputs, &scorer),
    };
    for output in &container.header.outputs {
        outputs.extend(added(output, &known, &options, refusals));
    }
    Ok(Some(Nugget::new(refusals.node.clone(), scorer, outputs)))
}

/// The model's categories, by their place in its answer.
struct Categories<'a> {
    places: HashMap<&'a str, usize>,
    /// The true value of a flag target.
    of_true: Option<usize>,
}

/// The field, if the options ask for it.
fn added(
    output: &OutputField,
    categories: &Categories<'_>,
    options: &SvmOptions,
    refusals: &mut NodeRefusals<'_>,
) -> Option<Output> {
    let of_target =
        output.target_field.as_ref().is_some_and(|target| output.name == format!("{PROBABILITY}{target}"));
    let score = match (output.role.as_ref(), output.tag.as_deref()) {
        (Some(OutputRole::PredictedValue), None) => Score::Prediction,
        (Some(OutputRole::Probability), None) if of_target => Score::Confidence,
        (Some(OutputRole::Probability), None) if !options.all_probabilities => return None,
        (Some(OutputRole::Probability), None) => {
            let category = output.name.strip_prefix(PROBABILITY);
            let at = category.and_then(|category| categories.places.get(category));
            at.copied().map(Score::Probability).or_else(|| {
                refusals.value("outputs", &output.name, "the model has no such category");
                None
            })?
        }
        (Some(OutputRole::Propensity), Some("RAW")) if !options.raw_propensity => return None,
        (Some(OutputRole::Propensity), Some("RAW")) => match categories.of_true {
            Some(at) => Score::Probability(at),
            None => {
                refusals.value("_raw_propensity", true, "propensities need a flag target");
                return None;
            }
        },
        (Some(OutputRole::Propensity), Some("ADJUSTED")) if !options.adjusted_propensity => return None,
        _ => {
            refuse_kind(output, refusals);
            return None;
        }
    };
    Some(Output { field: output_field(output, refusals)?, score })
}
