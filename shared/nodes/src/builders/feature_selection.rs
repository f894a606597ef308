//! Feature Selection: which inputs matter for a target. IBM: "Feature Selection Node", `featureselectionnode`.
//!
//! Inputs that screening rejects are left out; the others are tested against the target and ranked by importance. Of
//! the ranked ones, the nugget keeps those that the options select.

mod nugget;

use async_trait::async_trait;
use datafusion::arrow::array::RecordBatch;
use satsuma_columns::{DataModel, Field};
use satsuma_engine::{Compile, Compiled, Inputs, NodeError, NodeRun, NodeType, Reported, Table, settings};
use satsuma_mining::selection::{self, Criterion, Screening};
use satsuma_stream::NewNugget;

use super::builder::Builder;
use super::encoding::Encoder;
use super::options::{Description, ShownOption};
use super::records;
use super::roles::{FieldSettings, TrainingPartition, names};
use super::training::{Train, compiled};

/// The type of node.
pub static NODE: NodeType = NodeType {
    class: "BuildFeatureSelectionNode",
    extension: None,
    inputs: Inputs::One,
    settings: FeatureSelectionSettings::LIST,
    compile,
};

settings! {
    /// Settings of a Feature Selection node.
    pub struct FeatureSelectionSettings {
        /// Whether the roles of the fields decide which of them are used.
        by_role: bool = value("autoModelFieldSelection", "custom_fields", true),
        /// The target, where they do not.
        targets: Vec<String> = parsed("modelTargetFieldSelection", "target", names),
        /// The inputs, where they do not.
        inputs: Vec<String> = fields("modelInputFieldSelection", "inputs"),
        /// The field of partitions, where they do not.
        partition: String = text("partitionField", "partition"),
        /// Whether only the training partition trains.
        uses_partition: bool = value("usePartitionedData", "use_partitioned_data", true),
        /// Whether the model is named automatically.
        auto_name: bool = value("autoModelName", "model_name_auto", true),
        /// Its name otherwise.
        model_name: String = text("modelName", "model_name"),
        /// Whether inputs with many missing values are left out.
        screen_missing: bool = value("screenMissingValues", "screen_missing_values", true),
        /// The most missing values, in percent.
        max_missing: f64 = value("maxMissingValues", "max_missing_values", 70.0),
        /// Whether inputs with one large category are left out.
        screen_single: bool = value("screenMaxSingleCategory", "screen_single_category", true),
        /// The most records in one category, in percent.
        max_single: f64 = value("maxSingleCategory", "max_single_category", 90.0),
        /// Whether inputs with many categories are left out.
        screen_categories: bool = value("screenMaxCategoriesAsCases", "screen_num_categories", true),
        /// The most categories, in percent of the records.
        max_categories: f64 = value("maxCategoriesAsCases", "max_num_categories", 95.0),
        /// Whether inputs with a small standard deviation are left out.
        screen_deviation: bool = value("screenStdDev", "screen_std_dev", true),
        /// The lowest standard deviation.
        min_deviation: f64 = value("minStdDev", "min_std_dev", 0.0),
        /// Whether inputs with a small coefficient of variation are left out.
        screen_variation: bool = value("screenVariability", "screen_coeff_of_var", true),
        /// The lowest coefficient of variation.
        min_variation: f64 = value("minVariability", "min_coeff_of_var", 0.1),
        /// The test of categorical inputs against a categorical target.
        criteria: String = value("criteria", "criteria", "pearson".to_owned()),
        /// Below this importance an input is unimportant.
        low: f64 = value("importanceLowThreshold", "unimportant_below", 0.9),
        /// From this importance on an input is important.
        high: f64 = value("importanceMediumThreshold", "important_above", 0.95),
        /// The labels of the three levels.
        high_label: String = value("importanceHighLabel", "important_label", "Important".to_owned()),
        /// The label of the middle level.
        medium_label: String = value("importanceMediumLabel", "marginal_label", "Marginal".to_owned()),
        /// The label of the lowest level.
        low_label: String = value("importanceLowLabel", "unimportant_label", "Unimportant".to_owned()),
        /// Which ranked inputs the nugget keeps.
        mode: String = value("fieldSelectionMode", "selection_mode", "importanceLevel".to_owned()),
        /// Whether it keeps important inputs.
        keeps_important: bool = value("selectImportantFields", "select_important", true),
        /// Whether it keeps marginal inputs.
        keeps_marginal: bool = value("selectMarginalFields", "select_marginal", false),
        /// Whether it keeps unimportant inputs.
        keeps_unimportant: bool = value("selectUnimportantFields", "select_unimportant", false),
        /// The number of inputs that it keeps.
        top: usize = value("topNFields", "top_n", 10),
        /// The importance above which it keeps inputs.
        least_importance: f64 = value("importanceValue", "importance_value", 0.95),
    }
    // IBM, `featureselectionnode`: weight and frequency fields are not used. Execution settings.
    ignored: [
        "adjustedPropensityPartition", "calculateAdjustedPropensities", "calculateRawPropensities", "eventFields",
        "expertMode", "frequencyField", "useEvents", "useFrequency", "useWeight", "weightField",
    ]
}

