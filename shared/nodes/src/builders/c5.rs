//! C5.0: decision trees by gain ratio. IBM: "C5.0 Node", `c50node`.
//!
//! Rule sets, boosting, winnowing, grouped symbolic values, cross-validation and costs are refused: no stored model
//! shows what Modeler makes of them.

mod trained;

use async_trait::async_trait;
use satsuma_columns::DataModel;
use satsuma_engine::{Compile, Compiled, Inputs, NodeError, NodeRun, NodeType, Reported, Table, settings};
use satsuma_mining::trees::Target;
use satsuma_mining::trees::c5::{self, C5Options, Thresholds};
use satsuma_stream::NewNugget;

use super::builder::Builder;
use super::options::{Description, ShownOption};
use super::records;
use super::roles::{FieldSettings, TrainingPartition, names};
use super::training::{Train, compiled};
use super::tree::encoding::Encoding;
use super::tree::plan;

/// The type of node.
pub static NODE: NodeType = NodeType {
    class: "BuildC5RuleNode",
    extension: None,
    inputs: Inputs::One,
    settings: C5Settings::LIST,
    compile,
};

settings! {
    /// Settings of a C5.0 node.
    pub struct C5Settings {
        /// Whether the roles of the fields decide which of them are used.
        by_role: bool = value("autoModelFieldSelection", "custom_fields", true),
        /// The target, where they do not.
        targets: Vec<String> = parsed("modelTargetFieldSelection", "target", names),
        /// The inputs, where they do not.
        inputs: Vec<String> = fields("modelInputFieldSelection", "inputs"),
        /// The fields of split models, where they do not.
        splits: Vec<String> = fields("modelSplitFieldSelection", "splits"),
        /// The field of partitions, where they do not.
        partition: String = text("partitionField", "partition"),
        /// Whether only the training partition trains.
        uses_partition: bool = value("usePartitionedData", "use_partitioned_data", true),
        /// Whether the model is named automatically.
        auto_name: bool = value("autoModelName", "model_name_auto", true),
        /// Its name otherwise.
        model_name: String = text("modelName", "model_name"),
        /// A tree or a set of rules.
        format: String = value("modelFormat", "output_type", "decisionTree".to_owned()),
        /// Whether similar values of a field are grouped.
        groups: bool = value("groupSymbolicValues", "group_symbolics", false),
        /// Whether several trees vote.
        boosts: bool = value("useBoosting", "use_boost", false),
        /// Whether the accuracy is estimated by cross-validation.
        validates: bool = value("useCrossValidation", "use_xval", false),
        /// Whether inputs are tried out before.
        winnows: bool = value("use_winnowing", "use_winnowing", false),
        /// Whether options of the expert mode count.
        expert: bool = value("expertMode", "mode", false),
        /// What the simple mode favors.
        bias: String = value("modellingBias", "favor", "accuracy".to_owned()),
        /// The share of wrong values that the simple mode expects, in percent.
        noise: f64 = value("expectedNoise", "expected_noise", 0.0),
        /// The severity of pruning, in percent, in expert mode.
        severity: f64 = value("pruningSeverity", "pruning_severity", 75.0),
        /// The fewest records of two branches, in expert mode.
        min_records: f64 = value("minRecordsPerBranch", "min_child_records", 2.0),
        /// Whether the whole tree is pruned, in expert mode.
        prunes_globally: bool = value("useGlobalPruning", "use_global_pruning", true),
        /// Whether wrong predictions have costs.
        has_costs: bool = value("useMisclassificationCosts", "use_costs", false),
        /// Whether a field has the frequency of records.
        use_frequency: bool = value("useFrequency", "use_frequency", false),
        /// Whether a field has the weight of records.
        use_weight: bool = value("useWeight", "use_weight", false),
        /// Whether the importance of inputs is computed.
        importance: bool = value("calculateVariableImportances", "calculate_variable_importance", true),
        /// Whether new nuggets add the raw propensity.
        raw_propensity: bool = value("calculateRawPropensities", "calculate_raw_propensities", false),
        /// Whether new nuggets add the adjusted propensity.
        adjusted_propensity: bool =
            value("calculateAdjustedPropensities", "calculate_adjusted_propensities", false),
    }
    // Settings of options that are refused above; execution settings.
    ignored: [
        "adjustedPropensityPartition", "boostingTrials", "crossValidationCount", "eventFields", "frequencyField",
        "misclassificationCosts", "useEvents", "useSplitModelData", "weightField",
    ]
}

