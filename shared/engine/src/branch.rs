//! Which terminal nodes a job runs, and which nodes its overrides mean.

use satsuma_stream::{Diagram, ErrorKind, Node, NodeKind, Stream};

use crate::error::{EngineError, list};
use crate::request::{Action, ExportOverride, JobRequest, SourceOverride};
use crate::step::NodeContext;
use crate::terminals;

/// The part of a stream that a job runs.
#[derive(Debug)]
pub(crate) struct Branch<'a> {
    /// Every node comes after its inputs.
    pub(crate) nodes: Vec<&'a Node>,
    /// The terminal nodes, each with the override that it has, in the order in which they run.
    pub(crate) terminals: Vec<(&'a Node, Option<&'a ExportOverride>)>,
    /// Replaced sources.
    pub(crate) sources: Vec<(&'a Node, &'a SourceOverride)>,
    pub(crate) warnings: Vec<String>,
}

impl<'a> Branch<'a> {
    /// What the job's action runs.
    pub(crate) fn of(request: &'a JobRequest) -> Result<Self, EngineError> {
        match request.action {
            Action::BatchScore => Self::scoring(request),
            action => Self::of_terminals(request, action),
        }
    }

    /// The branch that scores: the one that the stream designates or, where it designates none (or a
    /// node that is gone), the one that the job's exports name.
    fn scoring(request: &'a JobRequest) -> Result<Self, EngineError> {
        let stream = request.stream.stream();
        let exports = exports(&stream.diagram, &request.exports)?;
        let designated = match stream.scoring_branch() {
            Ok(branch) => Some(branch.terminal),
            Err(error) => match error.kind() {
                ErrorKind::NoScoringBranch | ErrorKind::DanglingScoringBranch(_) if !exports.is_empty() => {
                    None
                }
                ErrorKind::NoScoringBranch | ErrorKind::DanglingScoringBranch(_) => {
                    return Err(EngineError::Branch(nothing_to_score(stream, &error.to_string())));
                }
                _ => return Err(EngineError::Branch(error.to_string())),
            },
        };
        let terminals = match designated {
            Some(terminal) => vec![(terminal, only_on(terminal, &exports)?)],
            None => exports.into_iter().map(|(node, export)| (node, Some(export))).collect(),
        };
        Self::to(stream, terminals, &request.sources)
    }

    /// All terminal nodes that the action runs.
    fn of_terminals(request: &'a JobRequest, action: Action) -> Result<Self, EngineError> {
        let stream = request.stream.stream();
        let mut exports = exports(&stream.diagram, &request.exports)?;
        let mut terminals = Vec::new();
        for terminal in terminals::of_action(stream, action)? {
            let at = exports.iter().position(|(node, _)| node.id == terminal.id);
            terminals.push((terminal, at.map(|at| exports.swap_remove(at).1)));
        }
        if let Some((stray, _)) = exports.first() {
            let stray = stray.describe();
            return Err(EngineError::Definition(format!("export: {action} does not run {stray}")));
        }
        Self::to(stream, terminals, &request.sources)
    }

    /// The branch that ends with a terminal node, without a job's overrides.
    pub(crate) fn ending_with(request: &'a JobRequest, terminal: &'a Node) -> Result<Self, EngineError> {
        Self::to(request.stream.stream(), vec![(terminal, None)], &[])
    }

