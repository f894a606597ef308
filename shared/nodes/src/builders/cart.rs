//! C&R Tree: trees whose nodes split in two. IBM: "C&R Tree Node", `cartnode`.
//!
//! A builder of the component framework, whose options are in a parameter file. A percentage of the records is set
//! aside against overfitting, by the seed of the file: stored trees grew on exactly the others, and these cut them back. Other measures of
//! impurity than Gini's, and other priors than the shares of the records, are refused: no stored model shows how Modeler
//! computes them.

use async_trait::async_trait;
use satsuma_columns::DataModel;
use satsuma_engine::{Compile, Compiled, Inputs, NodeError, NodeRun, NodeType, Reported, Table};
use satsuma_mining::trees::cart;
use satsuma_stream::NewNugget;

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
    extension: Some("Cart"),
    inputs: Inputs::One,
    settings: TreeSettings::LIST,
    compile,
};

/// Options of the builder alone, as nuggets describe them.
const DESCRIPTIONS: &[Description] = &[
    ("OverFitPreventionSetPct", "DoubleProperty", Some("50.0")),
    ("adjustPriors", "BooleanProperty", Some("false")),
    ("adjustedPropensityPartition", "EnumProperty", Some("test")),
    ("buildModelOutputType", "EnumProperty", Some("model")),
    ("calculateAdjustedPropensities", "BooleanProperty", Some("false")),
    ("calculateRawPropensities", "BooleanProperty", Some("false")),
    ("calculateVariableImportances", "BooleanProperty", Some("true")),
    ("impurityMeasure", "EnumProperty", Some("gini")),
    ("levelsBelowRoot", "IntegerProperty", Some("5")),
    ("maximumSurrogates", "IntegerProperty", Some("5")),
    ("minInChildAbs", "IntegerProperty", Some("50")),
    ("minInChildPerc", "DoubleProperty", Some("1.0")),
    ("minInParentAbs", "IntegerProperty", Some("100")),
    ("minInParentPerc", "DoubleProperty", Some("2.0")),
    ("minimumImpurityChange", "DoubleProperty", Some("1.0E-4")),
    ("modelSplitFieldSelection", "FieldNameListProperty", Some("")),
    ("multiplier", "DoubleProperty", Some("1.0")),
    ("priors", "EnumProperty", Some("data")),
    ("pruneTree", "BooleanProperty", Some("true")),
    ("randomSeed", "IntegerProperty", None),
    ("treeDirectives", "StringProperty", Some("")),
    ("useMisclassificationCosts", "BooleanProperty", Some("false")),
    ("usePercentage", "BooleanProperty", Some("true")),
    ("useRandomSeed", "BooleanProperty", Some("false")),
    ("useSplitModelData", "BooleanProperty", Some("true")),
    ("useStdErrRule", "BooleanProperty", Some("false")),
    ("useTreeDirectives", "BooleanProperty", Some("false")),
];

/// Options that nuggets show.
const SHOWN: &[ShownOption] = &[
    ("usePartitionedData", "Z"),
    ("partitionField", "A"),
    ("calculateVariableImportances", "Z"),
    ("calculateRawPropensities", "Z"),
    ("calculateAdjustedPropensities", "Z"),
    ("useFrequency", "Z"),
    ("useWeight", "Z"),
    ("levelsBelowRoot", "I"),
    ("expertMode", "Z"),
    ("maximumSurrogates", "I"),
    ("minimumImpurityChange", "D"),
    ("impurityMeasure", "A"),
    ("usePercentage", "Z"),
    ("minInParentPerc", "D"),
    ("minInChildPerc", "D"),
    ("pruneTree", "Z"),
    ("useStdErrRule", "Z"),
    ("priors", "A"),
    ("adjustPriors", "Z"),
    ("useMisclassificationCosts", "Z"),
];

