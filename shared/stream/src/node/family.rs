//! Families of node types, as Modeler's palettes group them.

use super::{Node, NodeType};

/// What a type of node is for. A type that is not in the catalog has a family, too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum NodeFamily {
    /// Reads data.
    Source,
    /// Works on records.
    RecordOperation,
    /// Works on fields.
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
    /// Holds a diagram of its own.
    SuperNode,
    /// Inside a supernode, stands for what is linked to it.
    Connector,
    /// Something else.
    Other,
}

impl NodeType {
    /// The family that the type belongs to: that of its entry in the [catalog](crate::catalog) or, without one,
    /// what its class sounds like.
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
    /// Whether running a stream runs the nodes of the family at the end of a branch.
    pub fn is_terminal(self) -> bool {
        matches!(self, NodeFamily::Graph | NodeFamily::Builder | NodeFamily::Output | NodeFamily::Export)
    }
}

impl Node {
    /// The family that the node's type belongs to.
    pub fn family(&self) -> NodeFamily {
        self.node_type.family()
    }
}
