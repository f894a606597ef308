//! The K-Means nugget. IBM: `applykmeansnode`.
//!
//! `$KM-` is the nearest cluster, `$KMD-` the distance from its centre. Names of clusters consist of the
//! nugget's label and their number.

use satsuma_columns::OutputKind;
use satsuma_engine::{Compile, Compiled, Inputs, NodeType, Reported};
use satsuma_pmml::Options;
use satsuma_stream::nodes::OutputRole;

use super::native::{self, Property, nugget_settings};
use super::nugget::{Output, Score, output_field};

/// The type of node.
pub static NODE: NodeType = NodeType {
    class: "ApplyKMeansNode",
    extension: None,
    inputs: Inputs::One,
    settings: KMeansSettings::LIST,
    compile,
};

nugget_settings! {
    /// Settings of a K-Means nugget.
    pub struct KMeansSettings {
        /// The model.
        model: Property = element("model", ""),
        /// The prefix of cluster names.
        label: String = text("clusterLabel", ""),
        /// Whether clusters have names or numbers.
        label_type: String = text("clusterLabelType", ""),
        /// Whether the distance is added.
        distance: bool = value("generateDistanceField", "", false),
        /// Whether sets are coded in binary.
        binary: bool = value("useBinarySetEncoding", "", false),
    }
    // Build options, which its PMML repeats, and display settings.
    ignored: [
        "calculateAdjustedPropensities", "calculateRawPropensities", "encodingValueForSets", "numClusters",
        "showClusterProximity",
    ]
}

fn compile(compile: &mut Compile<'_>) -> Result<Compiled, Reported> {
    let settings: KMeansSettings = compile.settings()?;
    if settings.binary {
        compile.refuse_value("useBinarySetEncoding", true, "sets coded in binary are not supported");
    }
    if settings.label_type != "STRING" {
        let message = "only clusters with names are supported";
        compile.refuse_value("clusterLabelType", &settings.label_type, message);
    }
    let model = native::model(settings.model.as_deref(), &Options::default(), compile)?;
    let listed = model.header.outputs.iter().find(|output| output.role == Some(OutputRole::EntityId));
    let Some(listed) = listed else {
        return Err(compile.refuse_value("model/outputs", "", "the field for the cluster is missing"));
    };
    let mut outputs = Vec::new();
    if let Some(field) = output_field(listed, compile.diagnostics()) {
        let score = Score::Cluster(Some(settings.label.clone()));
        outputs.push(Output { field, score }.of_kind(OutputKind::Cluster));
    }
    if settings.distance {
        let name = format!("$KMD-{}", listed.name.strip_prefix("$KM-").unwrap_or(&model.header.name));
        let mut distance = native::real(name, OutputRole::EntityId, "");
        distance.target_field = None;
        let field = output_field(&distance, compile.diagnostics());
        outputs.extend(field.map(|field| Output { field, score: Score::ClusterDistance }));
    }
    native::nugget(&model.pmml, model.scorer, outputs, compile)
}
