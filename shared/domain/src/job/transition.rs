//! The state machine: one pure function decides every change of a stored job.
//!
//! ```text
//! Pending ──claim──▶ Running ──finish──▶ Success | Failed
//!    │  ▲               │ │
//!    │  └──lease lost───┘ └──cancel──▶ Canceling ──finish, lease lost──▶ Canceled
//!    └──cancel──▶ Canceled          any ended state ──resubmit──▶ Pending
//!    └──refuse──▶ Failed
//! ```

mod end;
mod event;

use std::time::Duration;

use self::end::{announced, end, lose_worker, record_notice, stop_worker};
pub use self::event::{Event, Refusal};
use crate::ids::{ExecutionNumber, Revision, WorkerId};
use crate::job::definition::JobDefinition;
use crate::job::execution::{Execution, Outcome, Progress, kept_warnings};
use crate::job::invariants;
use crate::job::report::Report;
use crate::job::{Job, JobState, LEASE, Lease, MAX_EXECUTIONS};
use crate::secrets::passwords::SealedPasswords;
use crate::time::Timestamp;

/// Tolerance for a deferred job's message that arrives early: clocks differ by less.
const EARLY: Duration = Duration::from_secs(5);

/// The job after `event`, with its version incremented, or the reason why the event does not apply.
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
        Event::Heartbeat { execution, progress } => heartbeat(&mut next, *execution, progress.clone(), now)?,
        Event::Finish { execution, progress, warnings, report, outcome } => {
            let held = held(&mut next, *execution)?;
            held.warnings = kept_warnings(warnings);
            held.report = report.clone();
            finish(&mut next, *execution, progress.clone(), outcome, now)?;
        }
        Event::Cancel => cancel(&mut next, now)?,
        Event::Published { execution } => announced(&mut next, *execution)?,
        Event::Sweep => sweep(&mut next, now)?,
        Event::Restart => restart(&mut next, now, lose_worker)?,
        Event::Stopped => restart(&mut next, now, stop_worker)?,
    }
    if next.state.is_terminal() && !job.state.is_terminal() {
        record_notice(&mut next, now);
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
    // A job that was canceled before it ran gets its execution number on the next run.
    let next = job.next_execution();
    job.unsent_notices.retain(|unsent| unsent.execution < next);
    make_pending(job, now);
    Ok(())
}

fn claim(job: &mut Job, worker: WorkerId, revision: Revision, now: Timestamp) -> Result<(), Refusal> {
    if revision != job.revision {
        return Err(Refusal::StaleRevision { named: revision, current: job.revision });
    }
    if lease_is_over(job, now) {
        // The message was redelivered because its worker vanished: no need to wait for the sweeper.
        lose_worker(job, now);
    }
    if job.state != JobState::Pending {
        return Err(Refusal::State(job.state));
    }
    if job.deferred_until.is_some_and(|until| until > now.plus(EARLY)) {
        // An older message: the right one arrives at that time. So no job has more than one.
        return Err(Refusal::NotDue);
    }
    job.deferred_until = None;
    job.executions.push(Execution {
        number: job.next_execution(),
        revision,
        attempt: next_attempt(job),
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
            job.remove_when_ended = true;
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
    restart(job, now, lose_worker)
}

fn restart(job: &mut Job, now: Timestamp, take_away: fn(&mut Job, Timestamp)) -> Result<(), Refusal> {
    match job.state {
        JobState::Pending => make_pending(job, now),
        JobState::Running | JobState::Canceling => take_away(job, now),
        JobState::Canceled | JobState::Failed | JobState::Success => return Err(Refusal::NotDue),
    }
    Ok(())
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

fn make_pending(job: &mut Job, now: Timestamp) {
    job.state = JobState::Pending;
    job.queued_at = now;
    job.deferred_until = None;
}

/// Number of the next attempt at the current revision; a stopped attempt is repeated with its number.
fn next_attempt(job: &Job) -> u32 {
    let stopped = job.execution().is_some_and(Execution::was_stopped);
    attempts(job) + u32::from(!stopped)
}

/// Number of attempts at the current revision.
fn attempts(job: &Job) -> u32 {
    job.execution().map_or(0, |execution| execution.attempt)
}

#[cfg(test)]
mod tests;
