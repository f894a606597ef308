//! The end of an execution, and its notice.

use super::{Refusal, attempts, make_pending};
use crate::ids::ExecutionNumber;
use crate::job::definition::Action;
use crate::job::execution::{Failure, FailureCategory, Outcome, SERVICE_STOPPED};
use crate::job::notices::{MAX_UNSENT, UnsentNotice};
use crate::job::{Job, JobState, MAX_ATTEMPTS, MAY_BE_REPLACED};
use crate::time::Timestamp;

pub(super) fn end(job: &mut Job, outcome: Outcome, now: Timestamp) {
    job.state = match outcome {
        Outcome::Success { .. } => JobState::Success,
        Outcome::Failed { .. } => JobState::Failed,
        Outcome::Canceled => JobState::Canceled,
    };
    job.lease = None;
    if let Some(execution) = job.executions.last_mut() {
        execution.finished_at = Some(now);
        execution.outcome = Some(outcome);
    }
}

/// A worker became silent: the job is retried, or ends.
pub(super) fn lose_worker(job: &mut Job, now: Timestamp) {
    if job.state == JobState::Canceling {
        return end(job, Outcome::Canceled, now);
    }
    let last_attempt = attempts(job) >= MAX_ATTEMPTS;
    let replaces = job.definition.action == Action::AutoRefresh;
    let lost = Failure::new(
        "worker_lost",
        FailureCategory::System,
        format!(
            "the worker stopped without a report on attempt {} of {MAX_ATTEMPTS}: it was killed, or ran out \
             of memory or time{}",
            attempts(job),
            if last_attempt && replaces { format!("; {MAY_BE_REPLACED}") } else { String::new() }
        ),
    );
    end(job, Outcome::Failed { failure: lost }, now);
    if !last_attempt {
        make_pending(job, now);
    }
}

/// Ends the attempt because the service was stopped: the job is pending again, and the attempt is not counted.
pub(super) fn stop_worker(job: &mut Job, now: Timestamp) {
    if job.state == JobState::Canceling {
        return end(job, Outcome::Canceled, now);
    }
    let message = "the service was stopped while the job ran; the attempt is repeated and does not count";
    let failure = Failure::new(SERVICE_STOPPED, FailureCategory::System, message);
    end(job, Outcome::Failed { failure }, now);
    make_pending(job, now);
}

/// Adds a notice of the end to the outbox, in the same write that ends the job.
pub(super) fn record_notice(job: &mut Job, now: Timestamp) {
    let execution = job.execution().map_or_else(|| job.next_execution(), |ended| ended.number);
    job.unsent_notices.push(UnsentNotice { execution, state: job.state, since: now });
    let surplus = job.unsent_notices.len().saturating_sub(MAX_UNSENT);
    job.unsent_notices.drain(..surplus);
}

pub(super) fn announced(job: &mut Job, newest: ExecutionNumber) -> Result<(), Refusal> {
    let noted = job.unsent_notices.len();
    job.unsent_notices.retain(|unsent| unsent.execution > newest);
    if job.unsent_notices.len() == noted { Err(Refusal::NotDue) } else { Ok(()) }
}
