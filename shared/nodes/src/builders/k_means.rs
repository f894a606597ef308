//! K-Means: clusters of records. IBM: "K-Means Node", `kmeansnode`.
//!
//! Continuous fields are scaled by the limits of their types to 0 to 1, flags are 0 or 1, and each value of a nominal
//! field is a column. Without the expert mode iterations end as in models that Modeler stored: after 20, or when no
//! centre moves by more than 0.000001.

mod encoding;
mod nugget;
mod pmml;
mod statistics;

use async_trait::async_trait;
use satsuma_columns::{DataModel, Role};
use satsuma_engine::{Compile, Compiled, Inputs, NodeError, NodeRun, NodeType, Reported, Table, settings};
use satsuma_mining::clustering::{self, KMeansOptions};
use satsuma_stream::NewNugget;

use self::encoding::Encoding;
use super::builder::Builder;
use super::options::{Description, ShownOption};
use super::records;
use super::roles::{FieldSettings, TrainingPartition};
use super::training::{Train, compiled};

/// The type of node.
pub static NODE: NodeType = NodeType {
    class: "BuildKMeansNode",
    extension: None,
    inputs: Inputs::One,
    settings: KMeansSettings::LIST,
    compile,
};

/// Most clusters: more than a person can distinguish.
const MAX_CLUSTERS: usize = 1_000;

/// The most iterations, of Modeler's dialog.
const MAX_ITERATIONS: usize = 10_000;

/// The tolerance and the iterations of the simple mode.
const SIMPLE: (f64, usize) = (1e-6, 20);

/// The value of a set's column: the square root of a half in six digits, as the stored centres show.
#[expect(clippy::approx_constant, reason = "Modeler has these six digits")]
const SET_VALUE: f64 = 0.707107;

settings! {
    /// Settings of a K-Means node.
    pub struct KMeansSettings {
        /// Whether the roles of the fields decide which of them are used.
        by_role: bool = value("autoModelFieldSelection", "custom_fields", true),
        /// The fields, where they do not.
        inputs: Vec<String> = fields("modelInputFieldSelection", "inputs"),
        /// The field of partitions, where they do not.
        partition: String = text("partitionField", "partition"),
        /// Whether only the training partition trains.
        uses_partition: bool = value("usePartitionedData", "use_partitioned_data", true),
        /// Whether the model is named automatically.
        auto_name: bool = value("autoModelName", "model_name_auto", true),
        /// Its name otherwise.
        model_name: String = text("modelName", "model_name"),
        /// The number of clusters.
        clusters: usize = value("numClusters", "num_clusters", 5),
        /// The text in front of the number of a cluster.
        label: String = value("clusterLabel", "label_prefix", "cluster".to_owned()),
        /// Whether clusters have names or numbers.
        label_type: String = value("clusterLabelType", "cluster_label", "STRING".to_owned()),
        /// Whether options of the expert mode count.
        expert: bool = value("expertMode", "mode", false),
        /// When iterations end, in expert mode.
        stop_on: String = value("stoppingCondition", "stop_on", "DEFAULT".to_owned()),
        /// The most iterations, in expert mode.
        iterations: usize = value("numberIterations", "max_iterations", 20),
        /// The tolerance, in expert mode.
        tolerance: f64 = value("changeTolerance", "tolerance", 0.0),
        /// The value of a set's column, in expert mode.
        set_value: f64 = value("encodingValueForSets", "encoding_value", SET_VALUE),
        /// Whether sets are coded in binary.
        binary: bool = value("useBinarySetEncoding", "", false),
        /// Whether a field has the frequency of records.
        use_frequency: bool = value("useFrequency", "use_frequency", false),
        /// Whether a field has the weight of records.
        use_weight: bool = value("useWeight", "use_weight", false),
    }
    // Display settings and output options of nuggets; execution settings.
    ignored: [
        "adjustedPropensityPartition", "calculateAdjustedPropensities", "calculateRawPropensities",
        "calculateVariableImportances", "eventFields", "frequencyField", "generateDistanceField", "method",
        "modelTargetFieldSelection", "optimization", "showClusterProximity", "useEvents", "weightField",
    ]
}

/// Options of the builder alone, as nuggets describe them.
const DESCRIPTIONS: &[Description] = &[
    ("changeTolerance", "DoubleProperty", Some("1.0E-6")),
    ("clusterLabel", "StringProperty", Some("cluster")),
    ("encodingValueForSets", "DoubleProperty", Some("0.707107")),
    ("generateDistanceField", "BooleanProperty", Some("false")),
    ("numClusters", "IntegerProperty", Some("5")),
    ("numberIterations", "IntegerProperty", Some("20")),
    ("optimization", "EnumProperty", Some("memory")),
    ("showClusterProximity", "BooleanProperty", Some("false")),
    ("stoppingCondition", "EnumProperty", Some("DEFAULT")),
    ("useBinarySetEncoding", "BooleanProperty", Some("false")),
];

