//! Nodes of a diagram.

mod family;
mod node_type;
mod write;

use std::fmt;
use std::sync::Arc;

pub use family::NodeFamily;
pub use node_type::{NodeKind, NodeType};

use crate::diagram::{Diagram, point};
use crate::element::{Element, FromText};
use crate::error::{ErrorKind, Result, StreamError};
use crate::limits::Limits;

/// Number of a node; unique within its own diagram only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(pub u32);

impl FromText for NodeId {
    const EXPECTED: &'static str = "the number of a node";

    fn from_text(text: &str) -> Option<Self> {
        u32::from_text(text).map(NodeId)
    }
}

impl fmt::Display for NodeId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(out)
    }
}

/// A node with the properties that all types have. The others are in [`Node::typed`] or, raw, in
/// [`Node::element`].
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// Its number in the diagram.
    pub id: NodeId,
    /// Its uid, such as `id6BPTTYFV44A`, which is the same in all versions of a stream; empty in some old
    /// streams.
    pub uid: String,
    /// Its type.
    pub node_type: NodeType,
    /// Its default name.
    pub name: String,
    /// The label that a user gave it.
    pub label: Option<String>,
    /// Whether it is enabled in execution.
    pub enabled: bool,
    /// Whether its output is cached during a run.
    pub cache_enabled: bool,
    /// Its position on the canvas, in pixels from the top left corner.
    pub position: Option<(i32, i32)>,
    /// The diagram inside a supernode.
    pub inner: Option<Diagram>,
    element: Arc<Element>,
}

impl Node {
    /// The displayed name: its label or, without one, its name.
    pub fn display_name(&self) -> &str {
        match &self.label {
            Some(label) => label,
            None if self.name.is_empty() => self.node_type.class(),
            None => &self.name,
        }
    }

    /// The name of the node in messages: `Table node "Output data"`.
    pub fn describe(&self) -> String {
        format!("{} {:?}", self.node_type, self.display_name())
    }

    /// The category of its type.
    pub fn kind(&self) -> NodeKind {
        self.node_type.kind()
    }

    /// The node's element in the file.
    pub fn element(&self) -> &Element {
        &self.element
    }

    /// The node's `properties` element.
    pub fn properties(&self) -> Option<&Element> {
        self.element.child("properties").map(Arc::as_ref)
    }

    /// The text of one property.
    pub fn property(&self, name: &str) -> Option<String> {
        let text = self.properties()?.text_of(name)?;
        Some(text.into_owned())
    }

    /// A node outside any diagram.
    pub(crate) fn alone(element: Element) -> Result<Self> {
        Self::from_element(&Arc::new(element), &mut NodeBudget::new(Limits::NODES))
    }

    pub(crate) fn from_element(element: &Arc<Element>, limits: &mut NodeBudget) -> Result<Self> {
        limits.take()?;
        let id: Option<NodeId> = element.get_attr("id")?;
        let missing = |name: &str| StreamError::new(ErrorKind::MissingAttribute(name.to_owned()));
        let id = id.ok_or_else(|| missing("id").within("node"))?;
        let within = |error: StreamError| error.within(&format!("node {id}"));
        let mut node = Node {
            id,
            uid: element.attr("uid").unwrap_or_default().to_owned(),
            node_type: NodeType::from_element(element).map_err(within)?,
            name: String::new(),
            label: None,
            enabled: true,
            cache_enabled: false,
            position: None,
            inner: None,
            element: Arc::clone(element),
        };
        if let Some(properties) = element.child("properties") {
            node.read_common(properties).map_err(within)?;
        }
        if let Some(diagram) = element.child("diagram") {
            let within = |error: StreamError| error.within(&node.describe());
            node.inner = Some(Diagram::from_element(diagram, limits).map_err(within)?);
        }
        Ok(node)
    }

    fn read_common(&mut self, properties: &Element) -> Result<()> {
        self.name = properties.get("name")?.unwrap_or_default();
        let automatic = properties.get_or("autoLabel", true)?;
        let label: Option<String> = properties.get("label")?;
        self.label = label.filter(|label| !automatic && !label.is_empty());
        self.enabled = properties.get_or("enabled", true)?;
        self.cache_enabled = properties.get_or("cacheEnabled", false)?;
        self.position = properties.child("position").and_then(|position| point(position));
        Ok(())
    }
}

/// Remaining number of nodes that a stream may have, over all its diagrams.
pub(crate) struct NodeBudget {
    left: usize,
    maximum: usize,
}

impl NodeBudget {
    pub(crate) fn new(maximum: usize) -> Self {
        NodeBudget { left: maximum, maximum }
    }

    fn take(&mut self) -> Result<()> {
        let maximum = self.maximum as u64;
        let Some(left) = self.left.checked_sub(1) else {
            crate::limits::check("nodes in the stream", maximum + 1, maximum)?;
            return Ok(());
        };
        self.left = left;
        Ok(())
    }
}
