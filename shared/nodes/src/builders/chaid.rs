//! CHAID and Exhaustive CHAID: trees whose nodes split into several groups. IBM: "CHAID Node", `chaidnode`.
//!
//! A builder of the component framework, whose options are in a parameter file. CHAID sets no records aside against
//! overfitting, although the file has a percentage for it: all stored trees grew on all records.

use async_trait::async_trait;
use satsuma_columns::DataModel;
use satsuma_engine::{Compile, Compiled, Inputs, NodeError, NodeRun, NodeType, Reported, Table};
use satsuma_mining::trees::chaid::{self, ChiSquare};
use satsuma_stream::NewNugget;
use satsuma_stream::nodes::CfValue;

use super::builder::Builder;
use super::options::{Description, ShownOption};
use super::records;
use super::roles::TrainingPartition;
use super::training::{Train, compiled};
use super::tree::encoding::Encoding;
use super::tree::options::Translation;
use super::tree::plan;
use super::tree::settings::{Growth, Parameters, TreeSettings};
use super::tree::{Algorithm, TrainedTree};

/// The type of node.
pub static NODE: NodeType = NodeType {
    class: "CFBuildModelNode",
    extension: Some("Chaid"),
    inputs: Inputs::One,
    settings: TreeSettings::LIST,
    compile,
};

/// The most categories of a continuous input. The node has no option for it; stored trees have up to ten.
const BINS: usize = 10;

/// Options of the builder alone, as nuggets describe them.
const DESCRIPTIONS: &[Description] = &[
    ("OverFitPreventionSetPct", "DoubleProperty", Some("50.0")),
    ("adjustedPropensityPartition", "EnumProperty", Some("test")),
    ("alphaForMerge", "DoubleProperty", Some("0.05")),
    ("alphaForSplit", "DoubleProperty", Some("0.05")),
    ("buildModelOutputType", "EnumProperty", Some("model")),
    ("calculateAdjustedPropensities", "BooleanProperty", Some("false")),
    ("calculateRawPropensities", "BooleanProperty", Some("false")),
    ("calculateVariableImportances", "BooleanProperty", Some("true")),
    ("chaidAnalysisObjective", "EnumProperty", Some("balance")),
    ("chiSquareMethod", "EnumProperty", Some("pearson")),
    ("epsilonForConvergence", "DoubleProperty", Some("0.001")),
    ("levelsBelowRoot", "IntegerProperty", Some("5")),
    ("maxIterations", "IntegerProperty", Some("100")),
    ("method", "EnumProperty", Some("chaid")),
    ("minInChildAbs", "IntegerProperty", Some("50")),
    ("minInChildPerc", "DoubleProperty", Some("1.0")),
    ("minInParentAbs", "IntegerProperty", Some("100")),
    ("minInParentPerc", "DoubleProperty", Some("2.0")),
    ("modelSplitFieldSelection", "FieldNameListProperty", Some("")),
    ("modelType", "EnumProperty", Some("Single")),
    ("randomSeed", "IntegerProperty", None),
    ("rangeEnsembleMethod", "EnumProperty", Some("average")),
    ("setEnsembleMethod", "EnumProperty", Some("ensembleVoting")),
    ("splitMergedCategories", "BooleanProperty", Some("false")),
    ("trainExistingModel", "BooleanProperty", Some("false")),
    ("treeDirectives", "StringProperty", Some("")),
    ("useBonferroniAdjustment", "BooleanProperty", Some("true")),
    ("useCustomizeLayer", "BooleanProperty", Some("false")),
    ("useMisclassificationCosts", "BooleanProperty", Some("false")),
    ("usePercentage", "BooleanProperty", Some("true")),
    ("useRandomSeed", "BooleanProperty", Some("false")),
    ("useSplitModelData", "BooleanProperty", Some("true")),
    ("useTreeDirectives", "BooleanProperty", Some("false")),
];

/// Options that nuggets show.
const SHOWN: &[ShownOption] = &[
    ("usePartitionedData", "Z"),
    ("calculateVariableImportances", "Z"),
    ("calculateRawPropensities", "Z"),
    ("calculateAdjustedPropensities", "Z"),
    ("trainExistingModel", "Z"),
    ("useFrequency", "Z"),
    ("useWeight", "Z"),
    ("method", "A"),
    ("levelsBelowRoot", "I"),
    ("alphaForSplit", "D"),
    ("alphaForMerge", "D"),
    ("epsilonForConvergence", "D"),
    ("maxIterations", "I"),
    ("useBonferroniAdjustment", "Z"),
    ("useCustomizeLayer", "Z"),
    ("splitMergedCategories", "Z"),
    ("chiSquareMethod", "A"),
    ("usePercentage", "Z"),
    ("minInParentPerc", "D"),
    ("minInChildPerc", "D"),
    ("useMisclassificationCosts", "Z"),
];

