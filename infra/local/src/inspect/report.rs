//! The content of a file that is not a stream.

use satsuma_stream::{ModelerFile, ModelerFileKind, Node, Result};
use serde::Serialize;

/// A palette, a node or a saved output.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub(crate) enum Report {
    /// Models that are in no stream.
    Palette {
        /// Their nuggets.
        models: Vec<NodeReport>,
    },
    /// Nodes that are in no stream.
    Node {
        /// The nodes.
        nodes: Vec<NodeReport>,
    },
    /// A saved output.
    Output {
        /// Its class: `TableOutput`, `HistogramOutput` …
        class: String,
        /// Its name.
        name: String,
        /// Its tables of records.
        tables: Vec<TableReport>,
    },
    /// Something that this version has no words for.
    Other,
}

/// A node that is in no stream.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NodeReport {
    pub(crate) uid: String,
    #[serde(rename = "type")]
    pub(crate) node_type: String,
    pub(crate) name: String,
    /// The algorithm in its model's header, for a nugget.
    pub(crate) algorithm: Option<String>,
}

/// A table of a saved output.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TableReport {
    pub(crate) records: usize,
    pub(crate) fields: Vec<String>,
}

pub(super) fn of(file: &ModelerFile, kind: &ModelerFileKind) -> Result<Report> {
    let nodes = |nodes: &[Node]| nodes.iter().map(NodeReport::of).collect::<Result<Vec<_>>>();
    Ok(match kind {
        ModelerFileKind::Palette(models) => Report::Palette { models: nodes(models)? },
        ModelerFileKind::Node(found) => Report::Node { nodes: nodes(found)? },
        ModelerFileKind::Output(output) => {
            let tables = output.tables.iter().map(|name| {
                let table = file.table(name)?;
                let fields = table.columns.iter().map(|column| column.name.clone()).collect();
                Ok(TableReport { records: table.rows(), fields })
            });
            let (class, name) = (output.class.clone(), output.name.clone());
            Report::Output { class, name, tables: tables.collect::<Result<_>>()? }
        }
        _ => Report::Other,
    })
}

impl NodeReport {
    fn of(node: &Node) -> Result<Self> {
        Ok(Self {
            uid: node.uid.clone(),
            node_type: node.node_type.to_string(),
            name: node.display_name().to_owned(),
            algorithm: node.model_header()?.map(|header| header.algorithm_name),
        })
    }
}