/// Options of the builder alone, as nuggets describe them.
const DESCRIPTIONS: &[Description] = &[
    ("criteria", "EnumProperty", Some("pearson")),
    ("fieldSelectionMode", "EnumProperty", Some("importanceLevel")),
    ("importanceHighLabel", "StringProperty", Some("Important")),
    ("importanceLowLabel", "StringProperty", Some("Unimportant")),
    ("importanceLowThreshold", "DoubleProperty", Some("0.9")),
    ("importanceMediumLabel", "StringProperty", Some("Marginal")),
    ("importanceMediumThreshold", "DoubleProperty", Some("0.95")),
    ("importanceValue", "DoubleProperty", Some("0.95")),
    ("maxCategoriesAsCases", "DoubleProperty", Some("95.0")),
    ("maxMissingValues", "DoubleProperty", Some("70.0")),
    ("maxSingleCategory", "DoubleProperty", Some("90.0")),
    ("minStdDev", "DoubleProperty", Some("0.0")),
    ("minVariability", "DoubleProperty", Some("0.1")),
    ("screenMaxCategoriesAsCases", "BooleanProperty", Some("true")),
    ("screenMaxSingleCategory", "BooleanProperty", Some("true")),
    ("screenMissingValues", "BooleanProperty", Some("true")),
    ("screenStdDev", "BooleanProperty", Some("true")),
    ("screenVariability", "BooleanProperty", Some("true")),
    ("selectImportantFields", "BooleanProperty", Some("true")),
    ("selectMarginalFields", "BooleanProperty", Some("false")),
    ("selectUnimportantFields", "BooleanProperty", Some("false")),
    ("topNFields", "IntegerProperty", Some("10")),
];

/// Options that nuggets show.
const SHOWN: &[ShownOption] = &[
    ("usePartitionedData", "Z"),
    ("screenVariability", "Z"),
    ("minVariability", "D"),
    ("screenMaxSingleCategory", "Z"),
    ("maxSingleCategory", "D"),
    ("screenMissingValues", "Z"),
    ("maxMissingValues", "D"),
    ("screenMaxCategoriesAsCases", "Z"),
    ("maxCategoriesAsCases", "D"),
    ("screenStdDev", "Z"),
    ("minStdDev", "D"),
    ("criteria", "A"),
    ("importanceLowThreshold", "D"),
    ("importanceMediumThreshold", "D"),
    ("importanceLowLabel", "A"),
    ("importanceMediumLabel", "A"),
    ("importanceHighLabel", "A"),
    ("fieldSelectionMode", "A"),
    ("selectImportantFields", "Z"),
];

/// Which ranked inputs the nugget keeps.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Kept {
    /// Those of some levels: important, marginal, unimportant.
    Levels([bool; 3]),
    /// The first ones.
    Top(usize),
    /// Those above an importance.
    Above(f64),
}

