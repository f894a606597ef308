//! Diagrams, nodes, links, comments and sources, explained.

use std::collections::HashMap;

use serde::Serialize;

use crate::diagram::{Comment, Diagram};
use crate::element::Element;
use crate::error::Result;
use crate::field::{Field, Measure};
use crate::node::{Node, NodeFamily};
use crate::tables::{TypeTable, UserFieldTable};

/// Nodes and what is between them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct DiagramSummary {
    /// The nodes, in document order.
    pub nodes: Vec<NodeSummary>,
    /// The links, by numbers of nodes.
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
    /// Its id across saves.
    pub uid: String,
    /// Its type: `TableNode`, `CFApplyModelNode[neuralnetmodel]`.
    #[serde(rename = "type")]
    pub node_type: String,
    /// What its type is for: `source`, `nugget` …
    pub family: &'static str,
    /// Its name.
    pub name: String,
    /// The label that a user gave it.
    pub label: Option<String>,
    /// Where it is drawn.
    pub position: Option<Point>,
    /// Whether it takes part in runs.
    pub enabled: bool,
    /// What is inside, for a supernode.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inside: Option<DiagramSummary>,
}

/// A place in pixels from the top left.
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
    /// Where it starts.
    pub from: u32,
    /// Where it leads.
    pub to: u32,
}

/// A comment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CommentSummary {
    /// The text.
    pub text: String,
    /// Where it is drawn.
    pub position: Option<Point>,
    /// Uids of the nodes that it is tied to.
    pub nodes: Vec<String>,
}

/// A source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct SourceSummary {
    /// The node's uid.
    pub uid: String,
    /// Its type.
    #[serde(rename = "type")]
    pub node_type: String,
    /// What users see.
    pub name: String,
    /// The file or table that it reads, as it was where the stream was written.
    pub place: Option<String>,
    /// Its fields as they were last read, in order.
    pub fields: Vec<SourceField>,
}

/// A field of a source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SourceField {
    /// Its name.
    pub name: String,
    /// How its values are stored: `integer`, `string` …
    pub storage: String,
    /// What they mean: `range`, `flag` …
    pub measure: String,
    /// What it is for, if the source says so: `in`, `out` …
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// Its values as a user wrote them, for a User Input node.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub values: Option<String>,
}

/// Properties that say what a source reads, the first that there is counting.
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
        // Not looked for field by field: a hostile stream has a hundred thousand of each.
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

/// The text of a property of the stream, read without complaint.
pub(super) fn text(properties: Option<&Element>, name: &str) -> Option<String> {
    Some(properties?.text_of(name)?.into_owned())
}
