//! Checks: what stands in the way of a job, all of it, where a run stops at the first error.
//!
//! [`Engine::examine`] checks one job; [`Engine::verdicts`] a stream as it is, action by action;
//! [`Engine::branch_verdicts`] its branches. They compile nodes as a run does and follow fields through
//! the stream, so that [`Engine::run`] starts what they find nothing against; what only records can show,
//! they cannot see. Streams may come from anyone: a node is compiled once, and the work ends where an
//! [`Effort`] says.

mod checker;
mod examination;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use satsuma_stream::explain::{ActionCheck, Obstacle};
use satsuma_stream::{NodeId, StreamFile};

use self::checker::Checker;
pub use self::examination::{Examination, NodeUse, ResultUse, SourceFile, SourceUse};
use crate::diagnostic::Diagnostics;
use crate::error::{Diagnostic, EngineError};
use crate::graph::Graph;
use crate::limits::Limits;
use crate::plan::{Branch, JobPlan, Prepared};
use crate::progress::Cancellation;
use crate::request::{Action, FileFormat, JobRequest};
use crate::run::Engine;

/// How long a check may take. A node that has begun is finished; the others are reported as not checked,
/// and nothing that depends on them is reported to run.
#[derive(Debug, Clone, Copy)]
pub struct Effort(pub Duration);

impl Default for Effort {
    /// A minute: real streams take a second.
    fn default() -> Self {
        Self(Duration::from_secs(60))
    }
}

impl Engine {
    /// Checks a job without running it: the branch, every node and property on it, and the overrides.
    ///
    /// # Errors
    /// As [`Engine::run`], but for what only the data can show.
    pub fn check(&self, request: &JobRequest) -> Result<(), EngineError> {
        let prepared = Prepared::new(request, self.registry)?;
        let job = prepared.request.as_ref();
        Graph::of_job(job)
            .and_then(|graph| JobPlan::new(job, &graph, self.registry, &Cancellation::new()).map(drop))
            .map_err(|error| prepared.hide(error))?;
        let found = self.examine(request, Effort::default());
        match found.diagnostics.is_empty() {
            true => Ok(()),
            false => Err(EngineError::of_diagnostics(found.diagnostics)),
        }
    }

    /// Examines a job without running it: what it would do, and what stands in its way. No file is opened.
    pub fn examine(&self, request: &JobRequest, effort: Effort) -> Examination {
        let mut diagnostics = Diagnostics::default();
        let prepared = Prepared::new(request, self.registry);
        let request = match &prepared {
            Ok(prepared) => prepared.request.as_ref(),
            Err(error) => {
                diagnostics.push(Diagnostic::of_error(error, None));
                request
            }
        };
        let mut graph = Graph::flatten(request.stream.stream());
        checker::of_job(request, &mut graph, &mut diagnostics);
        let mut found = Examination::default();
        match Branch::of(request, &graph) {
            Ok(branch) => {
                let mut checker = Checker::new(request, &graph, self.registry, effort);
                found.fill(request, &graph, &branch, &mut checker, &mut diagnostics);
            }
            Err(error) => checker::of_stream(request, &graph, error, &mut diagnostics),
        }
        found.diagnostics = diagnostics.into_list();
        if let Ok(prepared) = &prepared {
            let diagnostics = std::mem::take(&mut found.diagnostics).into_iter();
            found.diagnostics = diagnostics.map(|reason| prepared.hide_in(reason)).collect();
        }
        found.obstacles = found.diagnostics.iter().map(checker::obstacle).collect();
        found
    }

    /// For each of the five actions, whether it can be run on the stream as it is, and what stands in the
    /// way. No job's overrides are assumed: a job that replaces a source or an export may run where this
    /// says otherwise.
    pub fn verdicts(&self, file: &Arc<StreamFile>, effort: Effort) -> Vec<ActionCheck> {
        let request = plain(file, Action::RunStream);
        let mut graph = Graph::flatten(file.stream());
        let mut of_all = Diagnostics::default();
        checker::of_job(&request, &mut graph, &mut of_all);
        let of_all = of_all.into_list();
        let mut checker = Checker::new(&request, &graph, self.registry, effort);
        let mut checks = Vec::with_capacity(Action::ALL.len());
        for action in Action::ALL {
            let request = plain(file, action);
            let mut diagnostics = Diagnostics::default();
            diagnostics.extend(checker::of_action(action));
            diagnostics.extend(of_all.iter().cloned());
            match Branch::of(&request, &graph) {
                Ok(branch) => checker.branch(&branch, &mut diagnostics),
                Err(error) => checker::of_stream(&request, &graph, error, &mut diagnostics),
            }
            let obstacles = diagnostics.into_list().iter().map(checker::obstacle).collect::<Vec<Obstacle>>();
            checks.push(ActionCheck { action: action.to_string(), can_run: obstacles.is_empty(), obstacles });
        }
        checks
    }

    /// For each branch of the stream, which is a node that a run executes with all that it reads from, what
    /// stands in its way. Those that run in a circle are not branches. A supernode that ends a branch is
    /// blocked where any branch inside it is.
    pub fn branch_verdicts(&self, file: &Arc<StreamFile>, effort: Effort) -> Vec<(NodeId, Vec<Obstacle>)> {
        let request = plain(file, Action::RunStream);
        let mut graph = Graph::flatten(file.stream());
        let mut of_all = Diagnostics::default();
        checker::of_job(&request, &mut graph, &mut of_all);
        let of_all = of_all.into_list();
        let mut checker = Checker::new(&request, &graph, self.registry, effort);
        let mut verdicts = Vec::new();
        for terminal in file.stream().diagram.terminals() {
            let ends = graph.ends_of(terminal);
            let branches = ends.iter().map(|end| Branch::ending_with(&request, &graph, *end));
            let Ok(branches) = branches.collect::<Result<Vec<_>, _>>() else { continue };
            let mut diagnostics = Diagnostics::default();
            diagnostics.extend(of_all.iter().cloned());
            branches.iter().for_each(|branch| checker.branch(branch, &mut diagnostics));
            let mut obstacles = diagnostics.into_list().iter().map(checker::obstacle).collect::<Vec<_>>();
            if ends.is_empty() {
                obstacles.push(checker::nothing_runs(terminal));
            }
            verdicts.push((terminal.id, obstacles));
        }
        verdicts
    }
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
        system_encoding: "UTF-8".to_owned(),
        work_dir: PathBuf::new(),
        limits: Limits::default(),
    }
}