struct FeatureSelection {
    builder: Builder,
    settings: FeatureSelectionSettings,
    criterion: Criterion,
    kept: Kept,
}

/// The settings, resolved for the input fields.
struct Plan {
    target: Field,
    inputs: Vec<Field>,
    training: Option<TrainingPartition>,
}

fn compile(compile: &mut Compile<'_>) -> Result<Compiled, Reported> {
    let settings: FeatureSelectionSettings = compile.settings()?;
    let criterion = match settings.criteria.as_str() {
        "pearson" => Criterion::Pearson,
        "likelihood" => Criterion::LikelihoodRatio,
        other => {
            let message = "only the criteria pearson and likelihood are supported";
            return Err(compile.refuse_value("criteria", other, message));
        }
    };
    let kept = match settings.mode.as_str() {
        "importanceLevel" => {
            Kept::Levels([settings.keeps_important, settings.keeps_marginal, settings.keeps_unimportant])
        }
        "topN" => Kept::Top(settings.top),
        "importanceValue" => Kept::Above(settings.least_importance),
        other => {
            let message = "known are importanceLevel, topN and importanceValue";
            return Err(compile.refuse_value("fieldSelectionMode", other, message));
        }
    };
    let fields = FieldSettings {
        by_role: settings.by_role,
        targets: settings.targets.clone(),
        inputs: settings.inputs.clone(),
        partition: settings.partition.clone(),
        uses_partition: settings.uses_partition,
    };
    let own_name = if settings.auto_name { "" } else { settings.model_name.as_str() };
    let builder = Builder::new(compile, fields, own_name, DESCRIPTIONS, SHOWN);
    Ok(compiled(FeatureSelection { builder, settings, criterion, kept }))
}

impl FeatureSelection {
    fn screening(&self) -> Screening {
        let settings = &self.settings;
        let limit = |is_on: bool, limit: f64| is_on.then_some(limit);
        Screening {
            max_missing: limit(settings.screen_missing, settings.max_missing),
            max_single_category: limit(settings.screen_single, settings.max_single),
            max_categories: limit(settings.screen_categories, settings.max_categories),
            min_variation: limit(settings.screen_variation, settings.min_variation),
            min_deviation: limit(settings.screen_deviation, settings.min_deviation),
        }
    }
}

#[async_trait]
impl Train for FeatureSelection {
    type Plan = Plan;

    fn plan(&self, input: &DataModel, is_running: bool) -> Result<Self::Plan, NodeError> {
        let settings = &self.builder.fields;
        let training = settings.training(input, is_running)?;
        let target = settings.target(input)?;
        let inputs = settings.predictors(input, target)?;
        for field in inputs.iter().chain([&target]) {
            Encoder::new(input, field, is_running)?;
        }
        let inputs = inputs.into_iter().cloned().collect();
        Ok(Plan { target: target.clone(), inputs, training })
    }

    async fn train(&self, plan: Self::Plan, input: Table, run: &NodeRun) -> Result<NewNugget, NodeError> {
        let model = input.model().clone();
        let Plan { target, inputs, training } = plan;
        let mut encoders = Vec::with_capacity(inputs.len() + 1);
        for field in inputs.iter().chain([&target]) {
            encoders.push(Encoder::new(&model, field, true)?);
        }
        let encode = |batch: &RecordBatch| encoders.iter_mut().try_for_each(|encoder| encoder.encode(batch));
        records::for_each(input, training.as_ref(), run, encode).await?;
        let mut columns: Vec<_> = encoders.into_iter().map(Encoder::column).collect();
        let Some(classes) = columns.pop().filter(|column| !column.is_empty()) else {
            return Err(NodeError::Model("there are no records to train with".to_owned()));
        };
        let (screening, criterion) = (self.screening(), self.criterion);
        let found = records::mine(run, move |control| {
            selection::select(&columns, &classes, &screening, criterion, control)
        })
        .await?;
        tracing::info!(ranked = found.ranked.len(), screened = found.screened.len(), "built");
        self.nugget(&target, &inputs.iter().collect::<Vec<_>>(), &found, run)
    }
}
