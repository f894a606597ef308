//! SVM: support vector machines. IBM: "SVM Node", `svmnode`.
//!
//! Continuous inputs are scaled by the limits of their types to 0 to 1, and each value of a categorical input is a
//! column. Numbers are predicted by ε-SVR, the values of a flag by C-SVC. A record is used if the nugget could score it:
//! it has its target and all continuous inputs. More than two categories are refused: no stored model shows how Modeler
//! writes the machines of more than two categories.

mod encoding;
mod nugget;
mod pmml;

use async_trait::async_trait;
use satsuma_columns::{DataModel, Field, Role};
use satsuma_engine::{
    Compile, Compiled, Inputs, NodeDiagnostics, NodeError, NodeRun, NodeType, Reported, Table, settings,
};
use satsuma_mining::support_vectors::{
    Kernel, Machine, Sigmoid, SvmOptions, Vectors, classify, regress, sigmoid,
};
use satsuma_mining::{Control, MiningError};
use satsuma_stream::NewNugget;

use self::encoding::{Encoding, Goal, Rows};
use super::builder::Builder;
use super::options::{Description, ShownOption};
use super::records;
use super::roles::{FieldSettings, TrainingPartition};
use super::training::{Train, compiled};

/// The type of node.
pub static NODE: NodeType = NodeType {
    class: "ExtensionBuildModelNode",
    extension: Some("buildSVM"),
    inputs: Inputs::One,
    settings: SvmSettings::LIST,
    compile,
};

/// The cost, the tolerance and the free error of the simple mode.
const SIMPLE: (f64, f64, f64) = (10.0, 1e-3, 0.1);

/// The factor of the squared distance in the simple mode.
const SIMPLE_GAMMA: f64 = 0.1;

/// The highest degree of a polynomial: powers of numbers below 1 vanish long before.
const MAX_DEGREE: u32 = 1_000;

settings! {
    /// Settings of an SVM node.
    pub struct SvmSettings {
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
        /// `Simple` or `Expert`, where the options below count.
        mode: String = value("_mode", "mode", "Simple".to_owned()),
        /// The kernel.
        kernel: String = value("_kernel", "kernel", "RBF".to_owned()),
        /// The violation at which the training ends.
        tolerance: f64 = value("_stopping_criteria", "stopping_criteria", 1e-3),
        /// The cost of errors (C).
        cost: f64 = value("_regularization", "regularization", 10.0),
        /// The error that costs nothing (ε).
        free_error: f64 = value("_precision", "precision", 0.1),
        /// The factor of the RBF kernel.
        rbf_gamma: f64 = value("_rbf_gamma", "rbf_gamma", 0.1),
        /// The factor of the polynomial and sigmoid kernels.
        gamma: f64 = value("_gamma", "gamma", 1.0),
        /// The constant of the polynomial and sigmoid kernels.
        bias: f64 = value("_bias", "bias", 0.0),
        /// The degree of the polynomial kernel.
        degree: u32 = value("_degree", "degree", 3),
        /// Whether propensities are adjusted.
        adjusted: bool = value("_adjusted_propensity", "calculate_adjusted_propensities", false),
        /// Whether a field has the frequency of records.
        use_frequency: bool = value("useFrequency", "use_frequency", false),
        /// Whether a field has the weight of records.
        use_weight: bool = value("useWeight", "use_weight", false),
        /// The field with the frequency.
        frequency_field: String = text("frequencyField", "frequency_field"),
        /// The field with the weight.
        weight_field: String = text("weightField", "weight_field"),
    }
    // Output options of nuggets; display settings; unused copies of the fields.
    ignored: [
        "_all_probabilities", "_inputs", "_raw_propensity", "_target", "_variable_importance",
        "adjustedPropensityPartition", "calculateAdjustedPropensities", "calculateRawPropensities",
        "calculateVariableImportances", "eventFields", "expertMode", "useEvents",
    ]
}

