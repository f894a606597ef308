//! A log as its reader gets it: what the worker wrote, and what the stored job knows better.

use super::{Level, Line};
use crate::job::Job;
use crate::job::execution::{Execution, Outcome};

/// The log of an execution. The worker writes its part before the end is written: whether and when the
/// execution ended, only the job says. Where the worker wrote nothing (it runs, or vanished), the job
/// says what is known.
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
            text += &format!(
                "… {}: {} % of the source data, {} records read, {} written so far; the worker's log comes with \
                 the end\n",
                job.state,
                (progress.fraction.clamp(0.0, 1.0) * 100.0).floor(),
                progress.rows_read,
                progress.rows_written
            );
        }
    }
    text
}

/// What there is to say of a job that no worker took yet.
#[must_use]
pub fn no_execution(job: &Job) -> String {
    let message = format!("submitted (revision {}); {}: no worker took it yet", job.revision, job.state);
    Line { at: job.submitted_at, level: Level::Info, node: None, message: &message }.to_string()
}

/// What the job itself knows of an execution.
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

/// What a worker says first.
pub(crate) fn claimed(execution: &Execution) -> String {
    let Execution { number, revision, attempt, worker, .. } = execution;
    format!("execution {number} (revision {revision}, attempt {attempt}) claimed by worker {}", worker.0)
}
