//! Families of node types, the palettes of Modeler.

use super::{Node, NodeType};

/// Category of a node type. Types outside the catalog have a family, too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum NodeFamily {
    /// Reads data.
    Source,
    /// Processes records.
    RecordOperation,
    /// Processes fields.
    FieldOperation,
    /// Draws a chart.
    Graph,
    /// Builds a model.
    Builder,
    /// Applies a model.
    Nugget,
    /// Shows a result.
    Output,
    /// Writes data.
    Export,
    /// Contains a diagram of its own.
    SuperNode,
    /// Represents the outside links within a supernode.
    Connector,
    /// Something else.
    Other,
}

impl NodeType {
    /// The family of the type: that of its entry in the [catalog](crate::catalog) or, without one, a guess
    /// from the name of its class.
    pub fn family(&self) -> NodeFamily {
        if let Some(entry) = crate::catalog::entry(self) {
            return entry.family;
        }
        let class = self.class();
        let ends = |suffix: &str| class.ends_with(suffix);
        let has = |part: &str| class.contains(part);
        match class {
            _ if ends("ConnectorNode") => NodeFamily::Connector,
            _ if ends("SuperNode") => NodeFamily::SuperNode,
            _ if ends("ImportNode") || ends("InputNode") || has("BuildSource") => NodeFamily::Source,
            _ if ends("ExportNode") => NodeFamily::Export,
            _ if class.starts_with("Apply") || has("ApplyModel") => NodeFamily::Nugget,
            _ if class.starts_with("Build") || has("BuildModel") || class.starts_with("Train") => {
                NodeFamily::Builder
            }
            _ if ends("PlotNode") || ends("ChartNode") || ends("GraphNode") || has("BuildDocument") => {
                NodeFamily::Graph
            }
            _ if ends("OutputNode") => NodeFamily::Output,
            _ if ends("ProcessNode") || has("DataTransform") => NodeFamily::RecordOperation,
            _ => NodeFamily::Other,
        }
    }
}

impl NodeFamily {
    /// Whether a run of a stream executes nodes of this family at the end of a branch.
    pub fn is_terminal(self) -> bool {
        matches!(self, NodeFamily::Graph | NodeFamily::Builder | NodeFamily::Output | NodeFamily::Export)
    }
}

impl Node {
    /// The family of the node's type.
    pub fn family(&self) -> NodeFamily {
        self.node_type.family()
    }
}