const TRANSLATION: Translation = Translation {
    builder: "BuildChaidRuleNode",
    descriptions: DESCRIPTIONS,
    shown: SHOWN,
    parameters: &[
        ("alphaForMerge", "tree.MergeAlpha", "0.05"),
        ("alphaForSplit", "tree.SplitAlpha", "0.05"),
        ("chiSquareMethod", "tree.ChiSquareType", "pearson"),
        ("epsilonForConvergence", "tree.Epsilon", "0.001"),
        ("maxIterations", "tree.MaxIterations", "100"),
        ("method", "method", "Chaid"),
        ("modelType", "SingleModel", "Single"),
        ("randomSeed", "Chaid_RandomSeed", "701499504"),
        ("splitMergedCategories", "tree.SplitMergedCategories", "false"),
        ("useBonferroniAdjustment", "tree.BonferroniAdjustment", "true"),
        ("useCustomizeLayer", "tree.UseCustomizeLayer", "false"),
    ],
    fixed: &[
        ("OverFitPreventionSetPct", "0.0"),
        ("chaidAnalysisObjective", "custom"),
        ("rangeEnsembleMethod", "average"),
        ("setEnsembleMethod", "ensembleVoting"),
        ("trainExistingModel", "false"),
    ],
};

struct Chaid {
    builder: Builder,
    growth: Growth,
    options: chaid::Options,
}

fn compile(compile: &mut Compile<'_>) -> Result<Compiled, Reported> {
    let settings: TreeSettings = compile.settings()?;
    let parameters = Parameters::read(compile)?;
    settings.refuse(compile.diagnostics());
    let message = "merged categories that are split again are not supported";
    parameters.only("tree.SplitMergedCategories", "false", message, compile.diagnostics());
    if matches!(parameters.structure("tree.Scores"), Some(CfValue::List(scores)) if !scores.is_empty()) {
        compile.refuse_value("tree.Scores", "…", "scores of an ordinal target are not supported");
    }
    let fields = parameters.field_settings(&settings, compile)?;
    let growth = parameters.growth(compile)?;
    let options = options(&parameters, &growth, compile)?;
    let translated = TRANSLATION.options(compile, &parameters, &fields);
    let builder = Builder::with_options(compile, fields, settings.own_name(), translated);
    Ok(compiled(Chaid { builder, growth, options }))
}

fn options(
    parameters: &Parameters,
    growth: &Growth,
    compile: &mut Compile<'_>,
) -> Result<chaid::Options, Reported> {
    let method = parameters.text("method", "Chaid");
    if !["Chaid", "ExhaustiveChaid"].contains(&method.as_str()) {
        compile.refuse_value("method", &method, "only Chaid and ExhaustiveChaid are supported");
    }
    let kind = parameters.text("tree.ChiSquareType", "pearson");
    let chi_square = match kind.as_str() {
        "pearson" => ChiSquare::Pearson,
        "likelihoodRatio" => ChiSquare::LikelihoodRatio,
        _ => {
            let message = "only pearson and likelihoodRatio are supported";
            return Err(compile.refuse_value("tree.ChiSquareType", kind, message));
        }
    };
    Ok(chaid::Options {
        exhaustive: method == "ExhaustiveChaid",
        depth: growth.depth,
        min_parent: growth.min_parent,
        min_child: growth.min_child,
        split_alpha: parameters.get("tree.SplitAlpha", 0.05, compile)?,
        merge_alpha: parameters.get("tree.MergeAlpha", 0.05, compile)?,
        bonferroni: parameters.get("tree.BonferroniAdjustment", true, compile)?,
        chi_square,
        epsilon: parameters.get("tree.Epsilon", 0.001, compile)?,
        // A hundred is the most of Modeler's dialog.
        iterations: parameters.get("tree.MaxIterations", 100_usize, compile)?.min(100),
        bins: BINS,
    })
}

#[async_trait]
impl Train for Chaid {
    type Plan = (Encoding, Option<TrainingPartition>);

    fn plan(&self, input: &DataModel, is_running: bool) -> Result<Self::Plan, NodeError> {
        let fields = &self.builder.fields;
        let training = fields.training_of_component(input, is_running)?;
        Ok((plan::encoding(fields, input, is_running)?, training))
    }

    async fn train(&self, plan: Self::Plan, input: Table, run: &NodeRun) -> Result<NewNugget, NodeError> {
        let (mut encoding, training) = plan;
        records::for_each(input, training.as_ref(), run, |batch| encoding.read(batch)).await?;
        let (inputs, target) = encoding.columns()?;
        let records = target.len();
        let options = self.options;
        let (tree, bins) =
            records::mine(run, move |control| chaid::grow(&inputs, &target, &options, control)).await?;
        // Nuggets show the numbers of the first and the last bin.
        let range = |bins: &Option<usize>| bins.map(|bins| (0.0, bins.saturating_sub(1) as f64));
        let ranges: Vec<_> = bins.iter().map(range).collect();
        tracing::info!(nodes = tree.nodes.len(), records, inputs = encoding.inputs.len(), "built");
        let trained = TrainedTree::of(Algorithm::Chaid, &tree, &encoding, &ranges, self.growth.importance);
        trained.nugget(&self.builder, self.growth.raw_propensity, run)
    }
}