/// Options of the builder alone, as nuggets describe them.
const DESCRIPTIONS: &[Description] = &[
    ("adjustedPropensityPartition", "EnumProperty", Some("test")),
    ("boostingTrials", "IntegerProperty", Some("10")),
    ("calculateAdjustedPropensities", "BooleanProperty", Some("false")),
    ("calculateRawPropensities", "BooleanProperty", Some("false")),
    ("calculateVariableImportances", "BooleanProperty", Some("true")),
    ("crossValidationCount", "IntegerProperty", Some("10")),
    ("expectedNoise", "IntegerProperty", Some("0")),
    ("groupSymbolicValues", "BooleanProperty", Some("false")),
    ("minRecordsPerBranch", "IntegerProperty", Some("2")),
    ("modelFormat", "EnumProperty", Some("decisionTree")),
    ("modelSplitFieldSelection", "FieldNameListProperty", Some("")),
    ("modellingBias", "EnumProperty", Some("accuracy")),
    ("pruningSeverity", "IntegerProperty", Some("75")),
    ("useBoosting", "BooleanProperty", Some("false")),
    ("useCrossValidation", "BooleanProperty", Some("false")),
    ("useGlobalPruning", "BooleanProperty", Some("true")),
    ("useMisclassificationCosts", "BooleanProperty", Some("false")),
    ("useSplitModelData", "BooleanProperty", Some("true")),
    ("use_winnowing", "BooleanProperty", Some("false")),
];

/// Options that nuggets show.
const SHOWN: &[ShownOption] = &[
    ("usePartitionedData", "Z"),
    ("calculateVariableImportances", "Z"),
    ("calculateRawPropensities", "Z"),
    ("calculateAdjustedPropensities", "Z"),
    ("useWeight", "Z"),
    ("modelFormat", "A"),
    ("groupSymbolicValues", "Z"),
    ("useBoosting", "Z"),
    ("useCrossValidation", "Z"),
    ("expertMode", "Z"),
    ("modellingBias", "A"),
    ("expectedNoise", "I"),
    ("useMisclassificationCosts", "Z"),
];

struct C5 {
    builder: Builder,
    options: C5Options,
    importance: bool,
    raw_propensity: bool,
}

