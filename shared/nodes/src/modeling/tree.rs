//! The nuggets of C5.0, CHAID, C&R Tree and QUEST. IBM: `applyc50node`, `applychaidnode`, `applycartnode`,
//! `applyquestnode`.
//!
//! The confidence is that of the record's node, with Laplace's correction: (right + 1) / (records +
//! categories). The gains tables in real auto nuggets have exactly these numbers. C5.0 rule sets have the
//! confidence of their rules.

use satsuma_engine::{Compile, Compiled, Inputs, NodeDiagnostics, NodeType, Reported};
use satsuma_pmml::{Algorithm, Function, Options, Scorer};

use super::native::{self, Choice, Property, nugget_settings};
use super::nugget::{Output, Score};

/// C5.0.
pub static C50: NodeType = NodeType {
    class: "ApplyC5RuleNode",
    extension: None,
    inputs: Inputs::One,
    settings: TreeSettings::LIST,
    compile: |compile| self::compile("$C", compile),
};

/// CHAID.
pub static CHAID: NodeType = NodeType {
    class: "ApplyChaidRuleNode",
    extension: None,
    inputs: Inputs::One,
    settings: TreeSettings::LIST,
    compile: |compile| self::compile("$R", compile),
};

/// C&R Tree.
pub static CART: NodeType = NodeType {
    class: "ApplyCartRuleNode",
    extension: None,
    inputs: Inputs::One,
    settings: TreeSettings::LIST,
    compile: |compile| self::compile("$R", compile),
};

/// QUEST.
pub static QUEST: NodeType = NodeType {
    class: "ApplyQuestRuleNode",
    extension: None,
    inputs: Inputs::One,
    settings: TreeSettings::LIST,
    compile: |compile| self::compile("$R", compile),
};

nugget_settings! {
    /// Settings of the nugget of a tree.
    pub struct TreeSettings {
        /// The model.
        model: Property = element("model", ""),
        /// Whether the confidence is added.
        confidences: bool = value("calculateConfidences", "calculate_conf", true),
        /// Whether the raw propensity is added.
        raw_propensity: bool = value("calculateRawPropensities", "calculate_raw_propensities", false),
        /// Whether the adjusted propensity is added.
        adjusted_propensity: bool =
            value("calculateAdjustedPropensities", "calculate_adjusted_propensities", false),
        /// Whether the number of the node is added.
        rule_id: bool = value("displayRuleIdField", "display_rule_id", false),
        /// Whether the model minimizes costs instead of errors.
        costs: bool = value("useMisclassificationCosts", "use_costs", false),
        /// The scoring of missing values.
        smart_score: bool = value("useSmartScore", "", true),
        /// Whether it is one model, or an ensemble of several.
        model_type: String = text("modelType", ""),
    }
    ignored: ["misclassificationCosts"]
}

fn compile(prefix: &'static str, compile: &mut Compile<'_>) -> Result<Compiled, Reported> {
    let settings: TreeSettings = compile.settings()?;
    check(&settings, prefix, compile.diagnostics());
    let model = native::model(settings.model.as_deref(), &Options::default(), compile)?;
    let outputs = outputs(&model, &settings, prefix, compile.diagnostics());
    native::nugget(&model.pmml, model.scorer, outputs, compile)
}

fn check(settings: &TreeSettings, prefix: &str, diagnostics: &mut NodeDiagnostics<'_>) {
    native::refuse_adjusted(settings.adjusted_propensity, diagnostics);
    if settings.costs {
        let message = "models with misclassification costs are not supported";
        diagnostics.refuse_value("useMisclassificationCosts", true, message);
    }
    if !settings.smart_score {
        diagnostics.refuse_value("useSmartScore", false, "only true is supported");
    }
    if !matches!(settings.model_type.as_str(), "" | "Single") {
        let message = "only a single tree is supported";
        diagnostics.refuse_value("modelType", &settings.model_type, message);
    }
    if settings.rule_id && prefix == "$C" {
        let message = "numbers of the rules of C5.0 are not supported";
        diagnostics.refuse_value("displayRuleIdField", true, message);
    }
}

fn outputs(
    model: &native::Model,
    settings: &TreeSettings,
    prefix: &'static str,
    diagnostics: &mut NodeDiagnostics<'_>,
) -> Vec<Output> {
    let scorer: &Scorer = &model.scorer;
    let confidence = match scorer.algorithm() {
        Algorithm::RuleSet => Score::Confidence,
        _ => Score::AdjustedConfidence,
    };
    if settings.raw_propensity && scorer.algorithm() == Algorithm::RuleSet {
        let message = "propensities of rule sets are not supported";
        diagnostics.refuse_value("calculateRawPropensities", true, message);
    }
    let choice = Choice {
        prefix,
        confidence: (settings.confidences && scorer.function() != Function::Regression).then_some(confidence),
        all_probabilities: false,
        raw_propensity: settings.raw_propensity.then_some(Score::AdjustedProbability),
        entity: settings.rule_id,
    };
    native::predictions(model, &choice, diagnostics)
}
