//! The settings of a Logistic node.

use satsuma_engine::{NodeDiagnostics, settings};
use satsuma_mining::logistic::{Entry, Method, NewtonOptions, Removal, SelectionOptions};

use crate::builders::options::{Description, ShownOption};

/// The iterations of the simple mode, and the limits that it shares with the expert mode's defaults.
const SIMPLE: NewtonOptions =
    NewtonOptions { iterations: 100, halvings: 5, change: 1e-6, likelihood: 0.0, singularity: 1e-8 };

/// The most iterations, of Modeler's dialog.
const MAX_ITERATIONS: usize = 10_000;

settings! {
    /// Settings of a Logistic node.
    pub struct LogisticSettings {
        /// Whether the roles of the fields decide which of them are used.
        by_role: bool = value("autoModelFieldSelection", "custom_fields", true),
        /// The target, where they do not.
        target: String = text("modelTargetFieldSelection", "target"),
        /// The inputs, where they do not.
        inputs: Vec<String> = fields("modelInputFieldSelection", "inputs"),
        /// The fields of splits, where they do not.
        splits: Vec<String> = fields("modelSplitFieldSelection", "splits"),
        /// The field of partitions, where they do not.
        partition: String = text("partitionField", "partition"),
        /// Whether only the training partition trains.
        uses_partition: bool = value("usePartitionedData", "use_partitioned_data", true),
        /// Whether the model is named automatically.
        auto_name: bool = value("autoModelName", "model_name_auto", true),
        /// Its name otherwise.
        model_name: String = text("modelName", "model_name"),
        /// The procedure.
        procedure: String = value("logisticProcedure", "logistic_procedure", "Multinomial".to_owned()),
        /// How effects are selected.
        method: String = value("LogregMethod", "method", "enter".to_owned()),
        /// The base category of the target.
        base: String = text("multinomialBaseCategory", "multinomial_base_category"),
        /// Which effects there are.
        model_type: String = value("modelType", "model_type", "mainEffects".to_owned()),
        /// Whether the equations have a constant.
        has_constant: bool = value("includeConstant", "include_constant", true),
        /// Whether options of the expert mode count.
        expert: bool = value("expertMode", "mode", false),
        /// The scale of dispersion, in expert mode.
        scale: String = value("scale", "scale", "none".to_owned()),
        /// The most iterations, in expert mode.
        iterations: usize = value("maximumIterations", "max_iterations", 20),
        /// The most halvings of a step, in expert mode.
        halvings: usize = value("maximumStepHalving", "max_steps", 5),
        /// Converged below this change of the log likelihood, in expert mode.
        likelihood: f64 = value("logLikelihoodConvergence", "l_converge", 0.0),
        /// Converged below this change of coefficients, in expert mode.
        change: f64 = value("parameterConvergence", "p_converge", 1e-6),
        /// The number that is added to empty cells, in expert mode.
        delta: f64 = value("delta", "delta", 0.0),
        /// The least pivot, in expert mode.
        singularity: f64 = value("singularityTolerance", "tolerance", 1e-8),
        /// The test of effects outside, in expert mode.
        entry: String = value("stepwiseEntryMethod", "entry", "Score".to_owned()),
        /// The test of effects inside, in expert mode.
        removal: String = value("stepwiseRemovalMethod", "removal", "LR".to_owned()),
        /// An effect enters below this probability.
        probability_in: f64 = value("pIn", "probability_entry", 0.05),
        /// An effect leaves above this probability.
        probability_out: f64 = value("pOut", "probability_removal", 0.1),
        /// The fewest effects, in expert mode.
        min_terms: usize = value("minTerms", "min_terms", 0),
        /// Whether the number of effects has a limit, in expert mode.
        has_max_terms: bool = value("LogregEnableMaxTerms", "use_max_terms", false),
        /// Whether effects depend on others, in expert mode.
        requirements: String = value("LogregSteppingRequirements", "base_category", "none".to_owned()),
        /// Whether a field has the frequency of records.
        use_frequency: bool = value("useFrequency", "use_frequency", false),
        /// Whether a field has the weight of records.
        use_weight: bool = value("useWeight", "use_weight", false),
    }
    // Options of the binomial procedure; tables of the output viewer; options of nuggets; fields of options that are
    // refused.
    ignored: [
        "LogregBinomialMethod", "adjustedPropensityPartition", "aicStatistics", "appendProbabilities",
        "associationTable", "asymptoticCorrelation", "asymptoticCovariance", "binomialCIEnable",
        "binomialCIValue", "binomialCasewiseEnable", "binomialCasewiseOutliers", "binomialCasewiseThreshold",
        "binomialClassificationCutoff", "binomialClassificationPlots", "binomialCorrelationOfEstimates",
        "binomialGoodnessOfFit", "binomialIterationHistory", "binomialOutputDisplay", "binomialPIn",
        "binomialPOut", "binomialStepwiseEntryMethod", "binomialStepwiseRemovalMethod",
        "calculateAdjustedPropensities", "calculateRawPropensities", "calculateVariableImportances",
        "cellProbabilities", "classificationTable", "confidenceInterval", "customEffects", "eventFields",
        "frequencyField", "goodnessOfFit", "historyIterations", "iterationHistory", "likelihoodRatioTests",
        "logisticInputsTable", "maxTerms", "parameterEstimates", "scaleValue", "stepwiseSummary",
        "summaryStatistics", "useEvents", "useSplitModelData", "weightField",
    ]
}

