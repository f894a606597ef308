//! Rules that every job and every write of a job obeys, as plain functions. Production checks them where a
//! write is decided, and the model of the protocol and all tests use the same functions.
//!
//! Three kinds: rules of one stored job ([`broken_in`]), rules of one write, from the stored job to
//! its next state ([`broken_by`]), and what follows from both over any history: an execution number
//! has one winner, an ended job ends once for each submission, no cancellation is forgotten.

use crate::job::execution::{Execution, MAX_RESULTS, MAX_WARNINGS, Outcome};
use crate::job::{Job, JobState, MAX_ATTEMPTS, MAX_EXECUTIONS};
use crate::metrics;

/// A rule, by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Invariant {
    /// A running or canceling job has a lease, no other has one.
    LeaseWhileHeld,
    /// The lease is the newest execution's.
    LeaseIsTheNewestExecutions,
    /// A held job has one execution without an end, its newest, of the current revision; no other job
    /// has any.
    OneOpenExecution,
    /// An execution has an end time if, and only if, it has an outcome.
    EndHasATime,
    /// Execution numbers count up without gaps, and their revisions never go back.
    ExecutionsCountUp,
    /// The attempts of a revision count up, to [`MAX_ATTEMPTS`] at most; one that was stopped is made again.
    AttemptsAreBounded,
    /// The stored parts of a job are bounded: executions, their results and warnings.
    JobIsBounded,
    /// A succeeded job shows the results of an execution of the current revision that succeeded, and
    /// no other execution of that revision did.
    SuccessIsTheNewestExecutions,
    /// A failed job has an execution with the reason.
    FailureHasAReason,
    /// Only a job that stops, or stopped because it was asked to, is to be removed.
    RemovedOnlyWhenCanceled,
    /// Only a pending job may be deferred.
    DeferredWhilePending,
    /// The sweeper finds every job that has not ended or has pending notices, and no other.
    DueUntilEnded,

    /// A write keeps the job's identity.
    SameJob,
    /// A write increments the version by one.
    VersionCounts,
    /// The state moves along the arrows of the state machine; a canceling job can only become canceled.
    StateFollowsTheArrows,
    /// Only a resubmission leaves an ended state, and it makes a new revision.
    EndedUntilResubmitted,
    /// A new revision is the next one, is pending, and does not end a lease.
    RevisionIsTheNext,
    /// An execution number always belongs to the same worker.
    OneWinnerPerExecution,
    /// An execution that has ended never changes.
    EndedExecutionsStay,
    /// Executions are added one at a time, after the newest; only the oldest are dropped.
    ExecutionsAreAppended,
}

type JobRule = (Invariant, fn(&Job) -> bool);
type WriteRule = (Invariant, fn(&Job, &Job) -> bool);

/// The rules of one stored job.
const JOB_RULES: [JobRule; 12] = [
    (Invariant::LeaseWhileHeld, |job| job.lease.is_some() == is_held(job)),
    (Invariant::LeaseIsTheNewestExecutions, |job| {
        job.lease.as_ref().is_none_or(|lease| job.execution().is_some_and(|it| it.worker == lease.worker))
    }),
    (Invariant::OneOpenExecution, |job| {
        let open = job.executions.iter().filter(|execution| execution.outcome.is_none()).count();
        let newest_is_open = job.execution().is_some_and(|newest| newest.outcome.is_none());
        if is_held(job) { open == 1 && newest_is_open } else { open == 0 }
    }),
    (Invariant::EndHasATime, |job| {
        job.executions.iter().all(|execution| execution.outcome.is_some() == execution.finished_at.is_some())
    }),
    (Invariant::ExecutionsCountUp, |job| {
        let in_order = neighbours(job)
            .all(|(one, next)| next.number == one.number.next() && next.revision >= one.revision);
        in_order && job.executions.last().is_none_or(|newest| newest.revision <= job.revision)
    }),
    (Invariant::AttemptsAreBounded, |job| {
        let count_up = neighbours(job).all(|(one, next)| {
            let more = one.attempt + u32::from(!one.was_stopped());
            next.attempt == if next.revision == one.revision { more } else { 1 }
        });
        count_up && job.executions.iter().all(|it| (1..=MAX_ATTEMPTS).contains(&it.attempt))
    }),
    (Invariant::JobIsBounded, |job| {
        // One more warning gives the number of those that were left out.
        let is_bounded =
            |it: &Execution| it.results().len() <= MAX_RESULTS && it.warnings.len() <= MAX_WARNINGS + 1;
        job.executions.len() <= MAX_EXECUTIONS && job.executions.iter().all(is_bounded)
    }),
    (Invariant::SuccessIsTheNewestExecutions, |job| {
        let of_revision = job.executions.iter().filter(|it| it.revision == job.revision);
        let succeeded = of_revision.filter(|it| has_succeeded(it)).count();
        let newest = job.execution().is_some_and(has_succeeded);
        if job.state == JobState::Success { newest && succeeded == 1 } else { succeeded == 0 }
    }),
    (Invariant::FailureHasAReason, |job| {
        job.state != JobState::Failed || job.execution().and_then(Execution::failure).is_some()
    }),
    (Invariant::RemovedOnlyWhenCanceled, |job| {
        !job.remove_when_ended || matches!(job.state, JobState::Canceling | JobState::Canceled)
    }),
    (Invariant::DeferredWhilePending, |job| job.deferred_until.is_none() || job.state == JobState::Pending),
    (Invariant::DueUntilEnded, |job| {
        job.due_at().is_some() == (!job.state.is_terminal() || !job.unsent_notices.is_empty())
    }),
];

