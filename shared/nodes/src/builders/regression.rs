//! Regression: least squares with all inputs or the important ones. IBM: "Regression Node", `regressionnode`.
//!
//! As IBM documents, only numeric fields are used; other inputs are ignored, and so are records with a missing value.

mod nugget;
mod pmml;

use async_trait::async_trait;
use satsuma_columns::{DataModel, Field, Measure, Role};
use satsuma_engine::{
    Compile, Compiled, Inputs, NodeDiagnostics, NodeError, NodeRun, NodeType, Reported, Table, settings,
};
use satsuma_mining::regression::{self, Method, Moments, Stepping, StepwiseOptions};
use satsuma_stream::NewNugget;

use super::builder::Builder;
use super::columns::{self, Column};
use super::options::{Description, ShownOption};
use super::records;
use super::roles::{FieldSettings, TrainingPartition, uninstantiated};
use super::training::{Train, compiled};

/// The type of node.
pub static NODE: NodeType = NodeType {
    class: "BuildRegressionNode",
    extension: None,
    inputs: Inputs::One,
    settings: RegressionSettings::LIST,
    compile,
};

/// Most inputs: their products fill 32 MB, and a step of the selection visits all of them.
const MAX_INPUTS: usize = 2_000;

/// The test and the tolerance of the simple mode.
const SIMPLE: (Stepping, f64) = (Stepping::Probability(0.05, 0.1), 1e-4);

settings! {
    /// Settings of a Regression node.
    pub struct RegressionSettings {
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
        /// How fields are selected.
        method: String = value("method", "method", "enter".to_owned()),
        /// Whether the equation has a constant.
        has_constant: bool = value("includeConstant", "include_constant", true),
        /// Whether options of the expert mode count.
        expert: bool = value("expertMode", "mode", false),
        /// Whether records with missing values are left out, in expert mode.
        complete_records: bool = value("completeRecords", "complete_records", true),
        /// The least tolerance of a field, in expert mode.
        tolerance: f64 = value("singularityTolerance", "tolerance", SIMPLE.1),
        /// The test of a field, in expert mode.
        stepping: String = value("steppingCriteria", "stepping_method", "useP".to_owned()),
        /// A field enters below this probability.
        probability_in: f64 = value("pIn", "probability_entry", 0.05),
        /// A field leaves above this probability.
        probability_out: f64 = value("pOut", "probability_removal", 0.1),
        /// A field enters above this F value.
        f_in: f64 = value("fIn", "F_value_entry", 3.84),
        /// A field leaves below this F value.
        f_out: f64 = value("fOut", "F_value_removal", 2.71),
        /// Whether a field has the frequency of records.
        use_frequency: bool = value("useFrequency", "use_frequency", false),
        /// Whether a field has the weight of records.
        use_weight: bool = value("useWeight", "use_weight", false),
    }
    // Tables of the output viewer; options of nuggets; fields of options that are refused.
    ignored: [
        "adjustedPropensityPartition", "calculateAdjustedPropensities", "calculateRawPropensities",
        "calculateVariableImportances", "collinearityDiagnostics", "confidenceInterval", "covarianceMatrix",
        "descriptives", "durbinWatson", "eventFields", "excludeFields", "frequencyField", "modelFit",
        "partPartial", "rSquaredChange", "regressionCoefficients", "residuals", "selectionCriteria",
        "useEvents", "useSplitModelData", "weightField",
    ]
}

/// Options of the builder alone, as nuggets describe them.
const DESCRIPTIONS: &[Description] = &[
    ("adjustedPropensityPartition", "EnumProperty", Some("test")),
    ("calculateAdjustedPropensities", "BooleanProperty", Some("false")),
    ("calculateRawPropensities", "BooleanProperty", Some("false")),
    ("calculateVariableImportances", "BooleanProperty", Some("true")),
    ("collinearityDiagnostics", "BooleanProperty", Some("false")),
    ("completeRecords", "BooleanProperty", Some("true")),
    ("confidenceInterval", "BooleanProperty", Some("false")),
    ("covarianceMatrix", "BooleanProperty", Some("false")),
    ("descriptives", "BooleanProperty", Some("false")),
    ("durbinWatson", "BooleanProperty", Some("false")),
    ("excludeFields", "BooleanProperty", Some("false")),
    ("fIn", "DoubleProperty", Some("3.84")),
    ("fOut", "DoubleProperty", Some("2.71")),
    ("includeConstant", "BooleanProperty", Some("true")),
    ("method", "EnumProperty", Some("enter")),
    ("modelFit", "BooleanProperty", Some("true")),
    ("modelSplitFieldSelection", "FieldNameListProperty", Some("")),
    ("pIn", "DoubleProperty", Some("0.05")),
    ("pOut", "DoubleProperty", Some("0.1")),
    ("partPartial", "BooleanProperty", Some("false")),
    ("rSquaredChange", "BooleanProperty", Some("false")),
    ("regressionCoefficients", "BooleanProperty", Some("true")),
    ("residuals", "BooleanProperty", Some("false")),
    ("selectionCriteria", "BooleanProperty", Some("false")),
    ("singularityTolerance", "EnumProperty", Some("1.0e-4")),
    ("steppingCriteria", "EnumProperty", Some("useP")),
    ("useSplitModelData", "BooleanProperty", Some("true")),
];

/// Options that nuggets show.
const SHOWN: &[ShownOption] = &[
    ("usePartitionedData", "Z"),
    ("calculateVariableImportances", "Z"),
    ("method", "A"),
    ("includeConstant", "Z"),
    ("useWeight", "Z"),
    ("expertMode", "Z"),
];

