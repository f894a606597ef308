//! Families of node types, as Modeler's palettes group them.

use super::{Node, NodeType};

/// What a type of node is for. It is told from its name, so that types this crate does not know have one,
/// too.
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

const RECORD_OPERATIONS: [&str; 14] = [
    "AggregateNode",
    "AppendNode",
    "BalanceNode",
    "CFProcessNode",
    "DistinctNode",
    "ExtensionProcessNode",
    "MergeNode",
    "RFMAggregateNode",
    "SampleNode",
    "SelectNode",
    "SortNode",
    "SpaceTimeBoxesNode",
    "StreamingTimeSeriesNode",
    "TimeSeriesProcessNode",
];

const FIELD_OPERATIONS: [&str; 19] = [
    "AnonymizeNode",
    "AutoDataPrepNode",
    "BinningNode",
    "DeriveNode",
    "EnsembleNode",
    "FieldReorderNode",
    "FillerNode",
    "FilterNode",
    "HistoryNode",
    "PartitionNode",
    "RFMAnalysisNode",
    "ReclassifyNode",
    "ReorderNode",
    "RestructureNode",
    "SetToFlagNode",
    "TimeIntervalsNode",
    "TransformNode",
    "TransposeNode",
    "TypeNode",
];

const GRAPHS: [&str; 11] = [
    "CollectionNode",
    "DistributionNode",
    "EvaluationNode",
    "GraphBoardNode",
    "HistogramNode",
    "MultiPlotNode",
    "PlotNode",
    "ScatterPlotNode",
    "TimePlotNode",
    "TwoDChartNode",
    "WebNode",
];

const OUTPUTS: [&str; 9] = [
    "AnalysisNode",
    "DataAuditNode",
    "MatrixNode",
    "MeansNode",
    "ReportNode",
    "SetGlobalsNode",
    "StatisticsNode",
    "TableNode",
    "TransformOutputNode",
];

impl NodeType {
    /// The family that the type belongs to.
    pub fn family(&self) -> NodeFamily {
        let class = self.class();
        let ends = |suffix: &str| class.ends_with(suffix);
        match class {
            _ if ends("ConnectorNode") => NodeFamily::Connector,
            _ if ends("SuperNode") => NodeFamily::SuperNode,
            _ if ends("ImportNode") || ends("InputNode") => NodeFamily::Source,
            "CFBuildSourceNode" => NodeFamily::Source,
            "CFBuildDocumentNode" => NodeFamily::Graph,
            "ExcelNode" => NodeFamily::Export,
            "ExtensionDataTransformNode" => NodeFamily::RecordOperation,
            _ if ends("ExportNode") => NodeFamily::Export,
            _ if class.starts_with("Apply") || class.contains("ApplyModel") => NodeFamily::Nugget,
            _ if class.starts_with("Build") || class.contains("BuildModel") || class.starts_with("Train") => {
                NodeFamily::Builder
            }
            _ if RECORD_OPERATIONS.contains(&class) => NodeFamily::RecordOperation,
            _ if FIELD_OPERATIONS.contains(&class) => NodeFamily::FieldOperation,
            _ if GRAPHS.contains(&class) => NodeFamily::Graph,
            _ if OUTPUTS.contains(&class) => NodeFamily::Output,
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