/// The rules of one write.
const WRITE_RULES: [WriteRule; 8] = [
    (Invariant::SameJob, |before, after| {
        let identity = |job: &Job| (job.uuid, job.number, job.created_at);
        before.key == after.key && identity(before) == identity(after)
    }),
    (Invariant::VersionCounts, |before, after| after.version == before.version.next()),
    (Invariant::StateFollowsTheArrows, |before, after| is_arrow(before.state, after.state)),
    (Invariant::EndedUntilResubmitted, |before, after| {
        !before.state.is_terminal()
            || (after.state == before.state && after.revision == before.revision)
            || (after.state == JobState::Pending && after.revision > before.revision)
    }),
    (Invariant::RevisionIsTheNext, |before, after| {
        after.revision == before.revision
            || (after.revision == before.revision.next()
                && after.state == JobState::Pending
                && !is_held(before))
    }),
    (Invariant::OneWinnerPerExecution, |before, after| {
        let winner = |it: &Execution| (it.worker, it.revision, it.attempt, it.started_at);
        in_both(before, after).all(|(old, new)| winner(old) == winner(new))
    }),
    (Invariant::EndedExecutionsStay, |before, after| {
        in_both(before, after).all(|(old, new)| old.outcome.is_none() || old == new)
    }),
    (Invariant::ExecutionsAreAppended, |before, after| {
        let added = after.executions.iter().filter(|it| it.number >= before.next_execution()).count();
        let kept = after.executions.len() - added;
        added <= 1
            && after.next_execution() >= before.next_execution()
            && (kept == before.executions.len() || after.executions.len() == MAX_EXECUTIONS)
    }),
];

/// The first rule that a stored job breaks.
#[must_use]
pub fn broken_in(job: &Job) -> Option<Invariant> {
    JOB_RULES.iter().find(|(_, holds)| !holds(job)).map(|(invariant, _)| *invariant)
}

/// The first rule that a write breaks: those of the job that it stores, and those of the step.
#[must_use]
pub fn broken_by(before: &Job, after: &Job) -> Option<Invariant> {
    let step = WRITE_RULES.iter().find(|(_, holds)| !holds(before, after));
    step.map(|(invariant, _)| *invariant).or_else(|| broken_in(after))
}

/// Checks a write that was decided. A broken rule is a bug: tests and debug builds panic. A release logs and
/// counts it and continues, because an odd state is better than a job that can never be written again.
pub(crate) fn check(before: &Job, after: &Job) {
    let Some(invariant) = broken_by(before, after) else { return };
    tracing::error!(
        target: metrics::BROKEN_INVARIANT,
        broken_invariants = 1,
        ?invariant,
        instance = %after.key.instance,
        job = %after.key.id,
        from = %before.state,
        to = %after.state,
        version = after.version.0,
        "an invariant is broken"
    );
    debug_assert!(broken_in(before).is_some(), "{invariant:?}: {before:#?} -> {after:#?}");
}

fn is_arrow(from: JobState, to: JobState) -> bool {
    use JobState::{Canceled, Canceling, Failed, Pending, Running, Success};
    match from {
        // Failed at once: its instance is over the runtime quota.
        Pending => matches!(to, Pending | Running | Canceled | Failed),
        // Canceled at once: its worker became silent, or stopped by itself.
        Running => true,
        Canceling => matches!(to, Canceling | Canceled),
        Canceled | Failed | Success => to == from || to == Pending,
    }
}

fn is_held(job: &Job) -> bool {
    matches!(job.state, JobState::Running | JobState::Canceling)
}

fn has_succeeded(execution: &Execution) -> bool {
    matches!(execution.outcome, Some(Outcome::Success { .. }))
}

/// Each execution with the one after it.
fn neighbours(job: &Job) -> impl Iterator<Item = (&Execution, &Execution)> {
    job.executions.iter().zip(job.executions.iter().skip(1))
}

/// Executions that both states hold, by their number.
fn in_both<'a>(before: &'a Job, after: &'a Job) -> impl Iterator<Item = (&'a Execution, &'a Execution)> {
    before.executions.iter().filter_map(|old| {
        let new = after.executions.iter().find(|new| new.number == old.number)?;
        Some((old, new))
    })
}

#[cfg(test)]
mod tests;