struct Regression {
    builder: Builder,
    options: StepwiseOptions,
}

/// The settings, resolved for the input fields.
struct Plan {
    /// The inputs, then the target.
    columns: Vec<Column>,
    training: Option<TrainingPartition>,
}

fn compile(compile: &mut Compile<'_>) -> Result<Compiled, Reported> {
    let settings: RegressionSettings = compile.settings()?;
    let options = options(&settings, compile.diagnostics());
    let fields = FieldSettings {
        by_role: settings.by_role,
        targets: vec![settings.target.clone()],
        inputs: settings.inputs.clone(),
        partition: settings.partition.clone(),
        uses_partition: settings.uses_partition,
    };
    let own_name = if settings.auto_name { "" } else { settings.model_name.as_str() };
    let builder = Builder::new(compile, fields, own_name, DESCRIPTIONS, SHOWN);
    Ok(compiled(Regression { builder, options }))
}

fn options(settings: &RegressionSettings, diagnostics: &mut NodeDiagnostics<'_>) -> StepwiseOptions {
    let methods = [
        ("enter", Method::Enter),
        ("stepwise", Method::Stepwise),
        ("backwards", Method::Backwards),
        ("forwards", Method::Forwards),
    ];
    let named = |name: &str| name.eq_ignore_ascii_case(&settings.method);
    let method = methods.iter().find(|(name, _)| named(name)).map(|(_, method)| *method);
    if method.is_none() {
        let message = "the method must be enter, stepwise, backwards or forwards";
        diagnostics.refuse_value("method", &settings.method, message);
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
    let (mut stepping, mut tolerance) = SIMPLE;
    if settings.expert {
        if !settings.complete_records {
            let message = "only records without missing values are supported; switch the option on";
            diagnostics.refuse_value("completeRecords", false, message);
        }
        tolerance = settings.tolerance;
        stepping = match settings.stepping.as_str() {
            "useF" => Stepping::F(settings.f_in, settings.f_out),
            "useP" => Stepping::Probability(settings.probability_in, settings.probability_out),
            other => {
                diagnostics.refuse_value("steppingCriteria", other, "the test must be useP or useF");
                stepping
            }
        };
    }
    let is_ordered = match stepping {
        Stepping::Probability(entry, removal) => entry < removal,
        Stepping::F(entry, removal) => entry > removal,
    };
    if !is_ordered {
        let message = "a field would leave as soon as it enters; entering must be harder than staying";
        diagnostics.refuse_value("steppingCriteria", &settings.stepping, message);
    }
    StepwiseOptions {
        method: method.unwrap_or(Method::Enter),
        stepping,
        tolerance,
        has_constant: settings.has_constant,
    }
}

/// Whether a field is a continuous number; other fields are ignored, but numbers that are codes are refused.
fn is_used(field: &Field, is_running: bool) -> Result<bool, NodeError> {
    match field.measure {
        _ if !field.storage.is_numeric() => Ok(false),
        Measure::Range => Ok(true),
        Measure::Typeless => Ok(false),
        Measure::Flag | Measure::Set | Measure::OrderedSet => Err(NodeError::Model(format!(
            "the numbers of field {:?} are categories; make it continuous, or give it the role None",
            field.name
        ))),
        _ => Err(uninstantiated(field, is_running)),
    }
}

#[async_trait]
impl Train for Regression {
    type Plan = Plan;

    fn plan(&self, input: &DataModel, is_running: bool) -> Result<Self::Plan, NodeError> {
        let settings = &self.builder.fields;
        let training = settings.training(input, is_running)?;
        let target = settings.plain_target(input)?;
        let inputs = settings.with_role(input, &[Role::Input], &settings.inputs)?;
        let mut columns = Vec::with_capacity(inputs.len() + 1);
        for field in inputs.into_iter().filter(|field| field.name != target.name) {
            if is_used(field, is_running)? {
                columns.push(Column::continuous(input, field));
            }
        }
        if columns.is_empty() {
            let message = "there is no numeric input; give at least one continuous number the role Input";
            return Err(NodeError::Model(message.to_owned()));
        }
        if columns.len() > MAX_INPUTS {
            let message = format!("{} inputs exceed {MAX_INPUTS}; select fewer of them", columns.len());
            return Err(NodeError::Model(message));
        }
        if !is_used(target, is_running)? {
            let message = format!("the target {:?} must be a continuous number", target.name);
            return Err(NodeError::Model(message));
        }
        columns.push(Column::continuous(input, target));
        Ok(Plan { columns, training })
    }

    async fn train(&self, plan: Self::Plan, input: Table, run: &NodeRun) -> Result<NewNugget, NodeError> {
        let Plan { columns, training } = plan;
        let mut rows = Vec::new();
        records::for_each(input, training.as_ref(), run, |batch| columns::read(&columns, batch, &mut rows))
            .await?;
        let (width, options) = (columns.len(), self.options);
        let rows = columns::complete(&rows, width);
        let fit = records::mine(run, move |control| {
            let moments = Moments::of(&rows, width, options.has_constant, control)?;
            Ok(regression::stepwise(&moments, options))
        })
        .await?;
        tracing::info!(
            records = fit.records,
            inputs = fit.columns.len(),
            r_squared = fit.r_squared(),
            standard_error = fit.standard_error(),
            "built"
        );
        if fit.columns.is_empty() || fit.residual_df() < 1.0 {
            let message = format!(
                "no input explains the target in {} records without missing values; add records, or inputs that \
                 vary",
                fit.records
            );
            return Err(NodeError::Model(message));
        }
        self.nugget(&columns, &fit, run)
    }
}
