//! The state machine: one pure function decides every change of a stored job.
//!
//! ```text
//! Pending ──claim──▶ Running ──finish──▶ Success | Failed
//!    │  ▲               │ │
//!    │  └──lease lost───┘ └──cancel──▶ Canceling ──finish, lease lost──▶ Canceled
//!    └──cancel──▶ Canceled          any ended state ──resubmit──▶ Pending
//!    └──refuse──▶ Failed
//! ```

use std::time::Duration;

use thiserror::Error;

use crate::definition::JobDefinition;
use crate::execution::{Execution, Failure, FailureCategory, Outcome, Progress, kept_warnings};
use crate::ids::{ExecutionNumber, Revision, WorkerId};
use crate::invariants;
use crate::job::{Job, JobState, LEASE, Lease, MAX_ATTEMPTS, MAX_EXECUTIONS};
use crate::notices::{MAX_UNSENT, UnsentNotice};
use crate::passwords::SealedPasswords;
use crate::report::Report;
use crate::time::Timestamp;

/// How much too early a deferred job's message may come and still be the one that was meant: clocks
/// differ by less.
const EARLY: Duration = Duration::from_secs(5);

/// Something that happens to a job.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// The caller submits it again, or replaces the definition of a pending one.
    Resubmit(JobDefinition),
    /// A worker wants to run the revision that its message names.
    Claim {
        /// Who.
        worker: WorkerId,
        /// Which revision.
        revision: Revision,
    },
    /// A worker may not run it yet, because its instance runs as many jobs as it may: its message is
    /// sent again, to come then.
    Defer {
        /// The revision that the worker's message names.
        revision: Revision,
        /// When.
        until: Timestamp,
    },
    /// A worker may not run it at all.
    Refuse {
        /// Who.
        worker: WorkerId,
        /// The revision that the worker's message names.
        revision: Revision,
        /// Why.
        failure: Failure,
    },
    /// The worker is alive and got this far.
    Heartbeat {
        /// Which execution says so.
        execution: ExecutionNumber,
        /// How far it got.
        progress: Progress,
    },
    /// The worker is done.
    Finish {
        /// Which execution says so.
        execution: ExecutionNumber,
        /// How far it got.
        progress: Progress,
        /// What a reader of the results should know.
        warnings: Vec<String>,
        /// What else it tells of its work.
        report: Report,
        /// How it ended.
        outcome: Outcome,
    },
    /// The caller wants it stopped, and removed once it stopped.
    Cancel,
    /// The ends of these and earlier executions were announced.
    Announced {
        /// The newest of them.
        execution: ExecutionNumber,
    },
    /// Time has passed: a lease may have run out, a message may have been lost.
    Sweep,
    /// Every worker that there was is known to be gone, and the queue with them: whoever held the job
    /// holds it no more, whatever its lease says, and nobody has its message.
    Restart,
}

/// Why an event does not apply to a job as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Refusal {
    /// The event needs another state.
    #[error("the job is {0}")]
    State(JobState),
    /// The message is of an earlier submission.
    #[error("the message names revision {named}, the job is at {current}")]
    StaleRevision {
        /// The message's.
        named: Revision,
        /// The job's.
        current: Revision,
    },
    /// The worker's execution is not the newest one, or has ended.
    #[error("execution {0} no longer holds the job")]
    LostLease(ExecutionNumber),
    /// There is nothing to do.
    #[error("nothing is due")]
    NotDue,
}