fn compile(compile: &mut Compile<'_>) -> Result<Compiled, Reported> {
    let settings: C5Settings = compile.settings()?;
    let version = version(compile);
    let diagnostics = compile.diagnostics();
    if settings.format != "decisionTree" {
        let message = "rule sets are not supported; build a decision tree";
        diagnostics.refuse_value("modelFormat", &settings.format, message);
    }
    let options = [
        ("groupSymbolicValues", settings.groups, "grouped symbolic values are not supported"),
        ("useBoosting", settings.boosts, "boosting is not supported"),
        ("useCrossValidation", settings.validates, "cross-validation is not supported"),
        ("use_winnowing", settings.winnows, "winnowing is not supported"),
        ("useMisclassificationCosts", settings.has_costs, "misclassification costs are not supported"),
        ("useFrequency", settings.use_frequency, "frequencies are not supported by this builder"),
        ("useWeight", settings.use_weight, "weights are not supported by this builder"),
        (
            "calculateAdjustedPropensities",
            settings.adjusted_propensity,
            "adjusted propensities are not supported",
        ),
    ];
    for (property, is_on, message) in options {
        if is_on {
            diagnostics.refuse_value(property, true, message);
        }
    }
    if !settings.expert && settings.bias != "accuracy" {
        let message = "only accuracy is supported; use the expert mode";
        diagnostics.refuse_value("modellingBias", &settings.bias, message);
    }
    if !settings.expert && settings.noise != 0.0 {
        let message = "expected noise is not supported; use the expert mode";
        diagnostics.refuse_value("expectedNoise", settings.noise, message);
    }
    if !(0.0..=100.0).contains(&settings.severity) {
        diagnostics.refuse_value("pruningSeverity", settings.severity, "from 0 to 100 are possible");
    }
    if !(1.0..=1e9).contains(&settings.min_records) {
        diagnostics.refuse_value("minRecordsPerBranch", settings.min_records, "from 1 on are possible");
    }
    if !settings.by_role && !settings.splits.is_empty() {
        let message = "split models are not supported by this builder";
        diagnostics.refuse_value("modelSplitFieldSelection", settings.splits.join(", "), message);
    }
    let fields = FieldSettings {
        by_role: settings.by_role,
        targets: settings.targets.clone(),
        inputs: settings.inputs.clone(),
        partition: settings.partition.clone(),
        uses_partition: settings.uses_partition,
    };
    let own_name = if settings.auto_name { "" } else { settings.model_name.as_str() };
    let builder = Builder::new(compile, fields, own_name, DESCRIPTIONS, SHOWN);
    let (severity, min_records, global_pruning) = match settings.expert {
        true => (settings.severity, settings.min_records, settings.prunes_globally),
        false => (75.0, 2.0, true),
    };
    let options = C5Options {
        min_records,
        confidence: (100.0 - severity) / 100.0,
        global_pruning,
        thresholds: if version < MIDDLES { Thresholds::Values } else { Thresholds::Middles },
    };
    let (importance, raw_propensity) = (settings.importance, settings.raw_propensity);
    Ok(compiled(C5 { builder, options, importance, raw_propensity }))
}

/// The version from which on thresholds are the middle of two numbers. All stored trees of 18.0 have numbers of the
/// data, those of 18.2.2 and 18.3 have middles; no tree shows the versions between.
const MIDDLES: f64 = 18.2;

/// The version of the builder node.
fn version(compile: &Compile<'_>) -> f64 {
    let text = compile.node().element().attr("saveVersion").unwrap_or_default();
    text.parse().unwrap_or(MIDDLES)
}

#[async_trait]
impl Train for C5 {
    type Plan = (Encoding, Option<TrainingPartition>);

    fn plan(&self, input: &DataModel, is_running: bool) -> Result<Self::Plan, NodeError> {
        let fields = &self.builder.fields;
        let training = fields.training(input, is_running)?;
        let encoding = plan::encoding(fields, input, is_running)?;
        if encoding.target_categories().is_none() {
            return Err(NodeError::Model(format!(
                "the target {:?} is continuous; C5.0 predicts categories",
                encoding.target.name
            )));
        }
        Ok((encoding, training))
    }

    async fn train(&self, plan: Self::Plan, input: Table, run: &NodeRun) -> Result<NewNugget, NodeError> {
        let (mut encoding, training) = plan;
        records::for_each(input, training.as_ref(), run, |batch| encoding.read(batch)).await?;
        let (inputs, target) = encoding.columns()?;
        let Target::Categories { codes, count, .. } = target else {
            return Err(NodeError::Model("C5.0 predicts categories".to_owned()));
        };
        let (records, options) = (codes.len(), self.options);
        let inputs = trained::prepared(inputs, &encoding);
        let tree =
            records::mine(run, move |control| c5::c5(&inputs, &codes, count, options, control)).await?;
        let trained = trained::of(&tree, &encoding, self.importance);
        tracing::info!(nodes = trained.nodes.len(), records, errors = tree.errors(), "built");
        trained.nugget(&self.builder, self.raw_propensity, run)
    }
}
