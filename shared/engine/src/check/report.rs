//! The result of a dry run.

use satsuma_stream::Node;
use satsuma_stream::explain::Obstacle;

use super::checker::Checker;
use crate::diagnostic::Diagnostics;
use crate::error::Diagnostic;
use crate::error::NodeRef;
use crate::export_names::ResultNames;
use crate::graph::{Graph, GraphNode, Vertex};
use crate::node::Compiled;
use crate::plan::Branch;
use crate::request::{ExportOverride, JobRequest, SourceOverride};

/// A node that a job uses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeUse {
    /// Its number; nodes outside supernodes have the one of the stream's diagram.
    pub id: u32,
    /// Its uid, which is the same in all versions of the stream.
    pub uid: String,
    /// Its label or, without one, its name.
    pub name: String,
    /// Its type.
    pub node_type: String,
    /// The node as messages name it.
    pub reference: NodeRef,
}

/// A source that a job reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceUse {
    /// The source node.
    pub node: NodeUse,
    /// Its data.
    pub file: SourceFile,
}

/// The data of a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SourceFile {
    /// A source override of the job: an index in [`JobRequest::sources`].
    Given(usize),
    /// A file that it looks up by this name.
    Wanted(String),
    /// No file, or an unsupported one; a diagnostic then has the reason.
    None,
}

/// A result that a job would write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResultUse {
    /// The terminal node.
    pub node: NodeUse,
    /// The name of the file.
    pub file: String,
    /// The index of the export override in [`JobRequest::exports`], if there is one.
    pub export: Option<usize>,
}

/// The result of a dry run: what the job would do, and the obstacles.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CheckReport {
    /// The nodes that it would run. Each node follows its inputs.
    pub branch: Vec<NodeUse>,
    /// The terminal nodes.
    pub terminals: Vec<NodeUse>,
    /// The sources among the nodes.
    pub sources: Vec<SourceUse>,
    /// The result files that it would write.
    pub results: Vec<ResultUse>,
    /// The obstacles; empty if the job can run.
    pub diagnostics: Vec<Diagnostic>,
    /// The diagnostics in the form of explanations.
    pub obstacles: Vec<Obstacle>,
    /// The warnings of a run.
    pub warnings: Vec<String>,
}

impl NodeUse {
    fn of(node: &GraphNode<'_>) -> Self {
        let Node { uid, .. } = node.node;
        Self {
            id: node.id,
            uid: uid.clone(),
            name: node.node.display_name().to_owned(),
            node_type: node.node.node_type.to_string(),
            reference: NodeRef::of(node.node),
        }
    }
}

impl CheckReport {
    /// Whether there is no obstacle.
    pub fn can_run(&self) -> bool {
        self.diagnostics.is_empty()
    }

    pub(super) fn fill<'a>(
        &mut self,
        request: &'a JobRequest,
        graph: &'a Graph<'a>,
        branch: &Branch<'a>,
        checker: &mut Checker<'a>,
        diagnostics: &mut Diagnostics,
    ) {
        checker.job(branch, diagnostics);
        let uses = |vertices: &[Vertex]| -> Vec<NodeUse> {
            vertices.iter().filter_map(|vertex| graph.node(*vertex)).map(NodeUse::of).collect()
        };
        let mut names = ResultNames::default();
        for &vertex in &branch.vertices {
            let Some(node) = graph.node(vertex) else { continue };
            let compiled = checker.node(vertex, branch.ends_with(vertex));
            if node.inputs.is_empty() {
                let file = SourceFile::of(request, branch.source(vertex), compiled);
                self.sources.push(SourceUse { node: NodeUse::of(node), file });
            }
            let (Some(Compiled::Terminal(terminal)), true) = (compiled, branch.export(vertex).is_some())
            else {
                continue;
            };
            if let Err(error) = names.reserve(terminal.as_ref(), &NodeRef::of(node.node)) {
                diagnostics.push(Diagnostic::of_error(&error, Some(node.node)));
            }
        }
        for (vertex, own) in &branch.terminals {
            let (Some(node), Some(Compiled::Terminal(terminal))) =
                (graph.node(*vertex), checker.node(*vertex, true))
            else {
                continue;
            };
            let given = |given: &ExportOverride| own.is_some_and(|own| std::ptr::eq(own, given));
            let export = request.exports.iter().position(given);
            let reference = NodeRef::of(node.node);
            let files = terminal.file_names().into_iter().map(|file| names.next(&file, &reference));
            self.results.extend(files.map(|file| ResultUse { node: NodeUse::of(node), file, export }));
        }
        self.branch = uses(&branch.vertices);
        self.terminals = uses(&branch.terminals.iter().map(|(end, _)| *end).collect::<Vec<_>>());
        self.warnings = branch.warnings.clone();
    }
}

impl SourceFile {
    fn of(request: &JobRequest, given: Option<&SourceOverride>, compiled: Option<&Compiled>) -> Self {
        let is_own = |other: &SourceOverride| given.is_some_and(|own| std::ptr::eq(own, other));
        match (request.sources.iter().position(is_own), compiled) {
            (Some(given), _) => Self::Given(given),
            (None, Some(Compiled::Source(source))) => {
                source.wanted_file().map_or(Self::None, |name| Self::Wanted(name.to_owned()))
            }
            (None, _) => Self::None,
        }
    }
}
