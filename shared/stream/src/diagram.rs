//! Diagrams: nodes and the links between them.

mod find;
mod walk;

use std::collections::{HashMap, HashSet};

use crate::element::Element;
use crate::error::{ErrorKind, Result, StreamError};
use crate::node::{Node, NodeBudget, NodeId};

/// Nodes and links, of a stream or inside a supernode.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Diagram {
    nodes: Vec<Node>,
    links: Vec<Link>,
    terminal_order: Vec<NodeId>,
    positions: HashMap<NodeId, usize>,
    /// Ends of links, by the node at their other end: walks must not search all links at every node.
    sources: HashMap<NodeId, Vec<NodeId>>,
    targets: HashMap<NodeId, Vec<NodeId>>,
}

/// A link: records flow from one node to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Link {
    /// Where it starts.
    pub source: NodeId,
    /// Where it leads.
    pub target: NodeId,
}

impl Diagram {
    /// All nodes in document order.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// All links in document order.
    pub fn links(&self) -> &[Link] {
        &self.links
    }

    /// Terminal nodes in the order in which a run executes them. May be empty or incomplete: other
    /// terminal nodes follow, in the order of [`Diagram::nodes`].
    pub fn terminal_order(&self) -> &[NodeId] {
        &self.terminal_order
    }

    /// The node of this number.
    pub fn node(&self, id: NodeId) -> Option<&Node> {
        self.nodes.get(*self.positions.get(&id)?)
    }

    /// Nodes whose output a node reads, in the order of the links.
    pub fn inputs(&self, id: NodeId) -> impl Iterator<Item = &Node> {
        self.linked(&self.sources, id)
    }

    /// Nodes that read a node's output, in the order of the links.
    pub fn outputs(&self, id: NodeId) -> impl Iterator<Item = &Node> {
        self.linked(&self.targets, id)
    }

    fn linked<'a>(
        &'a self,
        ends: &'a HashMap<NodeId, Vec<NodeId>>,
        id: NodeId,
    ) -> impl Iterator<Item = &'a Node> {
        let ends = ends.get(&id).into_iter().flatten();
        ends.filter_map(|end| self.node(*end))
    }

    /// All nodes of this and of inner diagrams, each before what is inside it.
    pub fn all_nodes(&self) -> Vec<&Node> {
        let mut all = Vec::new();
        self.collect(&mut all);
        all
    }

    fn collect<'a>(&'a self, all: &mut Vec<&'a Node>) {
        for node in &self.nodes {
            all.push(node);
            if let Some(inner) = &node.inner {
                inner.collect(all);
            }
        }
    }

    pub(crate) fn from_element(element: &Element, budget: &mut NodeBudget) -> Result<Self> {
        let mut diagram = Diagram::default();
        let within = |error: StreamError| error.within("diagram");
        let nodes = element.child("nodes");
        for node in nodes.iter().flat_map(|nodes| nodes.children("node")) {
            let node = Node::from_element(node, budget).map_err(within)?;
            let position = diagram.nodes.len();
            if diagram.positions.insert(node.id, position).is_some() {
                let twice = ErrorKind::Twice(format!("node number {}", node.id));
                return Err(within(twice.into()));
            }
            diagram.nodes.push(node);
        }
        let links = element.child("links");
        for link in links.iter().flat_map(|links| links.children("link")) {
            let link = diagram.link(link).map_err(within)?;
            diagram.sources.entry(link.target).or_default().push(link.source);
            diagram.targets.entry(link.source).or_default().push(link.target);
            diagram.links.push(link);
        }
        let order = element.child("terminalNodeOrder");
        for entry in order.iter().flat_map(|order| order.children("node")) {
            let id: Option<NodeId> = entry.get_attr("id").map_err(within)?;
            diagram.terminal_order.extend(id);
        }
        let mut seen = HashSet::new();
        diagram.terminal_order.retain(|id| seen.insert(*id));
        Ok(diagram)
    }

    fn link(&self, element: &Element) -> Result<Link> {
        let end = |name: &str| -> Result<NodeId> {
            let id: Option<NodeId> = element.get_attr(name)?;
            let missing = || ErrorKind::MissingAttribute(name.to_owned());
            let id = id.ok_or_else(|| StreamError::new(missing()).within("link"))?;
            match self.positions.contains_key(&id) {
                true => Ok(id),
                false => Err(ErrorKind::DanglingLink(id.0).into()),
            }
        };
        Ok(Link { source: end("srcId")?, target: end("dstId")? })
    }
}

#[cfg(test)]
mod tests;