/// Options of the builder alone, as nuggets describe them.
const DESCRIPTIONS: &[Description] = &[
    ("_adjusted_propensity", "BooleanProperty", Some("false")),
    ("_all_probabilities", "BooleanProperty", Some("false")),
    ("_bias", "DoubleProperty", Some("0.0")),
    ("_degree", "IntegerProperty", Some("3")),
    ("_gamma", "DoubleProperty", Some("1.0")),
    ("_inputs", "FieldNameListProperty", Some("")),
    ("_kernel", "EnumProperty", Some("RBF")),
    ("_mode", "EnumProperty", Some("Simple")),
    ("_precision", "DoubleProperty", Some("0.1")),
    ("_raw_propensity", "BooleanProperty", Some("false")),
    ("_rbf_gamma", "DoubleProperty", Some("0.1")),
    ("_regularization", "IntegerProperty", Some("10")),
    ("_stopping_criteria", "EnumProperty", Some("1.0E-3")),
    ("_target", "FieldNameProperty", None),
    ("_variable_importance", "BooleanProperty", Some("true")),
    ("modelSplitFieldSelection", "FieldNameListProperty", Some("")),
    ("useSplitModelData", "BooleanProperty", Some("true")),
];

/// Options that nuggets show.
const SHOWN: &[ShownOption] = &[
    ("usePartitionedData", "Z"),
    ("calculateVariableImportances", "Z"),
    ("calculateRawPropensities", "Z"),
    ("calculateAdjustedPropensities", "Z"),
    ("_mode", "A"),
    ("_all_probabilities", "Z"),
    ("_stopping_criteria", "A"),
    ("_kernel", "A"),
    ("_regularization", "I"),
    ("_precision", "D"),
    ("_rbf_gamma", "D"),
    ("_gamma", "D"),
    ("_bias", "D"),
    ("_degree", "I"),
    ("_raw_propensity", "Z"),
    ("_adjusted_propensity", "Z"),
    ("_variable_importance", "Z"),
];

struct Svm {
    builder: Builder,
    options: SvmOptions,
    uses_splits: bool,
}

/// The settings, resolved for the input fields.
struct Plan {
    target: Field,
    encoding: Encoding,
    training: Option<TrainingPartition>,
}

/// A trained machine with its records, its error and its probabilities.
struct Trained {
    machine: Machine,
    vectors: Vectors,
    /// The mean absolute error of a machine that predicts numbers.
    error: f64,
    /// The probabilities of a machine of categories.
    sigmoid: Option<Sigmoid>,
}

fn compile(compile: &mut Compile<'_>) -> Result<Compiled, Reported> {
    let settings: SvmSettings = compile.settings()?;
    refuse_settings(&settings, compile.diagnostics());
    let kernel = kernel(&settings, compile.diagnostics());
    let is_simple = settings.mode != "Expert";
    let (cost, tolerance, free_error) =
        if is_simple { SIMPLE } else { (settings.cost, settings.tolerance, settings.free_error) };
    let options = SvmOptions { kernel, cost, tolerance, free_error };
    let fields = FieldSettings {
        by_role: settings.by_role,
        targets: settings.target.clone(),
        inputs: settings.inputs.clone(),
        partition: settings.partition.clone(),
        uses_partition: settings.uses_partition,
    };
    let own_name = if settings.auto_name { "" } else { settings.model_name.as_str() };
    let builder = Builder::new(compile, fields, own_name, DESCRIPTIONS, SHOWN);
    Ok(compiled(Svm { builder, options, uses_splits: settings.by_role && settings.uses_splits }))
}

fn kernel(settings: &SvmSettings, diagnostics: &mut NodeDiagnostics<'_>) -> Kernel {
    let (gamma, bias) = (settings.gamma, settings.bias);
    match (settings.mode.as_str(), settings.kernel.as_str()) {
        ("Simple", _) => Kernel::Rbf { gamma: SIMPLE_GAMMA },
        (_, "RBF") => Kernel::Rbf { gamma: settings.rbf_gamma },
        (_, "Polynomial") => Kernel::Polynomial { gamma, bias, degree: settings.degree },
        (_, "Sigmoid") => Kernel::Sigmoid { gamma, bias },
        (_, "Linear") => Kernel::Linear,
        (_, other) => {
            diagnostics.refuse_value("_kernel", other, "this kernel is not supported");
            Kernel::Linear
        }
    }
}

