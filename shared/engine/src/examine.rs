//! What stands in the way of a job: all of it, where [`crate::check`] stops at the first error.
//!
//! [`examine`] looks at one job; [`verdicts`] at a stream as it is, action by action;
//! [`branch_verdicts`] at its branches. They understand nodes as a run does, so that [`crate::run`]
//! starts what they find nothing against; what only the data can show, they cannot see. Streams may
//! come from anyone: a node is understood once, and the work ends where an [`Effort`] says.

mod judge;
mod obstacles;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use satsuma_stream::explain::{ActionCheck, Obstacle};
use satsuma_stream::{Node, NodeId, StreamFile};

use self::judge::{Judge, inside};
use self::obstacles::Obstacles;
use crate::branch::Branch;
use crate::export::ResultNames;
use crate::limits::Limits;
use crate::request::{Action, ExportOverride, FileFormat, JobRequest, SourceOverride};
use crate::step::{NodeContext, Step};

/// How long an examination may take. A node that has begun is finished; the others are said to be
/// unexamined, and nothing that depends on them is said to run.
#[derive(Debug, Clone, Copy)]
pub struct Effort(pub Duration);

impl Default for Effort {
    /// A minute: real streams take a second.
    fn default() -> Self {
        Self(Duration::from_secs(60))
    }
}

/// A node that a job uses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeUse {
    /// Its number in the stream's diagram.
    pub id: u32,
    /// Its id across saves.
    pub uid: String,
    /// Its label or, without one, its name.
    pub name: String,
    /// Its type.
    pub node_type: String,
}

/// A source that a job reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceUse {
    /// The source node.
    pub node: NodeUse,
    /// What it reads.
    pub file: SourceFile,
}

/// What a source reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SourceFile {
    /// What the job names for it: a place in [`JobRequest::sources`].
    Given(usize),
    /// A file that it looks for by this name.
    Wanted(String),
    /// No file that this version reads; an obstacle says why.
    None,
}

/// A result that a job would write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResultUse {
    /// The terminal node.
    pub node: NodeUse,
    /// The name of the file.
    pub file: String,
    /// The place in [`JobRequest::exports`] of the job's override, if there is one.
    pub export: Option<usize>,
}

/// What a job would do, and what stands in its way.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Examination {
    /// The nodes that it would run, every one after its inputs.
    pub branch: Vec<NodeUse>,
    /// Where it would end.
    pub terminals: Vec<NodeUse>,
    /// The sources among the nodes.
    pub sources: Vec<SourceUse>,
    /// The result files that it would write.
    pub results: Vec<ResultUse>,
    /// What stands in the way; nothing if the job can run.
    pub obstacles: Vec<Obstacle>,
    /// What a run would warn of.
    pub warnings: Vec<String>,
}

impl NodeUse {
    fn of(node: &Node) -> Self {
        Self {
            id: node.id.0,
            uid: node.uid.clone(),
            name: node.display_name().to_owned(),
            node_type: node.node_type.to_string(),
        }
    }
}

/// Examines a job without running it. No file is opened.
pub fn examine(request: &JobRequest, effort: Effort) -> Examination {
    let mut found = Examination::default();
    let mut obstacles = Obstacles::of_job(request);
    match Branch::of(request) {
        Ok(branch) => found.look_at(request, branch, &mut Judge::new(effort), &mut obstacles),
        Err(error) => obstacles.of_stream(request, error),
    }
    found.obstacles = obstacles.finish();
    found
}

impl Examination {
    /// Whether nothing stands in the way.
    pub fn can_run(&self) -> bool {
        self.obstacles.is_empty()
    }

