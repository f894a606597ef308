//! Terminal nodes, and which of them each action runs. IBM: "Machine Learning service batch job API",
//! "Job types".

use std::collections::{HashMap, HashSet};

use satsuma_stream::{Diagram, Node, NodeFamily, Stream};

use super::{Graph, GraphNode, Vertex};
use crate::request::Action;

/// The scoring branch that a stream designates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Designated {
    /// It ends with this node.
    Terminal(Vertex),
    /// None is designated.
    None,
    /// The designated node is not in the stream any more.
    Dangling,
}

/// Whether an action runs a terminal node of a family.
///
/// - `TRAINING` and `AUTO_REFRESH`: the model builders.
/// - `EVALUATION`: outputs and charts.
/// - `RUN_STREAM`: all.
pub(crate) fn is_run(node: &Node, action: Action) -> bool {
    let family = node.family();
    match action {
        Action::Training | Action::AutoRefresh => family == NodeFamily::Builder,
        Action::Evaluation => matches!(family, NodeFamily::Output | NodeFamily::Graph),
        Action::BatchScore | Action::RunStream => true,
    }
}

impl Graph<'_> {
    /// All enabled terminal nodes in the order in which Modeler runs them: the stream's own order first,
    /// then the document's. Nodes inside supernodes take the place of the supernode.
    pub(crate) fn terminals(&self, stream: &Stream) -> Vec<Vertex> {
        let mut ordered = Vec::new();
        in_order(&stream.diagram, &mut ordered);
        let places = self.places();
        let by_node = |wanted: &Node| {
            let vertex = *places.get(&std::ptr::from_ref(wanted))?;
            Some((vertex, self.node(vertex)?))
        };
        let found = ordered.into_iter().filter_map(by_node);
        let ends = found.filter(|(_, node)| node.node.enabled && node.node.family().is_terminal());
        ends.map(|(vertex, _)| vertex).collect()
    }

    /// The terminal nodes that a node of the stream stands for: itself or, for a supernode, the enabled ones
    /// inside it.
    pub(crate) fn ends_of(&self, terminal: &Node) -> Vec<Vertex> {
        let mut inside = vec![terminal];
        if let Some(inner) = &terminal.inner {
            inside.clear();
            in_order(inner, &mut inside);
            inside.retain(|node| node.enabled && node.family().is_terminal());
        }
        let places = self.places();
        let by_node = |wanted: &Node| {
            let vertex = *places.get(&std::ptr::from_ref(wanted))?;
            Some((vertex, self.node(vertex)?))
        };
        inside.into_iter().filter_map(by_node).map(|(vertex, _)| vertex).collect()
    }

    /// The place of each node of the stream.
    fn places(&self) -> HashMap<*const Node, Vertex> {
        self.nodes().map(|(vertex, node)| (std::ptr::from_ref(node.node), vertex)).collect()
    }

    /// The end of the branch that the stream scores with.
    pub(crate) fn designated(&self, stream: &Stream) -> Designated {
        let Some(uid) = stream.properties.scoring_terminal_node.as_deref() else { return Designated::None };
        let found = self.nodes().find(|(_, node)| node.node.uid == uid);
        found.map_or(Designated::Dangling, |(vertex, _)| Designated::Terminal(vertex))
    }

    /// Whether a job can put a file in the place of a node: its records end there. Model builders end
    /// branches too, but pass no records on.
    pub(crate) fn takes_export(&self, vertex: Vertex, node: &GraphNode<'_>) -> bool {
        match node.node.family() {
            NodeFamily::Builder | NodeFamily::Source => false,
            family if family.is_terminal() => true,
            _ => self.outputs(vertex).is_empty() && !node.inputs.is_empty(),
        }
    }
}

/// All nodes of a diagram and of those inside it, in the order in which terminal nodes run.
fn in_order<'a>(diagram: &'a Diagram, ordered: &mut Vec<&'a Node>) {
    let mut seen = HashSet::new();
    let first = diagram.terminal_order().iter().filter_map(|id| diagram.node(*id));
    for node in first.chain(diagram.nodes()) {
        if !seen.insert(node.id) {
            continue;
        }
        match &node.inner {
            Some(inner) if node.enabled => in_order(inner, ordered),
            Some(_) => {}
            None => ordered.push(node),
        }
    }
}