fn refuse_settings(settings: &SvmSettings, diagnostics: &mut NodeDiagnostics<'_>) {
    for (property, is_on, what) in [
        ("useFrequency", settings.use_frequency && !settings.frequency_field.is_empty(), "frequency fields"),
        ("useWeight", settings.use_weight && !settings.weight_field.is_empty(), "weight fields"),
        ("_adjusted_propensity", settings.adjusted, "adjusted propensities"),
    ] {
        if is_on {
            diagnostics.refuse_value(property, true, format!("{what} are not supported by this builder"));
        }
    }
    if !["Simple", "Expert"].contains(&settings.mode.as_str()) {
        diagnostics.refuse_value("_mode", &settings.mode, "only Simple and Expert are supported");
    }
    if !settings.splits.is_empty() && settings.uses_splits {
        diagnostics.refuse_value("modelSplitFieldSelection", "", "split models are not supported");
    }
    if settings.mode == "Simple" {
        return;
    }
    for (property, value, is_allowed) in [
        ("_regularization", settings.cost, settings.cost > 0.0),
        ("_stopping_criteria", settings.tolerance, settings.tolerance > 0.0),
        ("_precision", settings.free_error, settings.free_error >= 0.0),
    ] {
        if !is_allowed || !value.is_finite() {
            diagnostics.refuse_value(property, value, "a positive number is needed");
        }
    }
    for (property, value) in
        [("_rbf_gamma", settings.rbf_gamma), ("_gamma", settings.gamma), ("_bias", settings.bias)]
    {
        if !value.is_finite() {
            diagnostics.refuse_value(property, value, "a finite number is needed");
        }
    }
    if !(1..=MAX_DEGREE).contains(&settings.degree) {
        let message = format!("degrees from 1 to {MAX_DEGREE} are supported");
        diagnostics.refuse_value("_degree", settings.degree, message);
    }
}

/// Trains the machine, and applies it to its own records.
fn train(
    goal: &Goal,
    rows: Rows,
    columns: usize,
    options: &SvmOptions,
    control: Control<'_>,
) -> Result<Trained, MiningError> {
    let vectors = Vectors::new(rows.numbers, columns);
    match goal {
        Goal::Number => {
            let machine = regress(&vectors, &rows.targets, options, control)?;
            let predicted = machine.predict(&vectors, control)?;
            let errors =
                rows.targets.iter().zip(predicted).map(|(target, predicted)| (target - predicted).abs());
            let error = errors.sum::<f64>() / rows.targets.len().max(1) as f64;
            Ok(Trained { machine, vectors, error, sigmoid: None })
        }
        Goal::Categories { .. } => {
            let is_first = rows.targets.iter().map(|target| *target > 0.0).collect::<Vec<_>>();
            let machine = classify(&vectors, &is_first, options, control)?;
            let sigmoid = sigmoid(&machine.predict(&vectors, control)?, &is_first);
            Ok(Trained { machine, vectors, error: 0.0, sigmoid: Some(sigmoid) })
        }
    }
}

#[async_trait]
impl Train for Svm {
    type Plan = Plan;

    fn plan(&self, input: &DataModel, is_running: bool) -> Result<Self::Plan, NodeError> {
        if self.uses_splits && input.with_role(Role::Split).next().is_some() {
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
        let encoding = Encoding::new(input, target, &inputs, is_running)?;
        Ok(Plan { target: Field::clone(target), encoding, training })
    }

    async fn train(&self, plan: Self::Plan, input: Table, run: &NodeRun) -> Result<NewNugget, NodeError> {
        let Plan { target, encoding, training } = plan;
        let mut rows = Rows::default();
        records::for_each(input, training.as_ref(), run, |batch| encoding.encode(batch, &mut rows)).await?;
        rows.check(&encoding.goal, &target.name)?;
        let (goal, columns, options) = (encoding.goal.clone(), encoding.columns(), self.options);
        let trained =
            records::mine(run, move |control| train(&goal, rows, columns, &options, control)).await?;
        let vectors = trained.machine.support().count();
        tracing::info!(vectors, records = trained.vectors.len(), "built");
        self.nugget(&target, &encoding, &trained, run)
    }
}
