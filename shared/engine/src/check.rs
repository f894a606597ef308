//! Dry runs: all obstacles of a job, whereas a run stops at the first error.
//!
//! [`Engine::dry_run`] checks one job; [`Engine::check_actions`] checks an unchanged stream, action by action;
//! [`Engine::check_branches`] checks its branches. They compile nodes like a run and derive the fields of
//! every node, so that [`Engine::run`] starts every job without obstacles. They cannot detect problems in
//! records. Streams are untrusted: a node is compiled once, and an [`Effort`] limits the time.

mod checker;
mod report;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use satsuma_stream::explain::{ActionCheck, Obstacle};
use satsuma_stream::{NodeId, StreamFile};

use self::checker::Checker;
pub use self::report::{CheckReport, NodeUse, ResultUse, SourceFile, SourceUse};
use crate::diagnostic::Diagnostics;
use crate::error::{Diagnostic, EngineError};
use crate::graph::Graph;
use crate::limits::Limits;
use crate::plan::{Branch, JobPlan, Prepared};
use crate::progress::Cancellation;
use crate::request::{Action, FileFormat, JobRequest};
use crate::run::Engine;

/// Time limit of a check. The current node is completed. The others are reported as unchecked, and so is
/// everything that depends on them.
#[derive(Debug, Clone, Copy)]
pub struct Effort(pub Duration);

impl Default for Effort {
    /// One minute; real streams need a second.
    fn default() -> Self {
        Self(Duration::from_secs(60))
    }
}

impl Engine {
    /// Checks a job without running it: the branch, every node and property of it, and the overrides.
    ///
    /// # Errors
    /// Those of [`Engine::run`], except those that depend on the records.
    pub fn check(&self, request: &JobRequest) -> Result<(), EngineError> {
        let prepared = Prepared::new(request, self.registry)?;
        let job = prepared.request.as_ref();
        Graph::of_job(job)
            .and_then(|graph| JobPlan::new(job, &graph, self.registry, &Cancellation::new()).map(drop))
            .map_err(|error| prepared.hide(error))?;
        let found = self.dry_run(request, Effort::default());
        match found.diagnostics.is_empty() {
            true => Ok(()),
            false => Err(EngineError::of_diagnostics(found.diagnostics)),
        }
    }

    /// Checks a job without running it: what it would do, and the obstacles. Opens no file.
    pub fn dry_run(&self, request: &JobRequest, effort: Effort) -> CheckReport {
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
        let mut found = CheckReport::default();
        match Branch::of(request, &graph) {
            Ok(branch) => {
                let mut checker = Checker::new(request, &graph, self.registry, effort);
                found.fill(request, &graph, &branch, &mut checker, &mut diagnostics);
            }
            Err(error) => {
                let mut checker = Checker::new(request, &graph, self.registry, effort);
                checker.no_branch(request, error, &mut diagnostics);
            }
        }
        found.diagnostics = diagnostics.into_list();
        if let Ok(prepared) = &prepared {
            let diagnostics = std::mem::take(&mut found.diagnostics).into_iter();
            found.diagnostics = diagnostics.map(|reason| prepared.hide_in(reason)).collect();
        }
        found.obstacles = found.diagnostics.iter().map(checker::obstacle).collect();
        found
    }

    /// For each of the five actions: whether the unchanged stream supports it, and the obstacles. No
    /// overrides are assumed, so that a job that replaces a source or an export may run despite an obstacle.
    pub fn check_actions(&self, file: &Arc<StreamFile>, effort: Effort) -> Vec<ActionCheck> {
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
            diagnostics.extend(of_all.iter().cloned());
            match Branch::of(&request, &graph) {
                Ok(branch) => checker.branch(&branch, &mut diagnostics),
                Err(error) => checker.no_branch(&request, error, &mut diagnostics),
            }
            let obstacles = diagnostics.into_list().iter().map(checker::obstacle).collect::<Vec<Obstacle>>();
            checks.push(ActionCheck { action: action.to_string(), can_run: obstacles.is_empty(), obstacles });
        }
        checks
    }

    /// For each branch of the stream (a node that a run executes, with all nodes that it reads from): the
    /// obstacles. Cycles are not branches. A supernode at the end of a branch has the obstacles of all
    /// branches inside it.
    pub fn check_branches(&self, file: &Arc<StreamFile>, effort: Effort) -> Vec<(NodeId, Vec<Obstacle>)> {
        let request = plain(file, Action::RunStream);
        let mut graph = Graph::flatten(file.stream());
        let mut of_all = Diagnostics::default();
        checker::of_job(&request, &mut graph, &mut of_all);
        let of_all = of_all.into_list();
        let mut checker = Checker::new(&request, &graph, self.registry, effort);
        let mut checks = Vec::new();
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
            checks.push((terminal.id, obstacles));
        }
        checks
    }
}

/// A job without overrides.
fn plain(file: &Arc<StreamFile>, action: Action) -> JobRequest {
    JobRequest {
        action,
        stream: Arc::clone(file),
        sources: Vec::new(),
        exports: Vec::new(),
        format: FileFormat::Csv,
        documents: satsuma_documents::Format::default(),
        parameters: Vec::new(),
        system_encoding: "UTF-8".to_owned(),
        work_dir: PathBuf::new(),
        limits: Limits::default(),
    }
}
