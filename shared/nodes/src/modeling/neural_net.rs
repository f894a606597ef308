//! The Neural Net nugget. IBM: `applyneuralnetworknode`.
//!
//! A nugget of the component framework: its options are in a parameter file, of which those that this
//! kind of model can heed are checked here; it lists exactly the fields that it adds.

use satsuma_stream::nodes::{CfApply, CfParameters, OutputField, OutputRole};

use super::model;
use super::nugget::{Nugget, Output, Score, output_field, refuse_kind};
use crate::error::EngineError;
use crate::refusals::NodeRefusals;
use crate::step::NodeContext;

/// Options that add or change fields, and the only value of each that is supported.
const OPTIONS: [(&str, &str); 20] = [
    ("CalculatePropensity", "NotCalculate"),
    ("scoring.confidenceBasedOn", "onProbability"),
    ("scoring.isBaseModels", "false"),
    ("scoring.isCaseLabel", "false"),
    ("scoring.isCumHazard", "false"),
    ("scoring.isDistance", "false"),
    ("scoring.isNeighbor", "false"),
    ("scoring.isNodeID", "false"),
    ("scoring.isOthers", "false"),
    ("scoring.isOutputAll", "false"),
    ("scoring.isOutputInputData", "true"),
    ("scoring.isOutputWeightedInputs", "false"),
    ("scoring.isPrediction", "true"),
    ("scoring.isProbability", "false"),
    ("scoring.isProbabilityCategory", "false"),
    ("scoring.isPropensity", "false"),
    ("scoring.isRawPropensity", "false"),
    ("scoring.isReferenceModel", "false"),
    ("scoring.isStandardDeviation", "false"),
    ("scoring.missingValuePolicy", "asMissingPredictor"),
];

/// Understands a Neural Net nugget.
pub(crate) fn understand(
    context: &NodeContext<'_>,
    refusals: &mut NodeRefusals<'_>,
) -> Result<Option<Nugget>, EngineError> {
    let nugget = CfApply::from_node(context.node).map_err(|error| refusals.damaged(&error))?;
    refusals.unknown(&nugget.unknown);
    let file = &context.request.stream;
    let parameters = nugget.parameters(file).map_err(|error| refusals.damaged(&error))?;
    refuse_options(&parameters, refusals);
    if nugget.is_split_model {
        refusals.value("model/isSplitModel", true, "split models are not supported");
        return Ok(None);
    }
    let pmml = nugget.pmml(file).map_err(|error| refusals.damaged(&error))?;
    let Some(scorer) = model::scorer(&pmml, refusals)? else {
        return Ok(None);
    };
    let mut outputs = Vec::with_capacity(nugget.header.outputs.len());
    for output in &nugget.header.outputs {
        outputs.extend(added(output, refusals));
    }
    Ok(Some(Nugget::new(refusals.node.clone(), scorer, outputs)))
}

fn refuse_options(parameters: &CfParameters, refusals: &mut NodeRefusals<'_>) {
    for (option, supported) in OPTIONS {
        if let Some(value) = parameters.text(option)
            && !value.is_empty()
            && value != supported
        {
            refusals.value(option, value, format!("only {supported} is supported"));
        }
    }
}

fn added(output: &OutputField, refusals: &mut NodeRefusals<'_>) -> Option<Output> {
    let score = match (output.role.as_ref(), output.tag.as_deref()) {
        (Some(OutputRole::PredictedValue), None) => Score::Prediction,
        (Some(OutputRole::Probability), Some("confidence")) => Score::Confidence,
        _ => {
            refuse_kind(output, refusals);
            return None;
        }
    };
    Some(Output { field: output_field(output, refusals)?, score })
}