    fn look_at<'a>(
        &mut self,
        request: &'a JobRequest,
        branch: Branch<'a>,
        judge: &mut Judge,
        obstacles: &mut Obstacles,
    ) {
        let diagram = &request.stream.stream().diagram;
        let mut names = ResultNames::default();
        for &node in &branch.nodes {
            let context = branch.context(request, node);
            let (step, found) = judge.understand(&context, diagram);
            obstacles.extend(found.iter());
            if diagram.inputs(node.id).next().is_none() {
                let file = SourceFile::of(request, &context, step.as_ref());
                self.sources.push(SourceUse { node: NodeUse::of(node), file });
            }
            if let Some(Step::Export(export)) = &step {
                if let Err(error) = names.take(export) {
                    obstacles.extend([obstacles::of_node(node, &error)].iter());
                }
                let given =
                    |given: &ExportOverride| context.export.is_some_and(|own| std::ptr::eq(own, given));
                self.results.push(ResultUse {
                    node: NodeUse::of(node),
                    file: export.file_name.clone(),
                    export: request.exports.iter().position(given),
                });
            }
        }
        for place in inside(&branch, request.action) {
            obstacles.extend(judge.judge(request, &place).iter());
        }
        self.branch = branch.nodes.iter().map(|node| NodeUse::of(node)).collect();
        self.terminals = branch.terminals.iter().map(|(node, _)| NodeUse::of(node)).collect();
        self.warnings = branch.warnings;
    }
}

impl SourceFile {
    fn of(request: &JobRequest, context: &NodeContext<'_>, step: Option<&Step>) -> Self {
        let is_own = |given: &SourceOverride| context.source.is_some_and(|own| std::ptr::eq(own, given));
        match (request.sources.iter().position(is_own), step) {
            (Some(given), _) => Self::Given(given),
            (None, Some(Step::Source(source))) => {
                source.wanted_file().map_or(Self::None, |name| Self::Wanted(name.to_owned()))
            }
            (None, _) => Self::None,
        }
    }
}

/// For each of the five actions, whether it can be run on the stream as it is, and what stands in the
/// way. No job's overrides are assumed: a job that replaces a source or an export may run where this
/// says otherwise.
pub fn verdicts(file: &Arc<StreamFile>, effort: Effort) -> Vec<ActionCheck> {
    // All of them live as long as what is known of their nodes.
    let requests = Action::ALL.map(|action| plain(file, action));
    let mut judge = Judge::new(effort);
    let mut checks = Vec::with_capacity(requests.len());
    for request in &requests {
        let mut obstacles = Obstacles::of_job(request);
        match Branch::of(request) {
            Ok(branch) => judge.all(request, &branch, &mut obstacles),
            Err(error) => obstacles.of_stream(request, error),
        }
        let obstacles = obstacles.finish();
        let action = request.action.to_string();
        checks.push(ActionCheck { action, can_run: obstacles.is_empty(), obstacles });
    }
    checks
}

/// For each branch of the stream, which is a node that a run executes with all that it reads from, what
/// stands in its way as if it was the scoring branch. Those that run in a circle are not branches.
pub fn branch_verdicts(file: &Arc<StreamFile>, effort: Effort) -> Vec<(NodeId, Vec<Obstacle>)> {
    let request = plain(file, Action::BatchScore);
    let mut judge = Judge::new(effort);
    let mut verdicts = Vec::new();
    for terminal in request.stream.stream().diagram.terminals() {
        let Ok(branch) = Branch::ending_with(&request, terminal) else { continue };
        let mut obstacles = Obstacles::of_job(&request);
        judge.all(&request, &branch, &mut obstacles);
        verdicts.push((terminal.id, obstacles.finish()));
    }
    verdicts
}

/// A job that leaves everything as it is in the stream.
fn plain(file: &Arc<StreamFile>, action: Action) -> JobRequest {
    JobRequest {
        action,
        stream: Arc::clone(file),
        sources: Vec::new(),
        exports: Vec::new(),
        format: FileFormat::Csv,
        parameters: Vec::new(),
        work_dir: PathBuf::new(),
        limits: Limits::default(),
    }
}

#[cfg(test)]
mod tests;
