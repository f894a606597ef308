//! Nodes, understood once each.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use satsuma_stream::explain::Obstacle;
use satsuma_stream::{Diagram, Node, NodeFamily, NodeId};

use super::Effort;
use super::obstacles::{self, Obstacles};
use crate::branch::Branch;
use crate::plan::plan_node;
use crate::refusals::Refusals;
use crate::request::{Action, JobRequest};
use crate::step::{NodeContext, Step};
use crate::terminals::{inner_terminals, ways_out};

/// Obstacles that are remembered, of all nodes together; beyond it only the first of each node is.
const REMEMBERED: usize = 10_000;

/// A node in its diagram.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    diagram: &'a Diagram,
    node: &'a Node,
    /// Whether the branch ends with it.
    is_end: bool,
}

/// Understands nodes, and remembers what stood in the way.
pub(super) struct Judge {
    begun: Instant,
    time: Duration,
    /// By address: all requests of a judge have the same stream, which lives longer than it.
    known: HashMap<(*const Node, bool), Arc<[Obstacle]>>,
    remembered: usize,
}

impl Judge {
    pub(super) fn new(effort: Effort) -> Self {
        Self { begun: Instant::now(), time: effort.0, known: HashMap::new(), remembered: 0 }
    }

    /// What the node does, and what about it is not supported.
    pub(super) fn understand(
        &mut self,
        context: &NodeContext<'_>,
        diagram: &Diagram,
    ) -> (Option<Step>, Vec<Obstacle>) {
        if self.begun.elapsed() > self.time {
            return (None, vec![obstacles::unexamined(context.node, self.time)]);
        }
        let mut refusals = Refusals::default();
        let planned = plan_node(context, diagram, &mut refusals);
        let refused = refusals.into_list().into_iter();
        let mut found = refused.map(|refusal| obstacles::refused(context.node, refusal)).collect::<Vec<_>>();
        match planned {
            Ok(planned) => (planned.map(|planned| planned.step), found),
            Err(error) => {
                found.push(obstacles::of_node(context.node, &error));
                (None, found)
            }
        }
    }

    /// What stands in the way of a node that no override of the job means.
    pub(super) fn judge(&mut self, request: &JobRequest, place: &Place<'_>) -> Arc<[Obstacle]> {
        let key = (std::ptr::from_ref(place.node), place.is_end);
        if let Some(known) = self.known.get(&key) {
            return Arc::clone(known);
        }
        let Place { node, is_end, .. } = *place;
        let context = NodeContext { request, node, source: None, export: None, is_end };
        let (_, mut found) = self.understand(&context, place.diagram);
        if self.remembered > REMEMBERED {
            found.truncate(1);
        }
        self.remembered += found.len();
        let found: Arc<[Obstacle]> = found.into();
        self.known.insert(key, Arc::clone(&found));
        found
    }

    /// What stands in the way of all nodes of a branch, of a job without overrides.
    pub(super) fn all(&mut self, request: &JobRequest, branch: &Branch<'_>, obstacles: &mut Obstacles) {
        let diagram = &request.stream.stream().diagram;
        let ends = ends(branch);
        let outer = branch.nodes.iter().map(|node| Place { diagram, node, is_end: ends.contains(&node.id) });
        for place in outer.chain(inside(branch, request.action)) {
            obstacles.extend(self.judge(request, &place).iter());
        }
    }
}

/// The nodes inside the branch's supernodes that the action runs.
pub(super) fn inside<'a>(branch: &Branch<'a>, action: Action) -> Vec<Place<'a>> {
    let mut places = Vec::new();
    let ends = ends(branch);
    for node in &branch.nodes {
        enter(node, ends.contains(&node.id), action, &mut places);
    }
    places
}

fn ends(branch: &Branch<'_>) -> HashSet<NodeId> {
    branch.terminals.iter().map(|(end, _)| end.id).collect()
}

fn enter<'a>(node: &'a Node, is_end: bool, action: Action, places: &mut Vec<Place<'a>>) {
    let Some(diagram) = &node.inner else { return };
    let ends = if is_end { inner_terminals(diagram, action) } else { ways_out(diagram) };
    let ids = ends.iter().map(|end| end.id).collect::<Vec<_>>();
    let ends = ids.iter().copied().collect::<HashSet<_>>();
    // The supernode itself is refused: links in a circle inside it do not have to be said as well.
    for inner in diagram.upstream_of(&ids).unwrap_or_default() {
        let is_end = is_end && ends.contains(&inner.id);
        if inner.family() != NodeFamily::Connector {
            places.push(Place { diagram, node: inner, is_end });
        }
        enter(inner, is_end, action, places);
    }
}