    /// What a node of the branch is understood from.
    pub(crate) fn context(&self, request: &'a JobRequest, node: &'a Node) -> NodeContext<'a> {
        let replaced = self.sources.iter().find(|(replaced, _)| std::ptr::eq(*replaced, node));
        let end = self.terminals.iter().find(|(end, _)| std::ptr::eq(*end, node));
        NodeContext {
            request,
            node,
            source: replaced.map(|(_, source)| *source),
            export: end.and_then(|(_, export)| *export),
            is_end: end.is_some(),
        }
    }

    fn to(
        stream: &'a Stream,
        terminals: Vec<(&'a Node, Option<&'a ExportOverride>)>,
        overrides: &'a [SourceOverride],
    ) -> Result<Self, EngineError> {
        let ends = terminals.iter().map(|(terminal, _)| terminal.id).collect::<Vec<_>>();
        let nodes = stream.diagram.upstream_of(&ends);
        let nodes = nodes.map_err(|error| EngineError::Branch(error.to_string()))?;
        let mut branch = Self { nodes, terminals, sources: Vec::new(), warnings: Vec::new() };
        for source in overrides {
            branch.replace_source(&stream.diagram, source)?;
        }
        Ok(branch)
    }

    fn replace_source(
        &mut self,
        diagram: &'a Diagram,
        source: &'a SourceOverride,
    ) -> Result<(), EngineError> {
        let is_source = |node: &Node| diagram.inputs(node.id).next().is_none();
        let on_branch = |node: &Node| is_source(node) && self.nodes.iter().any(|known| known.id == node.id);
        let node = match diagram.find_among(&source.node, on_branch) {
            Ok(node) => node,
            Err(error) if !matches!(error.kind(), ErrorKind::NoNode(_)) => {
                return Err(EngineError::Definition(format!("input: {error}")));
            }
            Err(_) if diagram.find_among(&source.node, is_source).is_ok() => {
                let label = &source.node;
                self.warnings.push(format!("input {label:?} is not on the branch that ran and was not read"));
                return Ok(());
            }
            Err(_) => {
                let sources = self.nodes.iter().filter(|node| is_source(node));
                let names = sources.map(|node| node.display_name().to_owned()).collect::<Vec<_>>();
                let (query, names) = (&source.node, list(&names));
                return Err(EngineError::Definition(format!(
                    "input: the stream has no source node {query:?}; the branch reads from {names}"
                )));
            }
        };
        if self.sources.iter().any(|(known, _)| known.id == node.id) {
            return Err(EngineError::Definition(format!(
                "input {:?}: {} is replaced twice",
                source.node,
                node.describe()
            )));
        }
        self.sources.push((node, source));
        Ok(())
    }
}

fn exports<'a>(
    diagram: &'a Diagram,
    overrides: &'a [ExportOverride],
) -> Result<Vec<(&'a Node, &'a ExportOverride)>, EngineError> {
    let mut found: Vec<(&Node, &ExportOverride)> = Vec::with_capacity(overrides.len());
    for export in overrides {
        let node = diagram.find_among(&export.node, |node| is_terminal(diagram, node)).map_err(|error| {
            let terminals = diagram.nodes().iter().filter(|node| is_terminal(diagram, node));
            let names = terminals.map(|node| node.display_name().to_owned()).collect::<Vec<_>>();
            EngineError::Definition(match error.kind() {
                ErrorKind::NoNode(query) => {
                    format!("export: the stream has no terminal node {query:?}; it has {}", list(&names))
                }
                _ => format!("export: {error}"),
            })
        })?;
        if found.iter().any(|(known, _)| known.id == node.id) {
            return Err(EngineError::Definition(format!(
                "export {:?}: {} is replaced twice",
                export.node,
                node.describe()
            )));
        }
        found.push((node, export));
    }
    Ok(found)
}

/// Nodes that records only flow into: outputs, graphs and exports, of which a job can put a file in
/// place. Model builders end branches too, but give no records.
fn is_terminal(diagram: &Diagram, node: &Node) -> bool {
    match node.kind() {
        NodeKind::Table | NodeKind::TextFileExport => true,
        NodeKind::Other => {
            let ends = diagram.outputs(node.id).next().is_none() && diagram.inputs(node.id).next().is_some();
            let class = node.node_type.class();
            ends && !class.contains("Build") && !class.starts_with("Apply") && !class.starts_with("Train")
        }
        _ => false,
    }
}

fn only_on<'a>(
    terminal: &Node,
    exports: &[(&'a Node, &'a ExportOverride)],
) -> Result<Option<&'a ExportOverride>, EngineError> {
    if let Some((stray, _)) = exports.iter().find(|(node, _)| node.id != terminal.id) {
        return Err(EngineError::Definition(format!(
            "export: {} is not the end of the scoring branch, which is {}",
            stray.describe(),
            terminal.describe()
        )));
    }
    Ok(exports.first().map(|(_, export)| *export))
}

fn nothing_to_score(stream: &Stream, reason: &str) -> String {
    let diagram = &stream.diagram;
    let terminals = diagram.nodes().iter().filter(|node| is_terminal(diagram, node));
    let names = terminals.map(|node| node.display_name().to_owned()).collect::<Vec<_>>();
    format!("{reason}; or name a terminal node in the job's exports: {}", list(&names))
}
