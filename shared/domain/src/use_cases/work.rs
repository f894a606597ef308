//! The worker's part of the protocol: claim a job, renew its lease while it runs, publish its results.

mod claim;
mod context;
mod lease_holder;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use tokio::task::JoinSet;

use tracing::{Instrument, info_span};

use crate::error::StoreError;
use crate::ids::ExecutionNumber;
use crate::job::Job;
use crate::job::execution::{Execution, Failure, FailureCategory, Outcome, ResultFile};
use crate::job::log::{self, Level, RunLog};
use crate::job::transition::Refusal;
use crate::ports::{GetJob, JobMessage, ReplaceJob};
use crate::time::Clock;

use claim::{Claim, claim};
pub use context::RunContext;
use lease_holder::LeaseHolder;
pub use lease_holder::{STOP_TIMEOUT, VERSION_CHECK_INTERVAL};

/// Attempts at a write that conflicts with other writes of the job.
const RACES: usize = 8;

/// Longest time that the end of a job waits for its log to be stored.
const LOG_TIMEOUT: Duration = Duration::from_secs(5);

/// Result of a run, before the end is written.
#[derive(Debug, Clone, PartialEq)]
pub struct Ran {
    /// Warnings about the results.
    pub warnings: Vec<String>,
    /// How it ended.
    pub outcome: Outcome,
}

/// Runs jobs: fetches what they name, executes the stream, stores the results under the
/// execution's own prefix.
#[async_trait]
pub trait Runner: Send + Sync {
    /// Runs one execution. Returns soon after `context` asks it to stop; a run that does not within
    /// [`STOP_TIMEOUT`] is dropped. May panic: the caller survives it.
    async fn run(&self, job: Job, execution: ExecutionNumber, context: RunContext) -> Ran;

    /// Removes results that `run` stored and that will never be published: the job was canceled or lost
    /// before its end was written. Best effort; results that remain only cost storage.
    async fn discard(&self, _job: &Job, _execution: ExecutionNumber, _results: &[ResultFile]) {}

    /// Stores the execution's log, where its reader finds it. Best effort: nothing waits for it long.
    async fn keep_log(&self, _job: &Job, _execution: ExecutionNumber, _log: String) {}
}

/// Result of a message.
#[derive(Debug, Clone, PartialEq)]
pub enum Handled {
    /// The job ran and this is its last state.
    Ended(Box<Job>),
    /// Nothing to run: the job was removed or resubmitted, or another worker has it.
    Nothing(Option<Refusal>),
    /// The job was lost to another worker while it ran.
    Lost,
    /// Its instance is at the running quota: the message is to be sent again after this delay.
    Waits(Duration),
}

/// Handles one message: claims the job, runs it, and ends it within `deadline` from now.
///
/// # Errors
/// A fault of the store before the job was claimed, or so lasting a one afterwards that the end
/// could not be written; the message should then be delivered again.
pub async fn handle<S>(
    store: &S,
    runner: Arc<dyn Runner>,
    clock: &dyn Clock,
    message: &JobMessage,
    deadline: Duration,
) -> Result<Handled, StoreError>
where
    S: GetJob + ReplaceJob,
{
    let started = tokio::time::Instant::now();
    let claimed = match claim(store, clock, message).instrument(info_span!("claim")).await? {
        Claim::Won(job) => job,
        Claim::Nothing(refusal) => return Ok(Handled::Nothing(refusal)),
        Claim::Waits(delay) => return Ok(Handled::Waits(delay)),
        Claim::Refused(job) => return Ok(Handled::Ended(Box::new(job))),
    };
    let Some(number) = claimed.execution().map(|execution: &Execution| execution.number) else {
        return Ok(Handled::Nothing(None));
    };
    let attempt = claimed.execution().map(|execution| execution.attempt);
    tracing::Span::current().record("execution", number.0).record("attempt", attempt);
    tracing::Span::current().record("request_id", claimed.request_id.as_deref());
    let context = RunContext::starting(clock.now());
    if let Some(execution) = claimed.execution() {
        context.log().line(Level::Info, &log::claimed(execution));
    }
    let run = spawn_run(Arc::clone(&runner), claimed.clone(), number, context.clone());
    let mut holder = LeaseHolder { store, clock, job: claimed, number, context, limit: deadline };
    let ran = holder.hold_while(run, started + deadline).await;
    log_end(holder.context.log(), ran.as_ref());
    // Stored before the end is written, so that readers of the end find the log.
    if !holder.job.remove_when_ended {
        let log = holder.context.log().text();
        let kept = runner.keep_log(&holder.job, number, log).instrument(info_span!("log"));
        if tokio::time::timeout(LOG_TIMEOUT, kept).await.is_err() {
            tracing::warn!("the execution's log was not stored in time");
        }
    }
    let Some(ran) = ran else { return Ok(Handled::Lost) };
    let stored = match &ran.outcome {
        Outcome::Success { results } => results.clone(),
        _ => Vec::new(),
    };
    let handled = holder.finish(ran).instrument(info_span!("finish")).await?;
    if !stored.is_empty() && !holder.is_published() {
        runner.discard(&holder.job, number, &stored).await;
    }
    Ok(handled)
}

/// The last lines of the log, but for the end itself, which is not written yet.
fn log_end(log: &RunLog, ran: Option<&Ran>) {
    let Some(ran) = ran else {
        return log.end(Level::Error, None, "the job was lost to another worker while it ran");
    };
    for warning in &ran.warnings {
        log.end(Level::Warn, None, warning);
    }
    match &ran.outcome {
        Outcome::Success { results } => {
            log.end(Level::Info, None, &format!("the run is done; result files: {}", results.len()));
        }
        Outcome::Failed { failure } => {
            let message = format!("{} ({})", failure.message, failure.code);
            log.end(Level::Error, failure.node.as_deref(), &message);
        }
        Outcome::Canceled => log.end(Level::Info, None, "the run was canceled on request"),
    }
}

/// Runs in a task of its own, which contains a panic; dropping this stops the task.
async fn spawn_run(runner: Arc<dyn Runner>, job: Job, number: ExecutionNumber, context: RunContext) -> Ran {
    let mut task = JoinSet::new();
    // Its lines of the log name the job, too.
    task.spawn(async move { runner.run(job, number, context).await }.in_current_span());
    task.join_next().await.and_then(Result::ok).unwrap_or_else(|| {
        tracing::error!("the run panicked");
        let failure = Failure::new(
            "internal",
            FailureCategory::System,
            "the service itself failed while it ran this stream; the log has the details",
        );
        Ran { warnings: Vec::new(), outcome: Outcome::Failed { failure } }
    })
}

#[cfg(test)]
mod tests;
