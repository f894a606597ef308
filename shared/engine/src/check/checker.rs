//! Compiled nodes, and their output fields.

use std::collections::HashMap;

use satsuma_columns::DataModel;
use satsuma_stream::Node;
use satsuma_stream::explain::Obstacle;

use super::Effort;
use crate::diagnostic::Diagnostics;
use crate::error::Diagnostic;
use crate::error::{Category, EngineError, NodeError, NodeRef};
use crate::graph::{Designated, Graph, Vertex};
use crate::limits::CANDIDATES;
use crate::node::{Compiled, Registry};
use crate::plan::{Branch, CompiledNode, Compiler, FieldCount, candidates, known, refuse_loops};
use crate::request::{Action, JobRequest};

/// Most diagnostics that are stored for all nodes together; beyond it only the first one of each node.
const REMEMBERED: usize = 10_000;

/// Reasons that are shown for a node that cannot end the scoring branch.
const REASONS: usize = 3;

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
    /// The output fields; `None` if they are unknown, or a diagnostic has the reason.
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

    /// Checks all nodes of a branch of the unchanged stream.
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

    /// Reports that the action runs no branch of the stream.
    pub(super) fn no_branch(
        &mut self,
        request: &JobRequest,
        error: EngineError,
        diagnostics: &mut Diagnostics,
    ) {
        let is_missing = matches!(error, EngineError::Branch(_)) && request.action == Action::BatchScore;
        of_stream(request, self.graph, error, diagnostics);
        if is_missing {
            self.candidates(request, diagnostics);
        }
    }

    /// Reports each node that could end the scoring branch, with what is in the way of its branch. The job's export
    /// takes the place of the node itself.
    fn candidates(&mut self, request: &JobRequest, diagnostics: &mut Diagnostics) {
        let found = candidates(self.graph).take(CANDIDATES);
        for (vertex, node) in found.map(|(vertex, node)| (vertex, node.node)).collect::<Vec<_>>() {
            let mut own = Diagnostics::default();
            match Branch::ending_with(request, self.graph, vertex) {
                Ok(branch) => self.before(&branch, vertex, &mut own),
                Err(error) => own.push(Diagnostic::of_error(&error, None)),
            }
            let own = own.into_list();
            let message = match own.as_slice() {
                [] => "this node can end the scoring branch; name it, or its uid, in the job's exports"
                    .to_owned(),
                reasons => {
                    let shown = reasons.iter().take(REASONS).map(ToString::to_string).collect::<Vec<_>>();
                    let more = match reasons.len().saturating_sub(REASONS) {
                        0 => String::new(),
                        more => format!("; and {more} more"),
                    };
                    format!("this node cannot end the scoring branch: {}{more}", shown.join("; "))
                }
            };
            diagnostics.push(Diagnostic {
                node: Some(NodeRef::of(node)),
                ..Diagnostic::new(Category::Definition, message)
            });
        }
    }

    /// Checks the nodes of a branch but its end, as the stream has them.
    fn before(&mut self, branch: &Branch<'_>, end: Vertex, diagnostics: &mut Diagnostics) {
        for &vertex in branch.vertices.iter().filter(|vertex| **vertex != end) {
            if !self.known.contains_key(&(vertex, false)) {
                let compiled = self.compiler.compile_plain(vertex, false);
                self.learn(vertex, false, compiled, true);
            }
            self.tell(vertex, false, diagnostics);
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
        EngineError::Refused(reasons) => reasons,
        error => vec![Diagnostic::of_error(&error, node)],
    }
}

/// Obstacles of a job that do not depend on its branch.
pub(super) fn of_job(request: &JobRequest, graph: &mut Graph<'_>, diagnostics: &mut Diagnostics) {
    let unknown = graph.set_parameters(&request.parameters);
    diagnostics.extend(unknown.iter().map(|error| Diagnostic::of_error(error, None)));
    refuse_loops(request, diagnostics);
}

/// The action runs no branch of the stream.
fn of_stream(request: &JobRequest, graph: &Graph<'_>, error: EngineError, diagnostics: &mut Diagnostics) {
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

/// A supernode at the end of a branch that contains no terminal node.
pub(super) fn nothing_runs(node: &Node) -> Obstacle {
    let message = "the supernode ends a branch, but contains no enabled terminal node";
    obstacle(&Diagnostic { node: Some(NodeRef::of(node)), ..Diagnostic::new(Category::Definition, message) })
}

/// A diagnostic in the form of explanations.
pub(super) fn obstacle(diagnostic: &Diagnostic) -> Obstacle {
    Obstacle {
        node: diagnostic.node.as_ref().map(ToString::to_string),
        uid: diagnostic.node.as_ref().and_then(NodeRef::known_uid).map(str::to_owned),
        property: diagnostic.property.clone(),
        value: diagnostic.value.clone(),
        reason: diagnostic.message.clone(),
        code: diagnostic.category.code().into(),
    }
}
