//! The Net nugget of Modeler 13 and earlier. IBM: "Neural Networks (legacy)".
//!
//! Numbers are predicted as the PMML states. Categories are refused: the confidence that the nugget adds (`$NC-`) is
//! computed from the two greatest outputs in a way that IBM does not document.

use satsuma_engine::{Compile, Compiled, Inputs, NodeType, Reported};
use satsuma_pmml::{Function, Options};

use super::native::{self, Choice, Property, nugget_settings};

/// The type of node.
pub static NODE: NodeType = NodeType {
    class: "ApplyNetNode",
    extension: None,
    inputs: Inputs::One,
    settings: NetSettings::LIST,
    compile,
};

nugget_settings! {
    /// Settings of a Net nugget.
    pub struct NetSettings {
        /// The model.
        model: Property = element("model", ""),
    }
    // Confidences and propensities are those of categories, and this node predicts numbers.
    ignored: ["calculateAdjustedPropensities", "calculateConfidences", "calculateRawPropensities"]
}

fn compile(compile: &mut Compile<'_>) -> Result<Compiled, Reported> {
    let settings: NetSettings = compile.settings()?;
    let model = native::model(settings.model.as_deref(), &Options::default(), compile)?;
    if model.scorer.function() != Function::Regression {
        let message = "IBM does not document the confidence that the nugget adds; only numbers are predicted";
        return Err(compile.refuse_value("model", "classification", message));
    }
    let choice = Choice {
        prefix: "$N",
        confidence: None,
        all_probabilities: false,
        raw_propensity: None,
        entity: false,
    };
    let outputs = native::predictions(&model, &choice, compile.diagnostics());
    native::nugget(&model.pmml, model.scorer, outputs, compile)
}
