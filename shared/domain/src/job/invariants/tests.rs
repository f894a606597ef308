//! Each rule catches what it is there for: a sound job is spoilt in one way, and that rule is named.

use super::*;
use crate::ids::{ExecutionNumber, InstanceId, JobId, JobNumber, JobUuid, Revision, Version, WorkerId};
use crate::job::definition::JobDefinition;
use crate::job::execution::{Failure, FailureCategory, Progress, ResultFile};
use crate::job::report::Report;
use crate::job::transition::{Event, transition};
use crate::job::{JobKey, LEASE};
use crate::time::Timestamp;

const NOW: Timestamp = Timestamp(1_000_000);

fn pending() -> Job {
    let definition = JobDefinition::parse(br#"{"action":"BATCH_SCORE","model":{"id":"m"}}"#).unwrap();
    let key = JobKey { instance: InstanceId::new("acme").unwrap(), id: JobId::new("j").unwrap() };
    Job::new(key, JobNumber(1), definition, NOW)
}

fn after(job: &Job, event: &Event, now: Timestamp) -> Job {
    transition(job, event, now).unwrap()
}

fn running() -> Job {
    let job = pending();
    let claim = Event::Claim { worker: WorkerId::new(), revision: job.revision };
    after(&job, &claim, NOW)
}

fn ended(outcome: Outcome) -> Job {
    let execution = ExecutionNumber(1);
    let finish = Event::Finish {
        execution,
        progress: Progress::default(),
        warnings: vec![],
        report: Report::default(),
        outcome,
    };
    after(&running(), &finish, NOW)
}

fn succeeded() -> Job {
    ended(Outcome::Success { results: vec![] })
}

fn failure() -> Outcome {
    Outcome::Failed { failure: Failure::new("x", FailureCategory::Data, "x") }
}

/// A job whose first worker vanished and whose second one runs.
fn running_again() -> Job {
    let later = NOW.plus(LEASE);
    let job = after(&running(), &Event::Sweep, later);
    let claim = Event::Claim { worker: WorkerId::new(), revision: job.revision };
    after(&job, &claim, later)
}

fn spoilt(mut job: Job, spoil: impl FnOnce(&mut Job)) -> Option<Invariant> {
    assert_eq!(broken_in(&job), None);
    spoil(&mut job);
    broken_in(&job)
}

#[test]
fn every_rule_of_a_job_catches_its_bug() {
    use Invariant::*;
    let stray = || crate::job::Lease { worker: WorkerId::new(), expires_at: NOW };
    let result = ResultFile { name: "a".into(), media_type: "b".into(), bytes: 1 };
    let caught = [
        (LeaseWhileHeld, spoilt(running(), |job| job.lease = None)),
        (LeaseWhileHeld, spoilt(succeeded(), |job| job.lease = Some(stray()))),
        (LeaseIsTheNewestExecutions, spoilt(running(), |job| job.lease = Some(stray()))),
        (OneOpenExecution, spoilt(running_again(), |job| job.executions[0].outcome = None)),
        (EndHasATime, spoilt(succeeded(), |job| job.executions[0].finished_at = None)),
        (ExecutionsCountUp, spoilt(running_again(), |job| job.executions[1].number = ExecutionNumber(1))),
        (AttemptsAreBounded, spoilt(running_again(), |job| job.executions[1].attempt = 1)),
        (AttemptsAreBounded, spoilt(running(), |job| job.executions[0].attempt = MAX_ATTEMPTS + 1)),
        (
            JobIsBounded,
            spoilt(succeeded(), |job| {
                let results = vec![result; MAX_RESULTS + 1];
                job.executions[0].outcome = Some(Outcome::Success { results });
            }),
        ),
        (
            SuccessIsTheNewestExecutions,
            spoilt(succeeded(), |job| job.executions[0].outcome = Some(failure())),
        ),
        (SuccessIsTheNewestExecutions, spoilt(succeeded(), |job| job.revision = Revision(2))),
        (SuccessIsTheNewestExecutions, spoilt(succeeded(), |job| job.state = JobState::Pending)),
        (FailureHasAReason, spoilt(pending(), |job| job.state = JobState::Failed)),
        (RemovedOnlyWhenCanceled, spoilt(running(), |job| job.remove_when_ended = true)),
        (DeferredWhilePending, spoilt(running(), |job| job.deferred_until = Some(NOW))),
    ];
    for (invariant, found) in caught {
        assert_eq!(found, Some(invariant));
    }
}

#[test]
fn every_rule_of_a_write_catches_its_bug() {
    use Invariant::*;
    let broken = |before: Job, spoil: &dyn Fn(&mut Job)| {
        let mut after = before.clone();
        after.version = before.version.next();
        assert_eq!(broken_by(&before, &after), None);
        spoil(&mut after);
        broken_by(&before, &after)
    };
    let canceling = || after(&running(), &Event::Cancel, NOW);
    let caught = [
        (SameJob, broken(pending(), &|job| job.uuid = JobUuid::new())),
        (VersionCounts, broken(pending(), &|job| job.version = Version(9))),
        (StateFollowsTheArrows, broken(pending(), &|job| job.state = JobState::Success)),
        (StateFollowsTheArrows, broken(canceling(), &|job| job.state = JobState::Running)),
        (StateFollowsTheArrows, broken(canceling(), &|job| job.state = JobState::Success)),
        (EndedUntilResubmitted, broken(succeeded(), &|job| job.state = JobState::Pending)),
        (RevisionIsTheNext, broken(pending(), &|job| job.revision = Revision(3))),
        (RevisionIsTheNext, broken(running(), &|job| job.revision = Revision(2))),
        (OneWinnerPerExecution, broken(running(), &|job| job.executions[0].worker = WorkerId::new())),
        (EndedExecutionsStay, broken(succeeded(), &|job| job.executions[0].outcome = Some(failure()))),
        (ExecutionsAreAppended, broken(succeeded(), &|job| job.executions.clear())),
    ];
    for (invariant, found) in caught {
        assert_eq!(found, Some(invariant));
    }
}

#[test]
#[should_panic(expected = "VersionCounts")]
fn a_broken_rule_stops_a_test() {
    let job = pending();
    check(&job, &job.clone());
}

/// Data of another version are not an error of this one: they are processed as well as possible.
#[test]
fn a_job_that_was_stored_broken_can_still_be_written() {
    let mut job = running();
    job.lease = None;
    let finish = Event::Finish {
        execution: ExecutionNumber(1),
        progress: Progress::default(),
        warnings: vec![],
        report: Report::default(),
        outcome: Outcome::Canceled,
    };
    assert_eq!(after(&job, &finish, NOW).state, JobState::Canceled);
    job.executions.clear();
    assert!(transition(&job, &Event::Sweep, NOW.plus(LEASE)).is_ok());
}
