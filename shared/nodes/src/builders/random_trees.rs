//! Random Trees: trees of bootstrap samples that vote. IBM: "Random Trees Node", `randomtrees`.
//!
//! The random numbers of Modeler are not known, so that trees differ from Modeler's and only their quality can be
//! compared. Models that Modeler stored show the rest: missing inputs are the median or the most frequent value of the
//! training records, continuous inputs are cut at their quantiles, the square root of the number of inputs, rounded up,
//! is tried for each split, and all of them that could stop for accuracy have nine trees.

mod columns;
mod inputs;
mod nugget;
mod pmml;
mod report;

use async_trait::async_trait;
use satsuma_columns::{DataModel, Field, Role};
use satsuma_engine::{
    Compile, Compiled, Inputs, NodeDiagnostics, NodeError, NodeRun, NodeType, Reported, Table, settings,
};
use satsuma_mining::forest::{Forest, ForestData, ForestOptions, random_trees};
use satsuma_stream::NewNugget;

use self::columns::Columns;
use self::inputs::{Prepared, Screening};
use super::builder::Builder;
use super::options::{Description, ShownOption};
use super::records;
use super::roles::{FieldSettings, TrainingPartition};
use super::training::{Train, compiled};

/// The type of node.
pub static NODE: NodeType = NodeType {
    class: "ExtensionBuildModelNode",
    extension: Some("RT"),
    inputs: Inputs::One,
    settings: RandomTreesSettings::LIST,
    compile,
};

/// Trees of a forest that may stop for accuracy: all nine stored models that could stop have as many.
const TREES_THAT_STOP: usize = 9;

/// The seed that stored models name.
const SEED: u64 = 123_456;

/// The most trees, levels, nodes and bins: those of Modeler's dialog, or where more change nothing.
const MAX_TREES: usize = 10_000;
const MAX_DEPTH: usize = 50;
const MAX_NODES: usize = 1_000_000;
const MAX_BINS: usize = 1_000;

settings! {
    /// Settings of a Random Trees node.
    pub struct RandomTreesSettings {
        /// Whether the roles of the fields decide which of them are used.
        by_role: bool = value("autoModelFieldSelection", "custom_fields", true),
        /// The target, where they do not.
        target: Vec<String> = fields("modelTargetFieldSelection", "target"),
        /// The inputs, where they do not.
        inputs: Vec<String> = fields("modelInputFieldSelection", "inputs"),
        /// The field of partitions, where they do not.
        partition: String = text("partitionField", "partition"),
        /// Whether only the training partition trains.
        uses_partition: bool = value("usePartitionedData", "use_partitioned_data", true),
        /// The fields of split models, where roles do not decide.
        splits: Vec<String> = fields("modelSplitFieldSelection", "splits"),
        /// Whether each value of split fields gets a model.
        uses_splits: bool = value("useSplitModelData", "use_split_data", true),
        /// Whether the model is named automatically.
        auto_name: bool = value("autoModelName", "model_name_auto", true),
        /// Its name otherwise.
        model_name: String = text("modelName", "model_name"),
        /// The number of trees.
        trees: usize = value("_numOfModels", "number_of_models", 100),
        /// Records of a sample, as a share of all records.
        sample: f64 = value("_samplesize", "sample_size", 1.0),
        /// Whether rare categories are sampled more.
        balances: bool = value("_handleImbalancedData", "handle_imbalanced_data", false),
        /// Whether better inputs are tried more often.
        weighted: bool = value("_useWeightedSampling", "use_weighted_sampling", false),
        /// The most nodes of a tree.
        nodes: usize = value("_maxNodenum", "max_node_number", 10_000),
        /// Levels below the root.
        depth: usize = value("_maxDepth", "max_depth", 10),
        /// The fewest records of a node.
        smallest: usize = value("_minChildnodeSize", "min_child_node_size", 5),
        /// Whether the number of inputs of a split is given.
        gives_inputs: bool = value("_useNumVar", "use_number_of_predictors", false),
        /// That number.
        inputs_of_split: usize = value("_numOfVar", "number_of_predictors", 1),
        /// Whether training stops when more trees are no better.
        stops: bool = value("_useStopRuleForAccuracy", "use_stop_rule_for_accuracy", true),
        /// Whether errors have costs.
        use_costs: bool = value("_use_costs", "use_costs", false),
        /// The highest share of missing values, in percent.
        missing: f64 = value("_maxPCTmissing", "max_pct_missing", 70.0),
        /// The highest share of one category, in percent.
        single_category: f64 = value("_excludeSingleCatPCT", "exclude_single_cat_pct", 95.0),
        /// The most categories.
        categories: usize = value("_maxCategorynum", "max_category_number", 49),
        /// The lowest coefficient of variation.
        variation: f64 = value("_minFieldVariation", "min_field_variation", 0.05),
        /// Bins of continuous inputs.
        bins: usize = value("_numOfBins", "num_bins", 10),
        /// Whether a field has the frequency of records.
        frequency: bool = value("_useFrequency", "use_frequency", false),
        /// Whether a field has the weight of records.
        weight: bool = value("_useWeight", "use_weight", false),
        /// The field with the frequency.
        frequency_field: String = text("_frequencyField", "frequency_field"),
        /// The field with the weight.
        weight_field: String = text("_weightField", "weight_field"),
    }
    // Fields and costs of options that are refused; contents of reports; a limit of inputs that roles exceed first.
    ignored: [
        "_costs", "_default_cost_increase", "_inputs", "_max_num_predictors", "_target", "_topN",
        "adjustedPropensityPartition", "calculateAdjustedPropensities", "calculateRawPropensities",
        "calculateVariableImportances", "eventFields", "expertMode", "frequencyField", "useEvents", "useFrequency",
        "useWeight", "weightField",
    ]
}

