//! The KNN nugget. IBM: `applyknnnode`.
//!
//! Numbers are predicted from the nearest training records, which the PMML holds. Categories are refused: the nugget
//! adds their probability (`$KNNP-`), whose formula IBM does not document.

use satsuma_engine::{Compile, Compiled, Inputs, NodeType, Reported};
use satsuma_pmml::Function;
use satsuma_stream::nodes::{ExtensionApply, OutputRole};

use super::document;
use super::nugget::{Nugget, Output, Score, output_field};

/// The type of node.
pub static NODE: NodeType = NodeType {
    class: "ExtensionApplyModelNode",
    extension: Some("KNNapplier"),
    inputs: Inputs::One,
    settings: &[],
    compile,
};

/// Options that add fields, and the only text of each that is supported.
const ONLY: [(&str, &str); 3] =
    [("_AnalysisType", "PredictTarget"), ("_neighbour_details", "false"), ("_use_caselabels", "false")];

/// How the model was built, which its PMML states; what it could do; what is about categories.
const NO_EFFECT: [&str; 11] = [
    "_GenerateSQL",
    "_IsAutoKSelection",
    "_MaxK",
    "_SpecifiedK",
    "_adjusted_propensity",
    "_adjusted_propensity_available",
    "_all_probabilities",
    "_raw_propensity",
    "_raw_propensity_available",
    "_variable_importance",
    "_variable_importance_available",
];

fn compile(compile: &mut Compile<'_>) -> Result<Compiled, Reported> {
    let nugget = compile.read(ExtensionApply::from_node)?;
    compile.diagnostics().unknown(&nugget.unknown);
    for option in &nugget.options {
        let name = option.name.as_str();
        match ONLY.iter().find(|(only, _)| *only == name) {
            Some((_, only)) if option.text == *only => {}
            Some((_, only)) => {
                compile.refuse_value(name.to_owned(), &option.text, format!("only {only} is supported"));
            }
            None if NO_EFFECT.contains(&name) => {}
            None => compile.diagnostics().unknown(std::slice::from_ref(option)),
        }
    }
    let models = |name: &str| nugget.containers.iter().find(|container| container.name == name);
    let Some(container) = models("model").or_else(|| models("PMML")) else {
        return Err(compile.refuse_value("contentContainers", "", "the nugget has no model"));
    };
    if container.is_split {
        return Err(compile.refuse_value("contentContainers", "split", "split models are not supported"));
    }
    let pmml = compile.undamaged(container.content(compile.file()))?;
    let scorer = document::scorer(&pmml, compile)?;
    if scorer.function() != Function::Regression {
        let message =
            "IBM does not document the probability that the nugget adds; only numbers are predicted";
        return Err(compile.refuse_value("contentContainers", "classification", message));
    }
    let outputs = &container.header.outputs;
    let predicted = outputs.iter().find(|output| output.role == Some(OutputRole::PredictedValue));
    let Some(predicted) = predicted else {
        return Err(compile.refuse_value("outputs", "", "no field holds the prediction"));
    };
    let Some(field) = output_field(predicted, compile.diagnostics()) else {
        return Err(compile.refuse_value("outputs", &predicted.name, "the field is not supported"));
    };
    Ok(Compiled::process(Nugget::new(&pmml, scorer, vec![Output { field, score: Score::Prediction }])))
}
