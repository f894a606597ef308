//! The log as its reader sees it: the worker's lines, and the end from the stored job.

use super::{Level, Line};
use crate::job::Job;
use crate::job::execution::{Execution, Outcome};

/// The log of an execution. The worker stores its lines before the end is written, so that only the job
/// knows whether and when the execution ended. If there are no lines (the worker runs, or vanished), the log
/// is derived from the job.
#[must_use]
pub fn whole(job: &Job, execution: &Execution, written: Option<&str>) -> String {
    let mut text = match written {
        Some(written) => written.to_owned(),
        None => known(execution),
    };
    match (&execution.outcome, execution.finished_at) {
        (Some(outcome), Some(at)) => {
            let message = match outcome {
                Outcome::Success { .. } => "ended: SUCCESS",
                Outcome::Failed { .. } => "ended: FAILED",
                Outcome::Canceled => "ended: CANCELED",
            };
            text += &Line { at, level: Level::Info, node: None, message }.to_string();
        }
        _ => {
            let progress = &execution.progress;
            let (of_what, builders) = match progress.builders_done() {
                (_, 0) => ("of the source data", String::new()),
                (done, all) => ("done", format!(", {done} of {all} models built")),
            };
            text += &format!(
                "… {}: {} % {of_what}, {} records read, {} written{builders} so far; the worker's log \
                 follows at the end\n",
                job.state,
                (progress.fraction.clamp(0.0, 1.0) * 100.0).floor(),
                progress.rows_read,
                progress.rows_written
            );
        }
    }
    text
}

/// The log of a job that no worker has claimed yet.
#[must_use]
pub fn no_execution(job: &Job) -> String {
    let message = format!("submitted (revision {}); {}: no worker claimed it yet", job.revision, job.state);
    Line { at: job.submitted_at, level: Level::Info, node: None, message: &message }.to_string()
}

/// The lines that the stored job provides for an execution.
fn known(execution: &Execution) -> String {
    let claimed = claimed(execution);
    let mut text =
        Line { at: execution.started_at, level: Level::Info, node: None, message: &claimed }.to_string();
    if let (Some(failure), Some(at)) = (execution.failure(), execution.finished_at) {
        let node = failure.node.as_deref();
        text += &Line { at, level: Level::Error, node, message: &failure.message }.to_string();
    }
    text
}

/// The first line of a worker.
pub(crate) fn claimed(execution: &Execution) -> String {
    let Execution { number, revision, attempt, worker, .. } = execution;
    format!("execution {number} (revision {revision}, attempt {attempt}) claimed by worker {}", worker.0)
}
