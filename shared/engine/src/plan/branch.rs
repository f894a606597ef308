//! The branches that a job runs, and the nodes of its overrides.

use std::collections::HashMap;

use crate::error::{Category, Diagnostic, EngineError, NodeRef, clipped, list, without_node};
use crate::graph::{Designated, Graph, GraphNode, NotFound, Vertex, is_run};
use crate::limits::{CANDIDATES, NAME, PLAN_NODES, ROW_OF_NODES};
use crate::plan::gives::{givers, gives};
use crate::request::{Action, ExportOverride, JobRequest, SourceOverride};
use satsuma_stream::NodeFamily;

/// The part of a stream that a job runs.
#[derive(Debug)]
pub(crate) struct Branch<'a> {
    /// Each node follows its inputs.
    pub(crate) vertices: Vec<Vertex>,
    /// The terminal nodes with their overrides, in execution order.
    pub(crate) terminals: Vec<(Vertex, Option<&'a ExportOverride>)>,
    /// Replaced sources.
    pub(crate) sources: Vec<(Vertex, &'a SourceOverride)>,
    pub(crate) warnings: Vec<String>,
}

impl<'a> Branch<'a> {
    /// The branches of the job's action.
    pub(crate) fn of(request: &'a JobRequest, graph: &Graph<'_>) -> Result<Self, EngineError> {
        match request.action {
            Action::BatchScore => Self::scoring(request, graph),
            action => Self::of_terminals(request, graph, action),
        }
    }

    /// The scoring branch: the designated one. If none is designated (or a missing node), the one that the
    /// job's exports name.
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
        let mut skipped = Vec::new();
        for terminal in graph.terminals(stream).into_iter().filter(runs) {
            let can = graph.node(terminal).is_none_or(|node| gives(node.node, request.documents));
            if action == Action::Evaluation && !can {
                skipped.push(terminal);
                continue;
            }
            let at = exports.iter().position(|(vertex, _)| *vertex == terminal);
            terminals.push((terminal, at.map(|at| exports.swap_remove(at).1)));
        }
        let format = request.documents;
        if terminals.is_empty() && !skipped.is_empty() {
            let givers = givers(format);
            let message = format!(
                "{givers} can give {format}, and the stream has none that {action} runs; ask for HTML"
            );
            return Err(EngineError::Branch(message));
        }
        if terminals.is_empty() {
            let wanted = wanted(action);
            return Err(EngineError::Branch(format!("the stream has no {wanted} for {action} to run")));
        }
        if let Some((stray, _)) = exports.first() {
            let stray = describe(graph, *stray);
            return Err(EngineError::Definition(format!("export: {action} does not run {stray}")));
        }
        let mut branch = Self::to(request, graph, terminals, &request.sources)?;
        branch.warnings.extend(skipped.into_iter().map(|vertex| {
            let (node, givers) = (describe(graph, vertex), givers(format));
            format!("{node} was skipped: it cannot give {format}, which {givers} can")
        }));
        Ok(branch)
    }

    /// The branch that ends with a terminal node, without a job's overrides.
    pub(crate) fn ending_with(
        request: &'a JobRequest,
        graph: &Graph<'_>,
        terminal: Vertex,
    ) -> Result<Self, EngineError> {
        Self::to(request, graph, vec![(terminal, None)], &[])
    }

    /// The export override of a node.
    pub(crate) fn export(&self, vertex: Vertex) -> Option<&'a ExportOverride> {
        self.terminals.iter().find(|(end, _)| *end == vertex).and_then(|(_, export)| *export)
    }

    /// The source override of a source.
    pub(crate) fn source(&self, vertex: Vertex) -> Option<&'a SourceOverride> {
        self.sources.iter().find(|(source, _)| *source == vertex).map(|(_, given)| *given)
    }

    /// Leaves out the branches of builders with obstacles, with a warning each. False, and no change, if there is an
    /// obstacle on another branch, or no branch would remain.
    pub(crate) fn leave_out(&mut self, graph: &Graph<'_>, obstacles: &HashMap<Vertex, String>) -> bool {
        let mut kept = Vec::with_capacity(self.terminals.len());
        let mut warnings = Vec::new();
        for &(terminal, export) in &self.terminals {
            let Ok(upstream) = graph.upstream_of(&[terminal]) else { return false };
            let obstacle = upstream.iter().find_map(|vertex| obstacles.get(vertex));
            match (obstacle, graph.node(terminal)) {
                (None, _) => kept.push((terminal, export)),
                (Some(reason), Some(node)) if node.node.family() == NodeFamily::Builder => {
                    let node = NodeRef::of(node.node);
                    warnings.push(format!("{node}: it built no model: {}", without_node(reason, &node)));
                }
                (Some(_), _) => return false,
            }
        }
        let ends = kept.iter().map(|(terminal, _)| *terminal).collect::<Vec<_>>();
        let Ok(vertices) = graph.upstream_of(&ends) else { return false };
        if kept.is_empty() {
            return false;
        }
        self.warnings.extend(warnings);
        self.sources.retain(|(source, _)| vertices.contains(source));
        (self.terminals, self.vertices) = (kept, vertices);
        true
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
        Designated::Dangling => "the terminal node of the stream's scoring branch does not exist any more",
        _ => "the stream designates no scoring branch",
    };
    let candidates = candidates(graph).map(|(_, node)| {
        format!("{:?} (uid {})", clipped(node.node.display_name(), NAME), clipped(&node.node.uid, NAME))
    });
    let mut named = candidates.take(CANDIDATES + 1).collect::<Vec<_>>();
    if named.len() > CANDIDATES {
        named.truncate(CANDIDATES);
        named.push("and more".to_owned());
    }
    let named = if named.is_empty() { "none".to_owned() } else { named.join(", ") };
    format!("{reason}; name a terminal node in the job's exports, by its label or uid: {named}")
}

/// The nodes that a job's exports may name, in the order of the stream.
pub(crate) fn candidates<'g, 'a>(graph: &'g Graph<'a>) -> impl Iterator<Item = (Vertex, &'g GraphNode<'a>)> {
    graph.nodes().filter(|(vertex, node)| graph.takes_export(*vertex, node))
}

fn terminal_names(graph: &Graph<'_>) -> Vec<String> {
    candidates(graph).map(|(_, node)| node.node.display_name().to_owned()).collect()
}

fn several(query: &str, candidates: &[String]) -> String {
    format!("several nodes are called {query:?}: {}", candidates.join(", "))
}

fn describe(graph: &Graph<'_>, vertex: Vertex) -> String {
    graph.node(vertex).map(|node| NodeRef::of(node.node).to_string()).unwrap_or_default()
}

fn wanted(action: Action) -> &'static str {
    match action {
        Action::Training | Action::AutoRefresh => "model builder",
        Action::Evaluation => "output or chart outside its scoring branch",
        Action::BatchScore | Action::RunStream => "terminal node",
    }
}
