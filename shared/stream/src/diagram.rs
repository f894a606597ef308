//! Diagrams: nodes and their links.

mod comment;
mod find;
mod walk;
mod write;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

pub use comment::Comment;
pub(crate) use comment::point;

use crate::element::Element;
use crate::error::{ErrorKind, Result, StreamError};
use crate::node::{Node, NodeBudget, NodeId};

/// The nodes and links of a stream or a supernode.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Diagram {
    nodes: Vec<Node>,
    links: Vec<Link>,
    comments: Vec<Comment>,
    terminal_order: Vec<NodeId>,
    element: Option<Arc<Element>>,
    positions: HashMap<NodeId, usize>,
    /// Ends of links, indexed by the node at the other end, so that walks need not search all links at every
    /// node.
    sources: HashMap<NodeId, Vec<NodeId>>,
    targets: HashMap<NodeId, Vec<NodeId>>,
}

/// A link: records flow from one node to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Link {
    /// The node where it starts.
    pub source: NodeId,
    /// The node where it ends.
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

    /// All comments in document order.
    pub fn comments(&self) -> &[Comment] {
        &self.comments
    }

    /// Terminal nodes in the execution order of a run. May be empty or incomplete: other terminal nodes
    /// follow, in the order of [`Diagram::nodes`].
    pub fn terminal_order(&self) -> &[NodeId] {
        &self.terminal_order
    }

    /// The node with this number.
    pub fn node(&self, id: NodeId) -> Option<&Node> {
        self.nodes.get(*self.positions.get(&id)?)
    }

    /// The node with this number, for changes. Its number must not change.
    pub fn node_mut(&mut self, id: NodeId) -> Option<&mut Node> {
        self.nodes.get_mut(*self.positions.get(&id)?)
    }

    /// Adds a comment.
    pub fn add_comment(&mut self, comment: Comment) {
        self.comments.push(comment);
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

    /// All nodes of this and of inner diagrams, each before its inner nodes.
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
        let comments = element.child("comments");
        for comment in comments.iter().flat_map(|comments| comments.children("comment")) {
            diagram.comments.push(Comment::from_element(comment).map_err(within)?);
        }
        diagram.terminal_order = Self::read_terminal_order(element).map_err(within)?;
        diagram.element = Some(Arc::new(element.clone()));
        Ok(diagram)
    }

    fn read_terminal_order(element: &Element) -> Result<Vec<NodeId>> {
        let order = element.child("terminalNodeOrder");
        let entries = order.into_iter().flat_map(|order| order.children("node"));
        let ids: Result<Vec<_>> = entries.map(|entry| entry.get_attr("id")).collect();
        let mut seen = HashSet::new();
        Ok(ids?.into_iter().flatten().filter(|id| seen.insert(*id)).collect())
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
