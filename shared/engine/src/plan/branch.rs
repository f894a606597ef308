//! The branches that a job runs, and the nodes that its overrides address.

use std::collections::HashMap;

use crate::error::{Category, Diagnostic, EngineError, NodeRef, list};
use crate::graph::{Designated, Graph, GraphNode, NotFound, Vertex, is_run};
use crate::limits::{PLAN_NODES, ROW_OF_NODES};
use crate::request::{Action, ExportOverride, JobRequest, SourceOverride};
use satsuma_stream::NodeFamily;

/// The part of a stream that a job runs.
#[derive(Debug)]
pub(crate) struct Branch<'a> {
    /// Every node comes after its inputs.
    pub(crate) vertices: Vec<Vertex>,
    /// The terminal nodes, each with the override that it has, in the order in which they run.
    pub(crate) terminals: Vec<(Vertex, Option<&'a ExportOverride>)>,
    /// Replaced sources.
    pub(crate) sources: Vec<(Vertex, &'a SourceOverride)>,
    pub(crate) warnings: Vec<String>,
}

impl<'a> Branch<'a> {
    /// What the job's action runs.
    pub(crate) fn of(request: &'a JobRequest, graph: &Graph<'_>) -> Result<Self, EngineError> {
        match request.action {
            Action::BatchScore => Self::scoring(request, graph),
            action => Self::of_terminals(request, graph, action),
        }
    }

    /// The branch that scores: the one that the stream designates or, where it designates none (or a
    /// node that is gone), the one that the job's exports name.
    fn scoring(request: &'a JobRequest, graph: &Graph<'_>) -> Result<Self, EngineError> {
        let exports = exports(graph, &request.exports)?;
        let terminals = match graph.designated(request.stream.stream()) {
            Designated::Terminal(terminal) => vec![(terminal, only_on(graph, terminal, &exports)?)],
            _ if !exports.is_empty() => {
                exports.into_iter().map(|(vertex, export)| (vertex, Some(export))).collect()
            }
            designated => return Err(EngineError::Branch(nothing_to_score(graph, designated))),
        };
        Self::to(request, graph, terminals, &request.sources)
    }

    /// All terminal nodes that the action runs.
    fn of_terminals(request: &'a JobRequest, graph: &Graph<'_>, action: Action) -> Result<Self, EngineError> {
        let stream = request.stream.stream();
        if action == Action::RunStream && stream.properties.script_is_default_execution {
            return Err(EngineError::script(stream));
        }
        let mut exports = exports(graph, &request.exports)?;
        let scoring = match graph.designated(stream) {
            Designated::Terminal(terminal) if action == Action::Evaluation => Some(terminal),
            _ => None,
        };
        let runs = |vertex: &Vertex| {
            graph.node(*vertex).is_some_and(|node| is_run(node.node, action)) && scoring != Some(*vertex)
        };
        let mut terminals = Vec::new();
        for terminal in graph.terminals(stream).into_iter().filter(runs) {
            let at = exports.iter().position(|(vertex, _)| *vertex == terminal);
            terminals.push((terminal, at.map(|at| exports.swap_remove(at).1)));
        }
        if terminals.is_empty() {
            let wanted = wanted(action);
            return Err(EngineError::Branch(format!("the stream has no {wanted} for {action} to run")));
        }
        if let Some((stray, _)) = exports.first() {
            let stray = describe(graph, *stray);
            return Err(EngineError::Definition(format!("export: {action} does not run {stray}")));
        }
        Self::to(request, graph, terminals, &request.sources)
    }

    /// The branch that ends with a terminal node, without a job's overrides.
    pub(crate) fn ending_with(
        request: &'a JobRequest,
        graph: &Graph<'_>,
        terminal: Vertex,
    ) -> Result<Self, EngineError> {
        Self::to(request, graph, vec![(terminal, None)], &[])
    }

    /// The export that the job puts in place of a node.
    pub(crate) fn export(&self, vertex: Vertex) -> Option<&'a ExportOverride> {
        self.terminals.iter().find(|(end, _)| *end == vertex).and_then(|(_, export)| *export)
    }

    /// The data that the job puts in place of those of a source.
    pub(crate) fn source(&self, vertex: Vertex) -> Option<&'a SourceOverride> {
        self.sources.iter().find(|(source, _)| *source == vertex).map(|(_, given)| *given)
    }

    /// Whether the branch ends with a node.
    pub(crate) fn ends_with(&self, vertex: Vertex) -> bool {
        self.terminals.iter().any(|(end, _)| *end == vertex)
    }

    fn to(
        _request: &'a JobRequest,
        graph: &Graph<'_>,
        terminals: Vec<(Vertex, Option<&'a ExportOverride>)>,
        overrides: &'a [SourceOverride],
    ) -> Result<Self, EngineError> {
        let ends = terminals.iter().map(|(terminal, _)| *terminal).collect::<Vec<_>>();
        let vertices = graph.upstream_of(&ends).map_err(|circle| {
            EngineError::Branch(format!("links run in a circle at {}", describe(graph, circle.0)))
        })?;
        within_limits(graph, &vertices)?;
        let mut branch = Self { vertices, terminals, sources: Vec::new(), warnings: Vec::new() };
        for source in overrides {
            branch.replace_source(graph, source)?;
        }
        Ok(branch)
    }

    fn replace_source(&mut self, graph: &Graph<'_>, source: &'a SourceOverride) -> Result<(), EngineError> {
        let is_source =
            |node: &GraphNode<'_>| node.inputs.is_empty() && node.node.family() == NodeFamily::Source;
        let vertices = &self.vertices;
        let found = graph.find(&source.node, |vertex, node| is_source(node) && vertices.contains(&vertex));
        let vertex = match found {
            Ok(vertex) => vertex,
            Err(NotFound::Several(candidates)) => {
                let several = several(&source.node, &candidates);
                return Err(EngineError::Definition(format!("input: {several}")));
            }
            Err(NotFound::Nobody) if graph.find(&source.node, |_, node| is_source(node)).is_ok() => {
                let label = &source.node;
                self.warnings.push(format!("input {label:?} is not on the branch that ran and was not read"));
                return Ok(());
            }
            Err(NotFound::Nobody) => {
                let sources =
                    vertices.iter().filter_map(|vertex| graph.node(*vertex)).filter(|node| is_source(node));
                let names = sources.map(|node| node.node.display_name().to_owned()).collect::<Vec<_>>();
                let (query, names) = (&source.node, list(&names));
                return Err(EngineError::Definition(format!(
                    "input: the stream has no source node {query:?}; the branch reads from {names}"
                )));
            }
        };
        if self.sources.iter().any(|(known, _)| *known == vertex) {
            let (query, node) = (&source.node, describe(graph, vertex));
            return Err(EngineError::Definition(format!("input {query:?}: {node} is replaced twice")));
        }
        self.sources.push((vertex, source));
        Ok(())
    }
}

