//! Explanation of models.

use std::collections::{HashMap, HashSet};

use serde::Serialize;

use crate::element::Element;
use crate::error::Result;
use crate::node::{Node, NodeFamily};
use crate::nodes::ModelHeader;
use crate::stream::{Stream, Tie};

/// A model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ModelSummary {
    /// Uid of its nugget.
    pub uid: String,
    /// The nugget's type.
    #[serde(rename = "type")]
    pub node_type: String,
    /// The displayed name.
    pub name: String,
    /// Name of the algorithm in the model; empty for time series models.
    pub algorithm: String,
    /// Fields that it predicts; empty for clusters and rules.
    pub targets: Vec<String>,
    /// Fields that it reads.
    pub inputs: Vec<String>,
    /// Fields that it may add.
    pub outputs: Vec<String>,
    /// When it was built, in milliseconds since 1970.
    pub built_at: Option<i64>,
    /// Records that it was built from, if recorded.
    pub record_count: Option<u64>,
    /// The node that built it, if the model names it.
    pub builder: Option<BuilderSummary>,
}

/// The node that built a model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct BuilderSummary {
    /// Its uid.
    pub uid: String,
    /// Whether the node is in the stream.
    pub is_in_stream: bool,
    /// Whether its execution replaces the model.
    pub refreshes: bool,
}

impl Node {
    /// The header of the node's model; `null` for nodes without a model.
    ///
    /// # Errors
    /// A missing or invalid part of the header.
    pub fn model_header(&self) -> Result<Option<ModelHeader>> {
        let native = self.element().path(["properties", "model"]);
        let native = native.filter(|model| model.child("algorithmName").is_some());
        let Some(model) = native.or_else(|| extension_model(self.element())) else {
            return Ok(None);
        };
        ModelHeader::from_element(model).map(Some).map_err(|error| error.within(&self.describe()))
    }
}

/// The first container of an extension with the fields that its model adds.
fn extension_model(element: &Element) -> Option<&Element> {
    let lists = element.children("contentContainers");
    let containers = lists.flat_map(|lists| lists.children("containers"));
    let mut containers = containers.flat_map(|list| list.children("container"));
    containers.find(|container| container.child("outputs").is_some()).map(|container| &**container)
}

/// All models of a stream, and the problems in reading them.
pub(super) fn models(stream: &Stream) -> (Vec<ModelSummary>, Vec<String>) {
    let (mut models, mut problems) = (Vec::new(), Vec::new());
    let ties = stream.ties();
    let ties: HashMap<*const Node, &Tie<'_>> =
        ties.iter().map(|tie| (std::ptr::from_ref(tie.nugget), tie)).collect();
    let nodes = stream.diagram.all_nodes().into_iter();
    for node in nodes.filter(|node| node.family() == NodeFamily::Nugget) {
        match node.model_header() {
            Ok(header) => {
                let tie = ties.get(&std::ptr::from_ref(node)).copied();
                models.push(ModelSummary::of(node, header, tie));
            }
            Err(error) => problems.push(error.to_string()),
        }
    }
    (models, problems)
}

impl ModelSummary {
    fn of(node: &Node, header: Option<ModelHeader>, tie: Option<&Tie<'_>>) -> Self {
        let mut summary = ModelSummary {
            uid: node.uid.clone(),
            node_type: node.node_type.to_string(),
            name: node.display_name().to_owned(),
            algorithm: String::new(),
            targets: Vec::new(),
            inputs: Vec::new(),
            outputs: Vec::new(),
            built_at: None,
            record_count: None,
            builder: tie.map(|tie| BuilderSummary {
                uid: tie.builder_uid.clone(),
                is_in_stream: tie.builder.is_some(),
                refreshes: tie.is_active(),
            }),
        };
        let Some(header) = header else {
            return summary;
        };
        let targets = header.outputs.iter().filter_map(|output| output.target_field.as_deref());
        let mut seen = HashSet::new();
        let targets = targets.filter(|target| !target.is_empty() && seen.insert(*target));
        summary.targets = targets.map(str::to_owned).collect();
        summary.inputs = header.inputs.into_iter().map(|input| input.name).collect();
        summary.outputs = header.outputs.into_iter().map(|output| output.name).collect();
        summary.algorithm = header.algorithm_name;
        summary.built_at = header.build_date;
        summary.record_count = header.record_count;
        summary
    }
}