/// Options of the builder alone, as nuggets describe them.
const DESCRIPTIONS: &[Description] = &[
    ("_excludeSingleCatPCT", "IntegerProperty", Some("95")),
    ("_handleImbalancedData", "BooleanProperty", Some("false")),
    ("_maxCategorynum", "IntegerProperty", Some("49")),
    ("_maxDepth", "IntegerProperty", Some("10")),
    ("_maxNodenum", "IntegerProperty", Some("10000")),
    ("_maxPCTmissing", "IntegerProperty", Some("70")),
    ("_minChildnodeSize", "IntegerProperty", Some("5")),
    ("_minFieldVariation", "DoubleProperty", Some("0.05")),
    ("_numOfBins", "EnumProperty", Some("10")),
    ("_numOfModels", "IntegerProperty", Some("100")),
    ("_numOfVar", "IntegerProperty", Some("1")),
    ("_samplesize", "DoubleProperty", Some("1.0")),
    ("_topN", "IntegerProperty", Some("50")),
    ("_useNumVar", "BooleanProperty", Some("false")),
    ("_useStopRuleForAccuracy", "BooleanProperty", Some("true")),
    ("_useWeightedSampling", "BooleanProperty", Some("false")),
    ("_use_costs", "BooleanProperty", Some("false")),
    ("modelSplitFieldSelection", "FieldNameListProperty", Some("")),
    ("useSplitModelData", "BooleanProperty", Some("true")),
];

/// Options that nuggets show.
const SHOWN: &[ShownOption] = &[
    ("usePartitionedData", "Z"),
    ("_useWeight", "Z"),
    ("_useFrequency", "Z"),
    ("_numOfModels", "I"),
    ("_samplesize", "D"),
    ("_handleImbalancedData", "Z"),
    ("_useWeightedSampling", "Z"),
    ("_maxNodenum", "I"),
    ("_maxDepth", "I"),
    ("_minChildnodeSize", "I"),
    ("_useNumVar", "Z"),
    ("_numOfVar", "I"),
    ("_useStopRuleForAccuracy", "Z"),
    ("_use_costs", "Z"),
    ("_maxPCTmissing", "I"),
    ("_excludeSingleCatPCT", "I"),
    ("_maxCategorynum", "I"),
    ("_minFieldVariation", "D"),
    ("_numOfBins", "A"),
];

struct RandomTrees {
    builder: Builder,
    settings: RandomTreesSettings,
}

/// The settings, resolved for the input fields.
struct Plan {
    target: Field,
    columns: Columns,
    training: Option<TrainingPartition>,
}

/// A trained forest, and the records that trained it.
struct Trained {
    forest: Forest,
    data: ForestData,
    inputs_of_split: usize,
}

fn compile(compile: &mut Compile<'_>) -> Result<Compiled, Reported> {
    let settings: RandomTreesSettings = compile.settings()?;
    refuse_settings(&settings, compile.diagnostics());
    let fields = FieldSettings {
        by_role: settings.by_role,
        targets: settings.target.clone(),
        inputs: settings.inputs.clone(),
        partition: settings.partition.clone(),
        uses_partition: settings.uses_partition,
    };
    let own_name = if settings.auto_name { "" } else { settings.model_name.as_str() };
    let builder = Builder::new(compile, fields, own_name, DESCRIPTIONS, SHOWN);
    Ok(compiled(RandomTrees { builder, settings }))
}