/// The job as it is after `event`, with its version counted on, or why the event does not apply.
///
/// # Errors
/// [`Refusal`]; the job is then unchanged.
pub fn transition(job: &Job, event: &Event, now: Timestamp) -> Result<Job, Refusal> {
    let mut next = job.clone();
    next.version = job.version.next();
    match event {
        Event::Resubmit(definition) => resubmit(&mut next, definition, now)?,
        Event::Claim { worker, revision } => claim(&mut next, *worker, *revision, now)?,
        Event::Defer { revision, until } => defer(&mut next, *revision, *until)?,
        Event::Refuse { worker, revision, failure } => {
            claim(&mut next, *worker, *revision, now)?;
            end(&mut next, Outcome::Failed { failure: failure.clone() }, now);
        }
        Event::Heartbeat { execution, progress } => heartbeat(&mut next, *execution, *progress, now)?,
        Event::Finish { execution, progress, warnings, report, outcome } => {
            let held = held(&mut next, *execution)?;
            held.warnings = kept_warnings(warnings);
            held.report = report.clone();
            finish(&mut next, *execution, *progress, outcome, now)?;
        }
        Event::Cancel => cancel(&mut next, now)?,
        Event::Announced { execution } => announced(&mut next, *execution)?,
        Event::Sweep => sweep(&mut next, now)?,
        Event::Restart => restart(&mut next, now)?,
    }
    if next.state.is_terminal() && !job.state.is_terminal() {
        note_end(&mut next, now);
    }
    invariants::check(job, &next);
    Ok(next)
}

fn resubmit(job: &mut Job, definition: &JobDefinition, now: Timestamp) -> Result<(), Refusal> {
    if matches!(job.state, JobState::Running | JobState::Canceling) {
        return Err(Refusal::State(job.state));
    }
    job.definition = definition.clone();
    job.sealed_passwords = SealedPasswords::default();
    job.revision = job.revision.next();
    job.idempotency_key = None;
    job.fingerprint = None;
    job.submitted_at = now;
    job.remove_when_ended = false;
    make_pending(job, now);
    Ok(())
}

fn claim(job: &mut Job, worker: WorkerId, revision: Revision, now: Timestamp) -> Result<(), Refusal> {
    if revision != job.revision {
        return Err(Refusal::StaleRevision { named: revision, current: job.revision });
    }
    if lease_is_over(job, now) {
        // The message came back because its worker vanished: no need to wait for the sweeper.
        lose_worker(job, now);
    }
    if job.state != JobState::Pending {
        return Err(Refusal::State(job.state));
    }
    if job.deferred_until.is_some_and(|until| until > now.plus(EARLY)) {
        // An older message: the one that counts comes then. So no job has more than one.
        return Err(Refusal::NotDue);
    }
    job.deferred_until = None;
    job.executions.push(Execution {
        number: job.next_execution(),
        revision,
        attempt: attempts(job) + 1,
        worker,
        started_at: now,
        finished_at: None,
        progress: Progress::default(),
        warnings: Vec::new(),
        report: Report::default(),
        outcome: None,
    });
    let surplus = job.executions.len().saturating_sub(MAX_EXECUTIONS);
    job.executions.drain(..surplus);
    job.state = JobState::Running;
    job.lease = Some(Lease { worker, expires_at: now.plus(LEASE) });
    Ok(())
}

fn defer(job: &mut Job, revision: Revision, until: Timestamp) -> Result<(), Refusal> {
    if revision != job.revision {
        return Err(Refusal::StaleRevision { named: revision, current: job.revision });
    }
    if job.state != JobState::Pending {
        return Err(Refusal::State(job.state));
    }
    job.deferred_until = Some(until);
    Ok(())
}

fn heartbeat(
    job: &mut Job,
    number: ExecutionNumber,
    progress: Progress,
    now: Timestamp,
) -> Result<(), Refusal> {
    held(job, number)?.progress = progress;
    if let Some(lease) = &mut job.lease {
        lease.expires_at = now.plus(LEASE);
    }
    Ok(())
}

fn finish(
    job: &mut Job,
    number: ExecutionNumber,
    progress: Progress,
    outcome: &Outcome,
    now: Timestamp,
) -> Result<(), Refusal> {
    let outcome = if job.state == JobState::Canceling { &Outcome::Canceled } else { outcome };
    let execution = held(job, number)?;
    execution.progress = progress;
    end(job, outcome.clone(), now);
    Ok(())
}

