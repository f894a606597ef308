use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::ids::{FileId, IdempotencyKey, InstanceId, JobId, JobNumber};
use crate::job::definition::{Action, ModelRef, Setting};
use crate::job::execution::{Failure, FailureCategory};
use crate::job::fingerprint::{Fingerprint, Verb};
use crate::job::notices::MAX_UNSENT;
use crate::job::{JobKey, MAX_ATTEMPTS, RESEND_AFTER};

const START: Timestamp = Timestamp(1_000_000);

fn definition() -> JobDefinition {
    JobDefinition {
        action: Action::BatchScore,
        model: ModelRef { id: FileId::new("m").unwrap(), name: None },
        db_definitions: Default::default(),
        setting: Setting::default(),
        report_format: None,
        output_type: None,
        continue_on_failure: false,
        promote: None,
    }
}

fn submitted() -> Job {
    let key = JobKey { instance: InstanceId::new("acme").unwrap(), id: JobId::new("j").unwrap() };
    Job::new(key, JobNumber(1), definition(), START)
}

fn claim_by(worker: WorkerId) -> Event {
    Event::Claim { worker, revision: Revision(1) }
}

fn claimed() -> Job {
    transition(&submitted(), &claim_by(WorkerId::new()), START).unwrap()
}

fn finish(number: u32, outcome: Outcome) -> Event {
    let execution = ExecutionNumber(number);
    Event::Finish {
        execution,
        progress: Progress::default(),
        warnings: vec![],
        report: Report::default(),
        outcome,
    }
}

fn success() -> Outcome {
    Outcome::Success { results: vec![] }
}

#[test]
fn a_job_is_claimed_once() {
    let running = claimed();
    assert_eq!(running.state, JobState::Running);
    let again = transition(&running, &claim_by(WorkerId::new()), START);
    assert_eq!(again, Err(Refusal::State(JobState::Running)));
}

#[test]
fn a_message_of_an_earlier_revision_is_ignored() {
    let resubmitted = transition(&submitted(), &Event::Resubmit(definition()), START).unwrap();
    let late = transition(&resubmitted, &claim_by(WorkerId::new()), START);
    assert_eq!(late, Err(Refusal::StaleRevision { named: Revision(1), current: Revision(2) }));
}

#[test]
fn a_running_job_is_not_resubmitted() {
    let refused = transition(&claimed(), &Event::Resubmit(definition()), START);
    assert_eq!(refused, Err(Refusal::State(JobState::Running)));
}

#[test]
fn a_worker_without_its_lease_changes_nothing() {
    let later = START.plus(LEASE);
    let requeued = transition(&claimed(), &Event::Sweep, later).unwrap();
    assert_eq!(requeued.state, JobState::Pending);
    let second = transition(&requeued, &claim_by(WorkerId::new()), later).unwrap();
    assert_eq!(second.execution().map(|e| (e.number, e.attempt)), Some((ExecutionNumber(2), 2)));
    let zombie = transition(&second, &finish(1, success()), later);
    assert_eq!(zombie, Err(Refusal::LostLease(ExecutionNumber(1))));
}

#[test]
fn a_redelivered_message_replaces_a_vanished_worker() {
    let taken = transition(&claimed(), &claim_by(WorkerId::new()), START.plus(LEASE)).unwrap();
    assert_eq!(taken.execution().map(|e| e.attempt), Some(2));
    assert_eq!(taken.executions[0].failure().map(|f| f.code.as_str()), Some("worker_lost"));
}

#[test]
fn a_job_whose_workers_keep_vanishing_fails_with_a_reason() {
    let mut job = submitted();
    let mut now = START;
    for _ in 0..MAX_ATTEMPTS {
        job = transition(&job, &claim_by(WorkerId::new()), now).unwrap();
        now = now.plus(LEASE);
        job = transition(&job, &Event::Sweep, now).unwrap();
    }
    assert_eq!(job.state, JobState::Failed);
    insta::assert_snapshot!(job.execution().unwrap().failure().unwrap().message, @"the worker stopped \
        without a report on attempt 3 of 3: it was killed, or ran out of memory or time");
}

#[test]
fn cancel_and_finish_race_and_the_first_write_is_the_truth() {
    let canceling = transition(&claimed(), &Event::Cancel, START).unwrap();
    assert_eq!(canceling.state, JobState::Canceling);
    let late_success = transition(&canceling, &finish(1, success()), START).unwrap();
    assert_eq!(late_success.state, JobState::Canceled);

    let finished = transition(&claimed(), &finish(1, success()), START).unwrap();
    assert_eq!(transition(&finished, &Event::Cancel, START), Err(Refusal::State(JobState::Success)));
}

#[test]
fn canceling_without_a_worker_becomes_canceled() {
    let canceling = transition(&claimed(), &Event::Cancel, START).unwrap();
    let swept = transition(&canceling, &Event::Sweep, START.plus(LEASE)).unwrap();
    assert_eq!(swept.state, JobState::Canceled);
}

#[test]
fn a_lost_message_is_sent_again_only_after_a_while() {
    let job = submitted();
    assert_eq!(transition(&job, &Event::Sweep, START), Err(Refusal::NotDue));
    let swept = transition(&job, &Event::Sweep, START.plus(RESEND_AFTER)).unwrap();
    assert_eq!((swept.state, swept.queued_at), (JobState::Pending, START.plus(RESEND_AFTER)));
}