/// Options of the builder alone, as nuggets describe them.
pub(super) const DESCRIPTIONS: &[Description] = &[
    ("LogregMethod", "EnumProperty", Some("enter")),
    ("appendProbabilities", "BooleanProperty", Some("false")),
    ("delta", "DoubleProperty", Some("0.0")),
    ("includeConstant", "BooleanProperty", Some("true")),
    ("logLikelihoodConvergence", "EnumProperty", Some("0")),
    ("logisticProcedure", "EnumProperty", Some("Multinomial")),
    ("maximumIterations", "IntegerProperty", Some("20")),
    ("maximumStepHalving", "IntegerProperty", Some("5")),
    ("modelSplitFieldSelection", "FieldNameListProperty", Some("")),
    ("modelType", "EnumProperty", Some("mainEffects")),
    ("multinomialBaseCategory", "StringProperty", Some("")),
    ("pIn", "DoubleProperty", Some("0.05")),
    ("pOut", "DoubleProperty", Some("0.1")),
    ("parameterConvergence", "EnumProperty", Some("1.0e-6")),
    ("scale", "EnumProperty", Some("none")),
    ("singularityTolerance", "EnumProperty", Some("1.0e-8")),
    ("stepwiseEntryMethod", "EnumProperty", Some("Score")),
    ("stepwiseRemovalMethod", "EnumProperty", Some("LR")),
    ("useSplitModelData", "BooleanProperty", Some("true")),
];

/// Options that nuggets show.
pub(super) const SHOWN: &[ShownOption] = &[
    ("usePartitionedData", "Z"),
    ("calculateVariableImportances", "Z"),
    ("calculateRawPropensities", "Z"),
    ("logisticProcedure", "A"),
    ("multinomialBaseCategory", "A"),
    ("modelType", "A"),
    ("includeConstant", "Z"),
    ("expertMode", "Z"),
    ("LogregMethod", "A"),
];

/// How effects are selected; what is not supported is refused.
pub(super) fn selection(
    settings: &LogisticSettings,
    diagnostics: &mut NodeDiagnostics<'_>,
) -> SelectionOptions {
    if settings.procedure != "Multinomial" {
        let message =
            "only the multinomial procedure is supported, which gives the same probabilities; choose it";
        diagnostics.refuse_value("logisticProcedure", &settings.procedure, message);
    }
    if settings.model_type != "mainEffects" {
        diagnostics.refuse_value("modelType", &settings.model_type, "only main effects are supported");
    }
    if !settings.splits.is_empty() {
        let message = "models for each value of a field are not supported by this builder";
        diagnostics.refuse_value("modelSplitFieldSelection", settings.splits.join(", "), message);
    }
    for (property, is_on) in [("useFrequency", settings.use_frequency), ("useWeight", settings.use_weight)] {
        if is_on {
            let message = "frequencies and weights are not supported by this builder";
            diagnostics.refuse_value(property, true, message);
        }
    }
    let methods = [
        ("enter", Method::Enter),
        ("stepwise", Method::ForwardsStepwise),
        ("forwards", Method::Forwards),
        ("backwards", Method::Backwards),
        ("backwardsstepwise", Method::BackwardsStepwise),
    ];
    let named = |name: &str| name.eq_ignore_ascii_case(&settings.method);
    let method = methods.iter().find(|(name, _)| named(name)).map(|(_, method)| *method);
    if method.is_none() {
        let message = "the method must be enter, stepwise, forwards, backwards or backwardsStepwise";
        diagnostics.refuse_value("LogregMethod", &settings.method, message);
    }
    let mut options = SelectionOptions {
        method: method.unwrap_or(Method::Enter),
        entry: (Entry::Score, 0.05),
        removal: (Removal::LikelihoodRatio, 0.1),
        has_constant: settings.has_constant,
        newton: SIMPLE,
    };
    if settings.expert {
        expert(settings, &mut options, diagnostics);
    }
    if options.entry.1 >= options.removal.1 {
        let message = "an effect would leave as soon as it enters; lower the probability to enter";
        diagnostics.refuse_value("pIn", settings.probability_in, message);
    }
    options
}

fn expert(
    settings: &LogisticSettings,
    options: &mut SelectionOptions,
    diagnostics: &mut NodeDiagnostics<'_>,
) {
    if settings.scale != "none" {
        diagnostics.refuse_value("scale", &settings.scale, "only no scaling is supported");
    }
    if settings.delta != 0.0 {
        diagnostics.refuse_value("delta", settings.delta, "only 0 is supported");
    }
    if settings.iterations > MAX_ITERATIONS {
        let message = format!("at most {MAX_ITERATIONS} iterations are possible");
        diagnostics.refuse_value("maximumIterations", settings.iterations, message);
    }
    options.newton = NewtonOptions {
        iterations: settings.iterations,
        halvings: settings.halvings.min(100),
        change: settings.change,
        likelihood: settings.likelihood,
        singularity: settings.singularity,
    };
    options.entry.1 = settings.probability_in;
    options.removal.1 = settings.probability_out;
    match settings.entry.as_str() {
        "Score" => {}
        "LR" => options.entry.0 = Entry::LikelihoodRatio,
        other => {
            diagnostics.refuse_value("stepwiseEntryMethod", other, "the test must be Score or LR");
        }
    }
    match settings.removal.as_str() {
        "LR" => {}
        "Wald" => options.removal.0 = Removal::Wald,
        other => {
            diagnostics.refuse_value("stepwiseRemovalMethod", other, "the test must be LR or Wald");
        }
    }
    if options.method != Method::Enter {
        for (property, is_set) in [
            ("minTerms", settings.min_terms > 0),
            ("LogregEnableMaxTerms", settings.has_max_terms),
            ("LogregSteppingRequirements", settings.requirements != "none"),
        ] {
            if is_set {
                diagnostics.refuse_value(property, true, "limits of a stepwise selection are not supported");
            }
        }
    }
}
