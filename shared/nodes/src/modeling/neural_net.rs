//! The Neural Net nugget. IBM: `applyneuralnetworknode`.
//!
//! A nugget of the component framework: its options are in a parameter file, of which those that this
//! kind of model can heed are checked here; it lists exactly the fields that it adds.

use satsuma_engine::{Compile, Compiled, Inputs, NodeDiagnostics, NodeType, Reported};
use satsuma_pmml::{Document, Options, Scorer};
use satsuma_stream::nodes::{CfApply, CfParameters, OutputField, OutputRole};

use super::document;
use super::nugget::{Nugget, Output, Score, output_field, refuse_kind};

/// The type of node.
pub static NODE: NodeType = NodeType {
    class: "CFApplyModelNode",
    extension: Some("neuralnetmodel"),
    inputs: Inputs::One,
    settings: &[],
    compile,
};

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

/// Compiles a nugget of the component framework.
pub(super) fn compile(compile: &mut Compile<'_>) -> Result<Compiled, Reported> {
    let nugget = compile.read(CfApply::from_node)?;
    compile.diagnostics().unknown(&nugget.unknown);
    let parameters = compile.undamaged(nugget.parameters(compile.file()))?;
    refuse_options(&parameters, compile.diagnostics());
    if nugget.is_split_model {
        return Err(compile.refuse_value("model/isSplitModel", true, "split models are not supported"));
    }
    let pmml = compile.undamaged(nugget.pmml(compile.file()))?;
    let mut targets: Vec<&str> = Vec::new();
    let mut outputs = Vec::with_capacity(nugget.header.outputs.len());
    for output in &nugget.header.outputs {
        let target = output.target_field.as_deref().unwrap_or_default();
        let place = targets.iter().position(|known| *known == target).unwrap_or_else(|| {
            targets.push(target);
            targets.len() - 1
        });
        outputs.extend(added(output, compile.diagnostics()).map(|output| (place, output)));
    }
    let document = document::supported(Document::parse(&pmml), compile)?;
    let mut scorers = Vec::with_capacity(targets.len());
    for target in &targets {
        // A document of one target needs no choice.
        let target = (targets.len() > 1).then(|| (*target).to_owned());
        let options = Options { target, ..Options::default() };
        scorers.push(document::supported(Scorer::compile(&document, &options), compile)?);
    }
    Ok(Compiled::process(Nugget::of_several(&pmml, scorers, outputs)))
}

fn refuse_options(parameters: &CfParameters, diagnostics: &mut NodeDiagnostics<'_>) {
    for (option, supported) in OPTIONS {
        if let Some(value) = parameters.text(option)
            && !value.is_empty()
            && value != supported
        {
            diagnostics.refuse_value(option, value, format!("only {supported} is supported"));
        }
    }
}

fn added(output: &OutputField, diagnostics: &mut NodeDiagnostics<'_>) -> Option<Output> {
    let score = match (output.role.as_ref(), output.tag.as_deref()) {
        (Some(OutputRole::PredictedValue), None) => Score::Prediction,
        (Some(OutputRole::Probability), Some("confidence")) => Score::Confidence,
        _ => {
            refuse_kind(output, diagnostics);
            return None;
        }
    };
    Some(Output { field: output_field(output, diagnostics)?, score })
}