/// Options that nuggets show.
const SHOWN: &[ShownOption] = &[
    ("usePartitionedData", "Z"),
    ("calculateRawPropensities", "Z"),
    ("calculateAdjustedPropensities", "Z"),
    ("numClusters", "I"),
    ("generateDistanceField", "Z"),
    ("clusterLabelType", "A"),
    ("clusterLabel", "A"),
    ("optimization", "A"),
    ("expertMode", "Z"),
];

struct KMeans {
    builder: Builder,
    settings: KMeansSettings,
}

/// The settings, resolved for the input fields.
struct Plan {
    encoding: Encoding,
    training: Option<TrainingPartition>,
}

fn compile(compile: &mut Compile<'_>) -> Result<Compiled, Reported> {
    let settings: KMeansSettings = compile.settings()?;
    let diagnostics = compile.diagnostics();
    if settings.binary {
        diagnostics.refuse_value("useBinarySetEncoding", true, "sets coded in binary are not supported");
    }
    if settings.label_type != "STRING" {
        diagnostics.refuse_value(
            "clusterLabelType",
            &settings.label_type,
            "only clusters with names are supported",
        );
    }
    for (property, is_on) in [("useFrequency", settings.use_frequency), ("useWeight", settings.use_weight)] {
        if is_on {
            diagnostics.refuse_value(
                property,
                true,
                "frequencies and weights are not supported by this builder",
            );
        }
    }
    if !(1..=MAX_CLUSTERS).contains(&settings.clusters) {
        let message = format!("from 1 to {MAX_CLUSTERS} clusters are possible");
        diagnostics.refuse_value("numClusters", settings.clusters, message);
    }
    if settings.iterations > MAX_ITERATIONS {
        let message = format!("at most {MAX_ITERATIONS} iterations are possible");
        diagnostics.refuse_value("numberIterations", settings.iterations, message);
    }
    let fields = FieldSettings {
        by_role: settings.by_role,
        targets: Vec::new(),
        inputs: settings.inputs.clone(),
        partition: settings.partition.clone(),
        uses_partition: settings.uses_partition,
    };
    let own_name = if settings.auto_name { "" } else { settings.model_name.as_str() };
    let builder = Builder::new(compile, fields, own_name, DESCRIPTIONS, SHOWN);
    Ok(compiled(KMeans { builder, settings }))
}

impl KMeans {
    fn iterations(&self) -> KMeansOptions {
        let is_custom = self.settings.expert && self.settings.stop_on != "DEFAULT";
        let (tolerance, iterations) = match is_custom {
            true => (self.settings.tolerance, self.settings.iterations),
            false => (SIMPLE.0, SIMPLE.1),
        };
        KMeansOptions { clusters: self.settings.clusters, iterations, tolerance }
    }
}

#[async_trait]
impl Train for KMeans {
    type Plan = Plan;

    const PREDICTS: bool = false;

    fn plan(&self, input: &DataModel, is_running: bool) -> Result<Self::Plan, NodeError> {
        let settings = &self.builder.fields;
        let training = settings.training(input, is_running)?;
        let fields = settings.with_role(input, &[Role::Input, Role::Both], &settings.inputs)?;
        let set_value = if self.settings.expert { self.settings.set_value } else { SET_VALUE };
        let encoding = Encoding::new(input, &fields, set_value, self.settings.by_role, is_running)?;
        Ok(Plan { encoding, training })
    }

    async fn train(&self, plan: Self::Plan, input: Table, run: &NodeRun) -> Result<NewNugget, NodeError> {
        let Plan { encoding, training } = plan;
        let mut rows = Vec::new();
        records::for_each(input, training.as_ref(), run, |batch| encoding.encode(batch, &mut rows)).await?;
        let (columns, options) = (encoding.columns(), self.iterations());
        if rows.is_empty() {
            return Err(NodeError::Model("there are no records to train with".to_owned()));
        }
        let (model, rows) = records::mine(run, move |control| {
            let model = clustering::k_means(&rows, columns, options, control)?;
            Ok((model, rows))
        })
        .await?;
        let clusters = model.centres.len();
        tracing::info!(clusters, records = model.members.len(), iterations = model.changes.len(), "built");
        self.nugget(&encoding, &model, &rows, run)
    }
}
