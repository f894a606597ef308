//! The graph of a stream: every node that data flow through, supernodes opened.
//!
//! Planning never sees a supernode. [`Graph::flatten`] splices the inside of each into one graph with
//! one id space; what remains of it is a [`Scope`] for parameters and a path for messages.

mod find;
mod flatten;
mod scope;
mod terminals;
mod walk;

use satsuma_stream::{Node, NodeId};

pub(crate) use self::find::NotFound;
pub use self::scope::{Scope, ScopeId};
pub(crate) use self::terminals::{Designated, is_run};

/// The place of a node in a [`Graph`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Vertex(pub usize);

/// A stream without supernodes.
#[derive(Debug)]
pub struct Graph<'a> {
    nodes: Vec<GraphNode<'a>>,
    /// The nodes that read from each node, in the order of the links.
    outputs: Vec<Vec<Vertex>>,
    scopes: Vec<Scope>,
}

/// A node and its place in the flow.
#[derive(Debug)]
pub struct GraphNode<'a> {
    /// The node.
    pub node: &'a Node,
    /// A number that no other node of the graph has; nodes outside supernodes keep the one of the stream.
    pub id: u32,
    /// The labels of the supernodes around it, outermost first.
    pub path: Vec<&'a str>,
    /// The parameters that it sees.
    pub scope: ScopeId,
    /// What it reads, in the order of the links. More than [`INPUTS`](crate::limits::INPUTS) are refused, and then
    /// not complete.
    pub inputs: Vec<Input>,
}

/// A link into a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Input {
    /// Where the records come from.
    pub from: Vertex,
    /// The node at the other end of the link in the node's own diagram: a supernode or a connector, where
    /// the link crosses the border of a supernode. Tags of Merge and Append nodes name it.
    pub link: NodeId,
}

impl<'a> Graph<'a> {
    /// The node at a place.
    pub fn node(&self, vertex: Vertex) -> Option<&GraphNode<'a>> {
        self.nodes.get(vertex.0)
    }

    /// All places, in document order.
    pub fn vertices(&self) -> impl Iterator<Item = Vertex> + use<'a> {
        (0..self.nodes.len()).map(Vertex)
    }

    /// All nodes with their places, in document order.
    pub fn nodes(&self) -> impl Iterator<Item = (Vertex, &GraphNode<'a>)> {
        self.nodes.iter().enumerate().map(|(at, node)| (Vertex(at), node))
    }

    /// The nodes that read from a node.
    pub fn outputs(&self, vertex: Vertex) -> &[Vertex] {
        self.outputs.get(vertex.0).map_or(&[], Vec::as_slice)
    }

    /// The parameters of a scope.
    pub fn scope(&self, id: ScopeId) -> Option<&Scope> {
        self.scopes.get(id.0)
    }

    /// All scopes, the stream's own first.
    pub(crate) fn scopes(&self) -> impl Iterator<Item = (ScopeId, &Scope)> {
        self.scopes.iter().enumerate().map(|(at, scope)| (ScopeId(at), scope))
    }

    pub(crate) fn scope_mut(&mut self, id: ScopeId) -> Option<&mut Scope> {
        self.scopes.get_mut(id.0)
    }

    /// All parameters that a scope sees: its own, then those of the scopes around it.
    pub fn parameters(&self, scope: ScopeId) -> std::collections::BTreeMap<String, satsuma_columns::Scalar> {
        let mut seen = std::collections::BTreeMap::new();
        let mut next = self.scope(scope);
        // Scopes are nested no deeper than there are scopes.
        for _ in 0..self.scopes.len() {
            let Some(scope) = next else { break };
            for (name, value) in &scope.values {
                seen.entry(name.clone()).or_insert_with(|| value.clone());
            }
            next = scope.parent.and_then(|parent| self.scope(parent));
        }
        seen
    }

    /// Looks a parameter up: in the scope, then in those around it.
    pub fn parameter(&self, scope: ScopeId, name: &str) -> Option<&satsuma_columns::Scalar> {
        let mut next = Some(scope);
        // Scopes are nested no deeper than there are scopes.
        for _ in 0..self.scopes.len() {
            let scope = self.scope(next?)?;
            if let Some(value) = scope.values.get(name) {
                return Some(value);
            }
            next = scope.parent;
        }
        None
    }
}
