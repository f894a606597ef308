//! Expands supernodes into the surrounding graph.

use std::cell::Cell;
use std::collections::HashMap;

use satsuma_stream::nodes::SuperNode;
use satsuma_stream::{Diagram, Node, NodeFamily, NodeId, Stream};

use super::{Graph, GraphNode, Input, Scope, ScopeId, Vertex};
use crate::limits::INPUTS;

/// Inside a supernode: the end of the input link.
const WAY_IN: &str = "SuperNodeInputConnectorNode";
/// Inside a supernode: the beginning of the output link.
const WAY_OUT: &str = "SuperNodeOutputConnectorNode";
/// Largest nesting of supernodes. The reader of streams refuses deeper documents.
const DEPTH: usize = 256;
/// The most borders of supernodes that the links of a stream cross together. Nested supernodes with several exits
/// each would need exponential time without this limit.
const CROSSINGS: usize = 1 << 20;

/// A diagram during expansion: the stream's, or that of a supernode.
struct Level<'a> {
    diagram: &'a Diagram,
    /// The enclosing level, and the supernode in it.
    around: Option<(usize, NodeId)>,
    vertices: HashMap<NodeId, Vertex>,
    /// The levels inside its supernodes.
    inside: HashMap<NodeId, usize>,
}

struct Flatten<'a> {
    levels: Vec<Level<'a>>,
    nodes: Vec<GraphNode<'a>>,
    scopes: Vec<Scope>,
    /// The level and id of each vertex.
    places: Vec<(usize, NodeId)>,
    next_id: u32,
    /// Borders that may still be crossed.
    crossings: Cell<usize>,
}

impl<'a> Graph<'a> {
    /// Expands all supernodes of a stream.
    pub fn flatten(stream: &'a Stream) -> Self {
        let outer = stream.diagram.nodes().iter().map(|node| node.id.0).max();
        let mut flatten = Flatten {
            levels: Vec::new(),
            nodes: Vec::new(),
            scopes: vec![Scope::new("", None, &stream.parameters)],
            places: Vec::new(),
            next_id: outer.map_or(0, |id| id.saturating_add(1)),
            crossings: Cell::new(CROSSINGS),
        };
        flatten.add(&stream.diagram, None, ScopeId::default(), &[]);
        flatten.link();
        let mut outputs = vec![Vec::new(); flatten.nodes.len()];
        for (at, node) in flatten.nodes.iter().enumerate() {
            for input in &node.inputs {
                if let Some(outputs) = outputs.get_mut(input.from.0) {
                    outputs.push(Vertex(at));
                }
            }
        }
        Self { nodes: flatten.nodes, outputs, scopes: flatten.scopes }
    }
}

impl<'a> Flatten<'a> {
    fn add(
        &mut self,
        diagram: &'a Diagram,
        around: Option<(usize, NodeId)>,
        scope: ScopeId,
        path: &[&'a str],
    ) -> usize {
        let level = self.levels.len();
        self.levels.push(Level { diagram, around, vertices: HashMap::new(), inside: HashMap::new() });
        for node in diagram.nodes() {
            if let (Some(inner), true) = (&node.inner, path.len() < DEPTH) {
                let scope = self.scope(node, scope);
                let path = path.iter().copied().chain([node.display_name()]).collect::<Vec<_>>();
                let inside = self.add(inner, Some((level, node.id)), scope, &path);
                self.level(level, |level| level.inside.insert(node.id, inside));
            } else if node.family() != NodeFamily::Connector {
                self.vertex(level, node, scope, path);
            }
        }
        level
    }

    fn scope(&mut self, node: &Node, parent: ScopeId) -> ScopeId {
        let parameters = SuperNode::from_node(node).map(|node| node.parameters).unwrap_or_default();
        self.scopes.push(Scope::new(node.display_name(), Some(parent), &parameters));
        ScopeId(self.scopes.len() - 1)
    }

    fn vertex(&mut self, level: usize, node: &'a Node, scope: ScopeId, path: &[&'a str]) {
        let vertex = Vertex(self.nodes.len());
        let id = if level == 0 { node.id.0 } else { self.next_id };
        self.next_id = self.next_id.saturating_add(u32::from(level > 0));
        self.nodes.push(GraphNode { node, id, path: path.to_vec(), scope, inputs: Vec::new() });
        self.places.push((level, node.id));
        self.level(level, |level| level.vertices.insert(node.id, vertex));
    }

    fn level<T>(&mut self, at: usize, change: impl FnOnce(&mut Level<'a>) -> Option<T>) {
        if let Some(level) = self.levels.get_mut(at) {
            change(level);
        }
    }

    fn link(&mut self) {
        let linked = self.places.iter().map(|(level, id)| self.inputs(*level, *id)).collect::<Vec<_>>();
        for (node, inputs) in self.nodes.iter_mut().zip(linked) {
            node.inputs = inputs;
        }
        let bypassed = self.nodes.iter().map(|node| self.around_disabled(&node.inputs)).collect::<Vec<_>>();
        for (node, inputs) in self.nodes.iter_mut().zip(bypassed) {
            node.inputs = inputs;
        }
    }

    /// The links without disabled nodes: records bypass a disabled node with one input. IBM, "Enabling and
    /// disabling nodes".
    fn around_disabled(&self, inputs: &[Input]) -> Vec<Input> {
        let around = |input: &Input| {
            let mut from = input.from;
            for _ in 0..self.nodes.len() {
                match self.nodes.get(from.0) {
                    Some(node) if !node.node.enabled => match node.inputs.as_slice() {
                        [before] => from = before.from,
                        _ => break,
                    },
                    _ => break,
                }
            }
            Input { from, link: input.link }
        };
        inputs.iter().map(around).collect()
    }

    /// The inputs of a node, resolved across the borders of supernodes.
    fn inputs(&self, level: usize, id: NodeId) -> Vec<Input> {
        let Some(here) = self.levels.get(level) else { return Vec::new() };
        let mut found = Vec::new();
        for source in here.diagram.inputs(id) {
            let mut origins = Vec::new();
            self.origins(level, source, 0, &mut origins);
            found.extend(origins.into_iter().map(|from| Input { from, link: source.id }));
            if found.len() > INPUTS {
                break;
            }
        }
        found
    }

    /// Adds the nodes whose records come out of a node of a level. A stream that needs more crossings than there are
    /// gets more inputs than are supported.
    fn origins(&self, level: usize, node: &Node, depth: usize, found: &mut Vec<Vertex>) {
        let Some(here) = self.levels.get(level).filter(|_| depth <= 2 * DEPTH) else { return };
        if let Some(vertex) = here.vertices.get(&node.id) {
            return found.push(*vertex);
        }
        let left = self.crossings.get().saturating_sub(1);
        self.crossings.set(left);
        if left == 0 {
            return found.resize(INPUTS + 1, Vertex(0));
        }
        if found.len() > INPUTS {
            return;
        }
        if let Some(inside) = here.inside.get(&node.id) {
            let Some(inner) = self.levels.get(*inside) else { return };
            let ways_out = inner.diagram.nodes().iter().filter(|node| node.node_type.class() == WAY_OUT);
            for source in ways_out.flat_map(|way_out| inner.diagram.inputs(way_out.id)) {
                self.origins(*inside, source, depth + 1, found);
            }
            return;
        }
        let (Some((around, supernode)), true) = (here.around, node.node_type.class() == WAY_IN) else {
            return;
        };
        let Some(outer) = self.levels.get(around) else { return };
        for source in outer.diagram.inputs(supernode) {
            self.origins(around, source, depth + 1, found);
        }
    }
}