const TRANSLATION: Translation = Translation {
    builder: "BuildCartRuleNode",
    descriptions: DESCRIPTIONS,
    shown: SHOWN,
    parameters: &[
        ("OverFitPreventionSetPct", "tree.OverFitPreventionSetPct", "30.0"),
        ("adjustPriors", "tree.AdjustPriors", "false"),
        ("impurityMeasure", "tree.ImpurityMeasure", "Gini"),
        ("maximumSurrogates", "tree.MaxSurrogates", "5"),
        ("minimumImpurityChange", "tree.MinImpurity", "1.0E-4"),
        ("multiplier", "tree.StdErrMultiplier", "1.0"),
        ("priors", "tree.Priors", "Data"),
        ("pruneTree", "tree.PruneTree", "true"),
        ("randomSeed", "Cart_RandomSeed", "681644031"),
        ("useStdErrRule", "tree.UseStdErrRule", "false"),
    ],
    fixed: &[],
};

struct Cart {
    builder: Builder,
    growth: Growth,
    options: cart::Options,
}

fn compile(compile: &mut Compile<'_>) -> Result<Compiled, Reported> {
    let settings: TreeSettings = compile.settings()?;
    let parameters = Parameters::read(compile)?;
    settings.refuse(compile.diagnostics());
    let message = "only Gini's index is supported";
    parameters.only("tree.ImpurityMeasure", "Gini", message, compile.diagnostics());
    let message = "only the shares of the training records are supported as priors";
    parameters.only("tree.Priors", "Data", message, compile.diagnostics());
    let message = "a difference of risks in standard errors is not supported";
    parameters.only("tree.UseStdErrRule", "false", message, compile.diagnostics());
    let message = "priors that are adjusted by costs are not supported";
    parameters.only("tree.AdjustPriors", "false", message, compile.diagnostics());
    let fields = parameters.field_settings(&settings, compile)?;
    let growth = parameters.growth(compile)?;
    let options = options(&parameters, &growth, compile)?;
    let translated = TRANSLATION.options(compile, &parameters, &fields);
    let builder = Builder::with_options(compile, fields, settings.own_name(), translated);
    Ok(compiled(Cart { builder, growth, options }))
}

fn options(
    parameters: &Parameters,
    growth: &Growth,
    compile: &mut Compile<'_>,
) -> Result<cart::Options, Reported> {
    /// The most surrogates of Modeler's dialog.
    const MAX_SURROGATES: usize = 18;
    let sets_aside = parameters.get("tree.UseOverFitPreventionSet", true, compile)?;
    let percent = parameters.get("tree.OverFitPreventionSetPct", 30.0, compile)?;
    let prune = parameters.get("tree.PruneTree", true, compile)?;
    let set_aside: f64 = if sets_aside { percent / 100.0 } else { 0.0 };
    if prune && set_aside <= 0.0 {
        let message =
            "a tree is cut back only by records that are set aside; set some aside, or do not prune";
        compile.refuse_value("tree.PruneTree", prune, message);
    }
    Ok(cart::Options {
        depth: growth.depth,
        min_parent: growth.min_parent,
        min_child: growth.min_child,
        min_improvement: parameters.get("tree.MinImpurity", 1e-4, compile)?,
        surrogates: parameters.get("tree.MaxSurrogates", 5_usize, compile)?.min(MAX_SURROGATES),
        prune,
        set_aside,
        seed: parameters.get("Cart_RandomSeed", 681_644_031_u64, compile)?,
    })
}

#[async_trait]
impl Train for Cart {
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
        let (tree, ranges) =
            records::mine(run, move |control| cart::grow(&inputs, &target, &options, control)).await?;
        tracing::info!(nodes = tree.nodes.len(), records, inputs = encoding.inputs.len(), "built");
        let trained =
            TrainedTree::of(Algorithm::CAndRTree, &tree, &encoding, &ranges, self.growth.importance);
        trained.nugget(&self.builder, self.growth.raw_propensity, run)
    }
}