fn refuse_settings(settings: &RandomTreesSettings, diagnostics: &mut NodeDiagnostics<'_>) {
    let is_field = |name: &str| !name.is_empty() && name != "none";
    for (property, is_on, what) in [
        ("_useFrequency", settings.frequency && is_field(&settings.frequency_field), "frequency fields"),
        ("_useWeight", settings.weight && is_field(&settings.weight_field), "weight fields"),
        ("_handleImbalancedData", settings.balances, "imbalanced targets"),
        ("_useWeightedSampling", settings.weighted, "weighted samples of inputs"),
        ("_use_costs", settings.use_costs, "misclassification costs"),
    ] {
        if is_on {
            diagnostics.refuse_value(property, true, format!("{what} are not supported by this builder"));
        }
    }
    if !settings.splits.is_empty() && settings.uses_splits {
        diagnostics.refuse_value("modelSplitFieldSelection", "", "split models are not supported");
    }
    for (property, value, limits) in [
        ("_numOfModels", settings.trees, 1..=MAX_TREES),
        ("_maxDepth", settings.depth, 1..=MAX_DEPTH),
        ("_maxNodenum", settings.nodes, 1..=MAX_NODES),
        ("_numOfBins", settings.bins, 2..=MAX_BINS),
    ] {
        if !limits.contains(&value) {
            let message = format!("numbers from {} to {} are supported", limits.start(), limits.end());
            diagnostics.refuse_value(property, value, message);
        }
    }
    if !(settings.sample > 0.0 && settings.sample <= 1.0) {
        diagnostics.refuse_value("_samplesize", settings.sample, "a share from above 0 to 1 is needed");
    }
}

impl RandomTrees {
    fn screening(&self) -> Screening {
        let settings = &self.settings;
        Screening {
            missing: settings.missing / 100.0,
            single_category: settings.single_category / 100.0,
            categories: settings.categories,
            variation: settings.variation,
            bins: settings.bins,
        }
    }

    fn options(&self, inputs: usize) -> ForestOptions {
        let settings = &self.settings;
        let root = (1..=inputs).find(|root| root * root >= inputs).unwrap_or(1);
        ForestOptions {
            trees: if settings.stops { settings.trees.min(TREES_THAT_STOP) } else { settings.trees },
            sample: settings.sample,
            inputs: if settings.gives_inputs { settings.inputs_of_split.max(1) } else { root },
            depth: settings.depth,
            nodes: settings.nodes,
            smallest: settings.smallest,
            seed: SEED,
        }
    }
}

#[async_trait]
impl Train for RandomTrees {
    type Plan = Plan;

    fn plan(&self, input: &DataModel, is_running: bool) -> Result<Self::Plan, NodeError> {
        let splits = self.settings.by_role && self.settings.uses_splits;
        if splits && input.with_role(Role::Split).next().is_some() {
            return Err(NodeError::unsupported("split models are not supported by this builder"));
        }
        let settings = &self.builder.fields;
        let training = settings.training_of_component(input, is_running)?;
        let targets = settings.with_role(input, &[Role::Target], &settings.targets)?;
        let [target] = targets.as_slice() else {
            let message = format!("one target is needed, but {} fields have this role", targets.len());
            return Err(NodeError::Model(message));
        };
        let inputs = settings.with_role(input, &[Role::Input], &settings.inputs)?;
        let columns = Columns::new(input, target, &inputs, is_running)?;
        Ok(Plan { target: Field::clone(target), columns, training })
    }

    async fn train(&self, plan: Self::Plan, input: Table, run: &NodeRun) -> Result<NewNugget, NodeError> {
        let Plan { target, mut columns, training } = plan;
        records::for_each(input, training.as_ref(), run, |batch| columns.add(batch)).await?;
        let prepared = Prepared::new(columns, self.screening())?;
        let options = self.options(prepared.data.inputs.len());
        let Prepared { fields, data, goal } = prepared;
        let trained = records::mine(run, move |control| {
            let forest = random_trees(&data, &options, control)?;
            Ok(Trained { forest, data, inputs_of_split: options.inputs })
        })
        .await?;
        let (trees, records) = (trained.forest.trees.len(), trained.data.records());
        tracing::info!(trees, records, "built");
        self.nugget(&target, &goal, &fields, &trained, run)
    }
}
