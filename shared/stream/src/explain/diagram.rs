//! Explanation of diagrams, nodes, links, comments and sources.

use std::collections::HashMap;

use serde::Serialize;

use crate::diagram::{Comment, Diagram};
use crate::element::Element;
use crate::error::Result;
use crate::field::{Field, Measure};
use crate::node::{Node, NodeFamily};
use crate::tables::{TypeTable, UserFieldTable};

/// The nodes of a diagram, their links and comments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct DiagramSummary {
    /// The nodes, in document order.
    pub nodes: Vec<NodeSummary>,
    /// The links; they refer to nodes by their numbers.
    pub links: Vec<LinkSummary>,
    /// The comments.
    pub comments: Vec<CommentSummary>,
}

/// A node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct NodeSummary {
    /// Its number in its diagram.
    pub id: u32,
    /// Its uid, which is the same in all versions of the stream.
    pub uid: String,
    /// Its type: `TableNode`, `CFApplyModelNode[neuralnetmodel]`.
    #[serde(rename = "type")]
    pub node_type: String,
    /// Category of its type: `source`, `nugget` …
    pub family: &'static str,
    /// Its name.
    pub name: String,
    /// The label that a user gave it.
    pub label: Option<String>,
    /// Its position on the canvas.
    pub position: Option<Point>,
    /// Whether it is enabled in runs.
    pub enabled: bool,
    /// The diagram inside a supernode.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inside: Option<DiagramSummary>,
}

/// A position in pixels from the top left corner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Point {
    /// To the right.
    pub x: i32,
    /// Down.
    pub y: i32,
}

/// A link: records flow from one node to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LinkSummary {
    /// Number of the node where it starts.
    pub from: u32,
    /// Number of the node where it ends.
    pub to: u32,
}

/// A comment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CommentSummary {
    /// The text.
    pub text: String,
    /// Its position on the canvas.
    pub position: Option<Point>,
    /// Uids of the nodes that it is attached to.
    pub nodes: Vec<String>,
}

/// A source node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct SourceSummary {
    /// The node's uid.
    pub uid: String,
    /// Its type.
    #[serde(rename = "type")]
    pub node_type: String,
    /// The displayed name.
    pub name: String,
    /// The file or table that it reads, in the notation of the computer that wrote the stream.
    pub place: Option<String>,
    /// Its fields in order, as they were last read.
    pub fields: Vec<SourceField>,
}

/// A field of a source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SourceField {
    /// Its name.
    pub name: String,
    /// Storage of its values: `integer`, `string` …
    pub storage: String,
    /// Measure: `range`, `flag` …
    pub measure: String,
    /// Role, if the source defines it: `in`, `out` …
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// Its values as the user entered them, for a User Input node.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub values: Option<String>,
}

/// Properties with the data that a source reads; the first existing one counts.
const PLACES: [&str; 6] = ["inputFileName", "fullFilename", "fileName", "tableName", "query", "datasource"];

impl DiagramSummary {
    pub(super) fn of(diagram: &Diagram) -> Self {
        let links = diagram.links().iter();
        DiagramSummary {
            nodes: diagram.nodes().iter().map(NodeSummary::of).collect(),
            links: links.map(|link| LinkSummary { from: link.source.0, to: link.target.0 }).collect(),
            comments: diagram.comments().iter().map(CommentSummary::of).collect(),
        }
    }
}

impl NodeSummary {
    fn of(node: &Node) -> Self {
        NodeSummary {
            id: node.id.0,
            uid: node.uid.clone(),
            node_type: node.node_type.to_string(),
            family: family_name(node.family()),
            name: node.name.clone(),
            label: node.label.clone(),
            position: node.position.map(Point::from),
            enabled: node.enabled,
            inside: node.inner.as_ref().map(DiagramSummary::of),
        }
    }
}

impl CommentSummary {
    fn of(comment: &Comment) -> Self {
        CommentSummary {
            text: comment.text.clone(),
            position: comment.position.map(Point::from),
            nodes: comment.nodes.clone(),
        }
    }
}

impl From<(i32, i32)> for Point {
    fn from((x, y): (i32, i32)) -> Self {
        Point { x, y }
    }
}

impl SourceSummary {
    pub(super) fn of(node: &Node) -> Result<Self> {
        Self::read(node).map_err(|error| error.within(&node.describe()))
    }

    fn read(node: &Node) -> Result<Self> {
        let property = |name: &str| node.properties().and_then(|properties| properties.child(name));
        let types = property("typeTable")
            .map(|table| TypeTable::from_element(table))
            .transpose()?
            .unwrap_or_default();
        // A map, not a search per field: a hostile stream has a hundred thousand of each.
        let mut rows = HashMap::new();
        for row in &types.rows {
            rows.entry(row.name.as_str()).or_insert(row);
        }
        let role = |name: &str| rows.get(name)?.direction.as_ref().map(ToString::to_string);
        let measure = |name: &str| rows.get(name)?.effective_measure();
        let typed = property("userFieldTable").map(|table| UserFieldTable::from_element(table));
        let typed = typed.transpose()?.unwrap_or_default();
        let fields = Field::list(node.element().child("importedFields"), "field")?;
        let mut places = PLACES.iter().filter_map(|name| node.property(name));
        Ok(SourceSummary {
            uid: node.uid.clone(),
            node_type: node.node_type.to_string(),
            name: node.display_name().to_owned(),
            place: places.find(|place| !place.is_empty()),
            fields: (fields.iter().map(|field| SourceField::of(field, role(&field.name))))
                .chain(typed.fields.into_iter().map(|field| SourceField {
                    storage: field.storage.to_string(),
                    measure: measure(&field.name).unwrap_or(&Measure::Auto).to_string(),
                    role: role(&field.name),
                    values: Some(field.values),
                    name: field.name,
                }))
                .collect(),
        })
    }
}

impl SourceField {
    fn of(field: &Field, role: Option<String>) -> Self {
        SourceField {
            name: field.name.clone(),
            storage: field.field_type.storage.to_string(),
            measure: field.field_type.measure.to_string(),
            role,
            values: None,
        }
    }
}

fn family_name(family: NodeFamily) -> &'static str {
    match family {
        NodeFamily::Source => "source",
        NodeFamily::RecordOperation => "recordOperation",
        NodeFamily::FieldOperation => "fieldOperation",
        NodeFamily::Graph => "graph",
        NodeFamily::Builder => "builder",
        NodeFamily::Nugget => "nugget",
        NodeFamily::Output => "output",
        NodeFamily::Export => "export",
        NodeFamily::SuperNode => "superNode",
        NodeFamily::Connector => "connector",
        NodeFamily::Other => "other",
    }
}

/// The text of a property of the stream; problems are ignored.
pub(super) fn text(properties: Option<&Element>, name: &str) -> Option<String> {
    Some(properties?.text_of(name)?.into_owned())
}