#[test]
fn only_a_pending_job_is_deferred_by_its_message() {
    let until = START.plus(Duration::from_secs(600));
    let defer = |revision| Event::Defer { revision: Revision(revision), until };
    let stale = Refusal::StaleRevision { named: Revision(2), current: Revision(1) };
    assert_eq!(transition(&submitted(), &defer(2), START), Err(stale));
    assert_eq!(transition(&claimed(), &defer(1), START), Err(Refusal::State(JobState::Running)));

    // The delayed message arrives by then; no other one is sent before it is overdue.
    let deferred = transition(&submitted(), &defer(1), START).unwrap();
    assert_eq!(transition(&deferred, &Event::Sweep, until), Err(Refusal::NotDue));
    assert!(transition(&deferred, &Event::Sweep, until.plus(RESEND_AFTER)).is_ok());
}

#[test]
fn a_job_whose_worker_is_gone_is_canceled_at_once() {
    let canceled = transition(&claimed(), &Event::Cancel, START.plus(LEASE)).unwrap();
    assert_eq!((canceled.state, canceled.lease), (JobState::Canceled, None));
}

#[test]
fn a_resubmission_brings_its_own_passwords_and_mark() {
    let mut first = submitted();
    first.sealed_passwords = serde_json::from_str(r#"{"db1":"v1.a2V5.c2VhbGVk"}"#).unwrap();
    first.idempotency_key = Some(IdempotencyKey::new("once").unwrap());
    first.fingerprint = Some(Fingerprint::of(Verb::Create, &definition()));
    let second = transition(&first, &Event::Resubmit(definition()), START).unwrap();
    assert!(second.sealed_passwords.is_empty());
    assert_eq!((second.idempotency_key, second.fingerprint), (None, None));
}

#[test]
fn only_the_newest_executions_and_notices_are_kept() {
    let mut job = submitted();
    for number in 1..=2 * MAX_EXECUTIONS as u32 {
        let claim = Event::Claim { worker: WorkerId::new(), revision: job.revision };
        job = transition(&job, &claim, START).unwrap();
        job = transition(&job, &finish(number, success()), START).unwrap();
        job = transition(&job, &Event::Resubmit(definition()), START).unwrap();
    }
    let newest = (MAX_EXECUTIONS as u32 + 1..=2 * MAX_EXECUTIONS as u32).map(ExecutionNumber);
    assert!(job.executions.iter().map(|execution| execution.number).eq(newest));
    assert_eq!(job.unsent_notices.len(), MAX_UNSENT);
    assert_eq!(job.unsent_notices.last().map(|unsent| unsent.execution.0), Some(2 * MAX_EXECUTIONS as u32));
}

#[test]
fn publishing_without_pending_notices_is_refused() {
    let ended = transition(&claimed(), &finish(1, success()), START).unwrap();
    let said = Event::Published { execution: ExecutionNumber(1) };
    let quiet = transition(&ended, &said, START).unwrap();
    assert_eq!(transition(&quiet, &said, START), Err(Refusal::NotDue));
}

fn any_event() -> impl Strategy<Value = Event> {
    let number = (1_u32..5).prop_map(ExecutionNumber);
    let outcome = prop_oneof![
        Just(success()),
        Just(Outcome::Canceled),
        Just(Outcome::Failed { failure: Failure::new("x", FailureCategory::Data, "x") }),
    ];
    let failure = Failure::new("quota_exceeded", FailureCategory::Data, "x");
    prop_oneof![
        Just(Event::Resubmit(definition())),
        (1_u32..4, 0_i64..600_000).prop_map(|(revision, until)| Event::Defer {
            revision: Revision(revision),
            until: Timestamp(START.0 + until)
        }),
        (1_u32..4).prop_map(move |revision| Event::Refuse {
            worker: WorkerId::new(),
            revision: Revision(revision),
            failure: failure.clone()
        }),
        (1_u32..4).prop_map(|r| Event::Claim { worker: WorkerId::new(), revision: Revision(r) }),
        number.clone().prop_map(|execution| Event::Heartbeat { execution, progress: Progress::default() }),
        (number, outcome).prop_map(|(execution, outcome)| Event::Finish {
            execution,
            progress: Progress::default(),
            warnings: vec![],
            report: Report::default(),
            outcome
        }),
        (1_u32..5).prop_map(|number| Event::Published { execution: ExecutionNumber(number) }),
        Just(Event::Cancel),
        Just(Event::Sweep),
        Just(Event::Restart),
        Just(Event::Stopped),
    ]
}

proptest! {
    /// Any events in any order.
    #[test]
    fn invariants_hold_for_any_history(history in prop::collection::vec((any_event(), 0_u64..90), 0..60)) {
        let mut job = submitted();
        let mut now = START;
        for (event, seconds) in history {
            now = now.plus(Duration::from_secs(seconds));
            let Ok(next) = transition(&job, &event, now) else { continue };
            prop_assert_eq!(invariants::broken_by(&job, &next), None, "{:?}", event);
            job = next;
        }
    }
}

#[test]
fn an_attempt_that_was_stopped_is_made_again() {
    let mut job = submitted();
    // More often than a job may be tried.
    for _ in 0..=MAX_ATTEMPTS {
        job = transition(&job, &claim_by(WorkerId::new()), START).unwrap();
        assert_eq!(job.execution().unwrap().attempt, 1);
        job = transition(&job, &Event::Stopped, START).unwrap();
        assert_eq!(job.state, JobState::Pending);
    }
    job = transition(&job, &claim_by(WorkerId::new()), START).unwrap();
    job = transition(&job, &Event::Restart, START).unwrap();
    job = transition(&job, &claim_by(WorkerId::new()), START).unwrap();
    assert_eq!(job.execution().unwrap().attempt, 2, "a worker that was lost counts");
}