/// Refuses branches that no person has drawn. The vertices have every node after its inputs.
fn within_limits(graph: &Graph<'_>, vertices: &[Vertex]) -> Result<(), EngineError> {
    let refused = |vertex: Vertex, message: String| {
        let node = graph.node(vertex).map(|node| NodeRef::of(node.node));
        let diagnostic = Diagnostic { node, ..Diagnostic::new(Category::Unsupported, message) };
        Err(EngineError::of_diagnostics(vec![diagnostic]))
    };
    if let Some(vertex) = vertices.get(PLAN_NODES) {
        let (found, most) = (vertices.len(), PLAN_NODES);
        return refused(*vertex, format!("the job has {found} nodes; at most {most} are supported"));
    }
    let mut lengths: HashMap<Vertex, usize> = HashMap::with_capacity(vertices.len());
    for &vertex in vertices {
        let inputs = graph.node(vertex).into_iter().flat_map(|node| &node.inputs);
        let before = inputs.filter_map(|input| lengths.get(&input.from)).max().copied().unwrap_or(0);
        if before >= ROW_OF_NODES {
            let most = ROW_OF_NODES;
            return refused(
                vertex,
                format!("more than {most} nodes are in a row up to this node; at most {most} are supported"),
            );
        }
        lengths.insert(vertex, before + 1);
    }
    Ok(())
}

fn exports<'a>(
    graph: &Graph<'_>,
    overrides: &'a [ExportOverride],
) -> Result<Vec<(Vertex, &'a ExportOverride)>, EngineError> {
    let mut found: Vec<(Vertex, &ExportOverride)> = Vec::with_capacity(overrides.len());
    for export in overrides {
        let vertex = graph.find(&export.node, |vertex, node| graph.takes_export(vertex, node));
        let vertex = vertex.map_err(|error| {
            EngineError::Definition(match error {
                NotFound::Nobody => {
                    let (query, names) = (&export.node, list(&terminal_names(graph)));
                    format!("export: the stream has no terminal node {query:?}; it has {names}")
                }
                NotFound::Several(candidates) => format!("export: {}", several(&export.node, &candidates)),
            })
        })?;
        if found.iter().any(|(known, _)| *known == vertex) {
            let (query, node) = (&export.node, describe(graph, vertex));
            return Err(EngineError::Definition(format!("export {query:?}: {node} is replaced twice")));
        }
        found.push((vertex, export));
    }
    Ok(found)
}

fn only_on<'a>(
    graph: &Graph<'_>,
    terminal: Vertex,
    exports: &[(Vertex, &'a ExportOverride)],
) -> Result<Option<&'a ExportOverride>, EngineError> {
    if let Some((stray, _)) = exports.iter().find(|(vertex, _)| *vertex != terminal) {
        let (stray, end) = (describe(graph, *stray), describe(graph, terminal));
        return Err(EngineError::Definition(format!(
            "export: {stray} is not the end of the scoring branch, which is {end}"
        )));
    }
    Ok(exports.first().map(|(_, export)| *export))
}

fn nothing_to_score(graph: &Graph<'_>, designated: Designated) -> String {
    let reason = match designated {
        Designated::Dangling => "the stream's scoring branch ends with a node that is not there any more",
        _ => "the stream designates no scoring branch",
    };
    format!("{reason}; or name a terminal node in the job's exports: {}", list(&terminal_names(graph)))
}

fn terminal_names(graph: &Graph<'_>) -> Vec<String> {
    let terminals = graph.nodes().filter(|(vertex, node)| graph.takes_export(*vertex, node));
    terminals.map(|(_, node)| node.node.display_name().to_owned()).collect()
}

fn several(query: &str, candidates: &[String]) -> String {
    format!("several nodes are called {query:?}: {}", candidates.join(", "))
}

fn describe(graph: &Graph<'_>, vertex: Vertex) -> String {
    graph.node(vertex).map(|node| node.node.describe()).unwrap_or_default()
}

fn wanted(action: Action) -> &'static str {
    match action {
        Action::Training | Action::AutoRefresh => "model builder",
        Action::Evaluation => "output or chart outside its scoring branch",
        Action::BatchScore | Action::RunStream => "terminal node",
    }
}
