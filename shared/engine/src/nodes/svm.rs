//! The SVM nugget. IBM: `applysvmnode`.
//!
//! It lists all fields that it could add; its options say which it does add.

use satsuma_pmml::Scorer;
use satsuma_stream::nodes::{ExtensionApply, OutputField, OutputRole, SvmOptions};

use super::model;
use super::nugget::{Nugget, Output, Score, output_field, true_category};
use crate::error::EngineError;
use crate::plan::NodeContext;
use crate::refusals::NodeRefusals;

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
    for output in &container.header.outputs {
        outputs.extend(added(output, &container.header.outputs, &options, &scorer, refusals));
    }
    Ok(Some(Nugget::new(refusals.node.clone(), scorer, outputs)))
}

/// The field, if the options ask for it.
fn added(
    output: &OutputField,
    all: &[OutputField],
    options: &SvmOptions,
    scorer: &Scorer,
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
            let at = scorer.categories().iter().position(|known| Some(known.as_str()) == category);
            at.map(Score::Probability).or_else(|| {
                refusals.value("outputs", &output.name, "the model has no such category");
                None
            })?
        }
        (Some(OutputRole::Propensity), Some("RAW")) if !options.raw_propensity => return None,
        (Some(OutputRole::Propensity), Some("RAW")) => match true_category(all, scorer) {
            Some(at) => Score::Probability(at),
            None => {
                refusals.value("_raw_propensity", true, "propensities need a flag target");
                return None;
            }
        },
        (Some(OutputRole::Propensity), Some("ADJUSTED")) if !options.adjusted_propensity => return None,
        (role, tag) => {
            let what = role.map_or("", OutputRole::as_str);
            let reason = format!("fields of the kind {what} {} are not supported", tag.unwrap_or_default());
            refusals.value("outputs", &output.name, reason);
            return None;
        }
    };
    Some(Output { field: output_field(output, refusals)?, score })
}
