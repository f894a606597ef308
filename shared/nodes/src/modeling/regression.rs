//! The Regression nugget. IBM: `applyregressionnode`.

use satsuma_engine::{Compile, Compiled, Inputs, NodeType, Reported};
use satsuma_pmml::Options;

use super::native::{self, Choice, Property, nugget_settings};

/// The type of node.
pub static NODE: NodeType = NodeType {
    class: "ApplyRegressionNode",
    extension: None,
    inputs: Inputs::One,
    settings: RegressionSettings::LIST,
    compile,
};

nugget_settings! {
    /// Settings of a Regression nugget.
    pub struct RegressionSettings {
        /// The model.
        model: Property = element("model", ""),
    }
    // Propensities only exist for flags, and this model predicts numbers.
    ignored: ["calculateAdjustedPropensities", "calculateRawPropensities"]
}

fn compile(compile: &mut Compile<'_>) -> Result<Compiled, Reported> {
    let settings: RegressionSettings = compile.settings()?;
    let model = native::model(settings.model.as_deref(), &Options::default(), compile)?;
    let choice = Choice {
        prefix: "$E",
        confidence: None,
        all_probabilities: false,
        raw_propensity: None,
        entity: false,
    };
    let outputs = native::predictions(&model, &choice, compile.diagnostics());
    native::nugget(&model.pmml, model.scorer, outputs, compile)
}
