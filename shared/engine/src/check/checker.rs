//! Nodes, compiled once each, and the fields that pass through them.

use std::collections::HashMap;

use satsuma_columns::DataModel;
use satsuma_stream::Node;
use satsuma_stream::explain::Obstacle;

use super::Effort;
use crate::diagnostic::Diagnostics;
use crate::error::Diagnostic;
use crate::error::{Category, EngineError, NodeError, NodeRef, clipped};
use crate::graph::{Designated, Graph, Vertex};
use crate::limits::NAME;
use crate::node::{Compiled, Registry};
use crate::plan::{Branch, CompiledNode, Compiler, FieldCount, known, refuse_loops};
use crate::request::{Action, JobRequest};

/// Diagnostics that are remembered, of all nodes together; beyond it only the first of each node is.
const REMEMBERED: usize = 10_000;

/// Checks branches of one graph.
pub(super) struct Checker<'a> {
    graph: &'a Graph<'a>,
    compiler: Compiler<'a>,
    /// By node, and whether a branch ends with it.
    known: HashMap<(Vertex, bool), Known>,
    remembered: usize,
    fields: FieldCount,
}

struct Known {
    node: Option<Compiled>,
    diagnostics: Vec<Diagnostic>,
    /// The fields that come out; `None` where they are not known, or a diagnostic holds the reason.
    model: Option<DataModel>,
}

impl<'a> Checker<'a> {
    pub(super) fn new(
        request: &'a JobRequest,
        graph: &'a Graph<'a>,
        registry: &'static Registry,
        effort: Effort,
    ) -> Self {
        let compiler = Compiler::new(request, graph, registry, Some(effort.0));
        Self { graph, compiler, known: HashMap::new(), remembered: 0, fields: FieldCount::default() }
    }

    /// Checks all nodes of a branch, as the stream has them.
    pub(super) fn branch(&mut self, branch: &Branch<'_>, diagnostics: &mut Diagnostics) {
        for &vertex in &branch.vertices {
            let is_end = branch.ends_with(vertex);
            if !self.known.contains_key(&(vertex, is_end)) {
                let compiled = self.compiler.compile_plain(vertex, is_end);
                self.learn(vertex, is_end, compiled, true);
            }
            self.tell(vertex, is_end, diagnostics);
        }
    }

    /// Checks all nodes of a job's branch, with the job's overrides.
    pub(super) fn job(&mut self, branch: &Branch<'a>, diagnostics: &mut Diagnostics) {
        for &vertex in &branch.vertices {
            let is_end = branch.ends_with(vertex);
            let compiled = self.compiler.compile(vertex, branch);
            self.learn(vertex, is_end, compiled, branch.source(vertex).is_none());
            self.tell(vertex, is_end, diagnostics);
        }
    }

    /// A compiled node.
    pub(super) fn node(&self, vertex: Vertex, is_end: bool) -> Option<&Compiled> {
        self.known.get(&(vertex, is_end)).and_then(|known| known.node.as_ref())
    }

    fn tell(&self, vertex: Vertex, is_end: bool, diagnostics: &mut Diagnostics) {
        if let Some(known) = self.known.get(&(vertex, is_end)) {
            diagnostics.extend(known.diagnostics.iter().cloned());
        }
    }

    fn learn(&mut self, vertex: Vertex, is_end: bool, compiled: CompiledNode, knows_fields: bool) {
        let CompiledNode { node, mut diagnostics } = compiled;
        let mut model = None;
        if let (Some(node), true) = (&node, knows_fields) {
            match self.model(vertex, node).and_then(|model| self.fields.add(model)) {
                Ok(found) => model = found,
                Err(error) => {
                    let node = self.graph.node(vertex).map(|node| node.node);
                    let error = match node {
                        Some(node) => error.at(&NodeRef::of(node)),
                        None => return,
                    };
                    diagnostics.extend(of_error(error, node));
                }
            }
        }
        if self.remembered > REMEMBERED {
            diagnostics.truncate(1);
        }
        self.remembered += diagnostics.len();
        self.known.insert((vertex, is_end), Known { node, diagnostics, model });
    }

    fn model(&self, vertex: Vertex, node: &Compiled) -> Result<Option<DataModel>, NodeError> {
        let inputs = self.graph.node(vertex).into_iter().flat_map(|node| &node.inputs);
        let inputs = inputs.map(|input| self.known.get(&(input.from, false))?.model.clone());
        let inputs = inputs.collect::<Option<Vec<_>>>();
        match (node, inputs) {
            (Compiled::Source(source), _) => known(source.model()),
            (Compiled::Process(process), Some(inputs)) => known(process.model(&inputs)),
            (Compiled::Terminal(terminal), Some(inputs)) => match inputs.first() {
                Some(input) => terminal.check(input).map(|()| None),
                None => Ok(None),
            },
            (_, None) => Ok(None),
        }
    }
}

fn of_error(error: EngineError, node: Option<&Node>) -> Vec<Diagnostic> {
    match error {
        EngineError::Refused(reasons) => {
            let uid = node.map(|node| clipped(&node.uid, NAME));
            reasons.into_iter().map(|reason| Diagnostic { uid: uid.clone(), ..reason }).collect()
        }
        error => vec![Diagnostic::of_error(&error, node)],
    }
}

/// What stands in the way of a job whatever its branch is.
pub(super) fn of_job(request: &JobRequest, graph: &mut Graph<'_>, diagnostics: &mut Diagnostics) {
    diagnostics.extend(of_action(request.action));
    let unknown = graph.set_parameters(&request.parameters);
    diagnostics.extend(unknown.iter().map(|error| Diagnostic::of_error(error, None)));
    refuse_loops(request, diagnostics);
}

/// What stands in the way of an action whatever the stream is.
pub(super) fn of_action(action: Action) -> Option<Diagnostic> {
    let is_missing = !action.is_supported();
    is_missing.then(|| Diagnostic::of_error(&EngineError::Action(action), None))
}

/// The action runs no branch of the stream.
pub(super) fn of_stream(
    request: &JobRequest,
    graph: &Graph<'_>,
    error: EngineError,
    diagnostics: &mut Diagnostics,
) {
    if let EngineError::Refused(reasons) = error {
        return diagnostics.extend(reasons.into_iter().map(|reason| Diagnostic { node: None, ..reason }));
    }
    let mut diagnostic = Diagnostic::of_error(&error, None);
    let designated = graph.designated(request.stream.stream());
    if request.action == Action::BatchScore && !matches!(designated, Designated::Terminal(_)) {
        diagnostic.property = Some("scnScoringTerminalNode".to_owned());
    }
    diagnostics.push(diagnostic);
}

/// A supernode at the end of a branch that ends nothing.
pub(super) fn nothing_runs(node: &Node) -> Obstacle {
    let message = "the supernode ends a branch, but holds no enabled terminal node";
    obstacle(&Diagnostic {
        node: Some(NodeRef::of(node)),
        uid: Some(clipped(&node.uid, NAME)),
        ..Diagnostic::new(Category::Definition, message)
    })
}

/// A diagnostic as explanations show it.
pub(super) fn obstacle(diagnostic: &Diagnostic) -> Obstacle {
    Obstacle {
        node: diagnostic.node.as_ref().map(ToString::to_string),
        uid: diagnostic.uid.clone(),
        property: diagnostic.property.clone(),
        value: diagnostic.value.clone(),
        reason: diagnostic.message.clone(),
        code: diagnostic.category.code().into(),
    }
}