fn cancel(job: &mut Job, now: Timestamp) -> Result<(), Refusal> {
    match job.state {
        JobState::Pending => {
            job.state = JobState::Canceled;
            job.deferred_until = None;
        }
        JobState::Running => {
            job.state = JobState::Canceling;
            job.remove_when_ended = true;
            if lease_is_over(job, now) {
                lose_worker(job, now);
            }
        }
        JobState::Canceling | JobState::Canceled | JobState::Failed | JobState::Success => {
            return Err(Refusal::State(job.state));
        }
    }
    Ok(())
}

fn sweep(job: &mut Job, now: Timestamp) -> Result<(), Refusal> {
    if job.work_due_at().is_none_or(|due| due > now) {
        return Err(Refusal::NotDue);
    }
    restart(job, now)
}

fn restart(job: &mut Job, now: Timestamp) -> Result<(), Refusal> {
    match job.state {
        JobState::Pending => make_pending(job, now),
        JobState::Running | JobState::Canceling => lose_worker(job, now),
        JobState::Canceled | JobState::Failed | JobState::Success => return Err(Refusal::NotDue),
    }
    Ok(())
}

/// Notes that somebody is to be told of the end, in the very write that ends the job. One that goes with
/// this write takes the note along.
fn note_end(job: &mut Job, now: Timestamp) {
    let Some(execution) = job.execution().filter(|_| !job.remove_when_ended) else { return };
    let note = UnsentNotice { execution: execution.number, state: job.state, since: now };
    job.unsent_notices.push(note);
    let surplus = job.unsent_notices.len().saturating_sub(MAX_UNSENT);
    job.unsent_notices.drain(..surplus);
}

fn announced(job: &mut Job, newest: ExecutionNumber) -> Result<(), Refusal> {
    let noted = job.unsent_notices.len();
    job.unsent_notices.retain(|unsent| unsent.execution > newest);
    if job.unsent_notices.len() == noted { Err(Refusal::NotDue) } else { Ok(()) }
}

/// The newest execution, if it is `number` and still holds the job.
fn held(job: &mut Job, number: ExecutionNumber) -> Result<&mut Execution, Refusal> {
    if !matches!(job.state, JobState::Running | JobState::Canceling) {
        return Err(Refusal::LostLease(number));
    }
    match job.executions.last_mut() {
        Some(newest) if newest.number == number => Ok(newest),
        _ => Err(Refusal::LostLease(number)),
    }
}

fn lease_is_over(job: &Job, now: Timestamp) -> bool {
    matches!(job.state, JobState::Running | JobState::Canceling)
        && job.lease.as_ref().is_none_or(|lease| lease.expires_at <= now)
}

/// A worker went silent: the job is tried again, or ends.
fn lose_worker(job: &mut Job, now: Timestamp) {
    if job.state == JobState::Canceling {
        return end(job, Outcome::Canceled, now);
    }
    let lost = Failure::new(
        "worker_lost",
        FailureCategory::System,
        format!(
            "the worker stopped without a word on attempt {} of {MAX_ATTEMPTS}: it was killed, or ran out of memory or time",
            attempts(job)
        ),
    );
    let last_attempt = attempts(job) >= MAX_ATTEMPTS;
    end(job, Outcome::Failed { failure: lost }, now);
    if !last_attempt {
        make_pending(job, now);
    }
}

fn end(job: &mut Job, outcome: Outcome, now: Timestamp) {
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

fn make_pending(job: &mut Job, now: Timestamp) {
    job.state = JobState::Pending;
    job.queued_at = now;
    job.deferred_until = None;
    job.lease = None;
}

/// How often the current revision was tried.
fn attempts(job: &Job) -> u32 {
    job.execution().map_or(0, |execution| execution.attempt)
}

#[cfg(test)]
mod tests;
