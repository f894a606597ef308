//! The Logistic nugget. IBM: `applylogregnode`.
//!
//! `$L-` is the most probable category, `$LP-` its probability; optionally every category has a probability.

use satsuma_engine::{Compile, Compiled, Inputs, NodeType, Reported};
use satsuma_pmml::Options;

use super::native::{self, Choice, Property, nugget_settings};
use super::nugget::Score;

/// The type of node.
pub static NODE: NodeType = NodeType {
    class: "ApplyLogisticNode",
    extension: None,
    inputs: Inputs::One,
    settings: LogisticSettings::LIST,
    compile,
};

nugget_settings! {
    /// Settings of a Logistic nugget.
    pub struct LogisticSettings {
        /// The model.
        model: Property = element("model", ""),
        /// Whether the probability of the prediction is added.
        confidences: bool = value("calculateConfidences", "calculate_conf", true),
        /// Whether a probability is added for every category.
        all_probabilities: bool = value("appendProbabilities", "include_all_probabilities", false),
        /// Whether the raw propensity is added.
        raw_propensity: bool = value("calculateRawPropensities", "calculate_raw_propensities", false),
        /// Whether the adjusted propensity is added.
        adjusted_propensity: bool =
            value("calculateAdjustedPropensities", "calculate_adjusted_propensities", false),
        /// The scoring of missing values.
        smart_score: bool = value("useSmartScore", "", true),
    }
    // Build options, which its PMML repeats.
    ignored: ["includeConstant", "logisticProcedure"]
}

fn compile(compile: &mut Compile<'_>) -> Result<Compiled, Reported> {
    let settings: LogisticSettings = compile.settings()?;
    native::refuse_adjusted(settings.adjusted_propensity, compile.diagnostics());
    if !settings.smart_score {
        compile.refuse_value("useSmartScore", false, "only true is supported");
    }
    let model = native::model(settings.model.as_deref(), &Options::default(), compile)?;
    let choice = Choice {
        prefix: "$L",
        confidence: settings.confidences.then_some(Score::Confidence),
        all_probabilities: settings.all_probabilities,
        raw_propensity: settings.raw_propensity.then_some(Score::Probability),
        entity: false,
    };
    let outputs = native::predictions(&model, &choice, compile.diagnostics());
    native::nugget(&model.pmml, model.scorer, outputs, compile)
}
