use std::time::Duration;

use super::*;
use crate::ids::{ExecutionNumber, InstanceId, JobId, Revision, WorkerId};
use crate::job::definition::JobDefinition;
use crate::job::execution::{Outcome, Progress};
use crate::job::notices::NOTICE_OVERDUE_AFTER;
use crate::job::{JobKey, JobState};
use crate::ports::{DueJobs, GetJob};
use crate::testing::{ManualClock, Memory};
use crate::time::Timestamp;
use crate::use_cases::sweep::{Swept, restart, sweep};
use crate::{remove, submit};

const START: Timestamp = Timestamp(1_000_000);

fn key() -> JobKey {
    JobKey { instance: InstanceId::new("acme").unwrap(), id: JobId::new("churn").unwrap() }
}

/// A stored job that ended, with its notice still pending.
async fn ended(store: &Memory, clock: &ManualClock) -> Job {
    let job = submitted(store, clock).await;
    run(store, clock, job).await
}

async fn run(store: &Memory, clock: &ManualClock, job: Job) -> Job {
    let claim = Event::Claim { worker: WorkerId::new(), revision: job.revision };
    let claimed = transition(&job, &claim, clock.now()).unwrap();
    assert_eq!(store.replace_job(&job, &claimed).await.unwrap(), Written::Done);
    let finish = Event::Finish {
        execution: claimed.execution().unwrap().number,
        progress: Progress::default(),
        warnings: vec![],
        report: crate::job::report::Report::default(),
        outcome: Outcome::Success { results: vec![] },
    };
    let ended = transition(&claimed, &finish, clock.now()).unwrap();
    assert_eq!(store.replace_job(&claimed, &ended).await.unwrap(), Written::Done);
    ended
}

async fn stored(store: &Memory) -> Job {
    store.get_job(&key()).await.unwrap().unwrap()
}

#[tokio::test]
async fn a_published_notice_is_not_due_again() {
    let (store, clock) = (Memory::default(), ManualClock::at(START));
    let job = ended(&store, &clock).await;
    assert_eq!(publish_notices(&store, &store, &clock, &job).await.unwrap(), 1);
    let notice = store.take_notice().unwrap();
    let execution = ExecutionNumber(1);
    assert_eq!(notice, EndNotice { key: key(), uuid: job.uuid, execution, state: JobState::Success });
    assert_eq!(notice.id(), format!("{}-1", job.uuid));
    assert!(stored(&store).await.unsent_notices.is_empty());
    assert_eq!(store.due_jobs(Timestamp(i64::MAX), 10).await.unwrap(), []);
    assert_eq!(publish_notices(&store, &store, &clock, &stored(&store).await).await.unwrap(), 0);
}

#[tokio::test]
async fn the_sweeper_publishes_notices_of_killed_workers() {
    let (store, clock) = (Memory::default(), ManualClock::at(START));
    ended(&store, &clock).await;
    assert_eq!(sweep(&store, &store, &clock).await.unwrap(), Swept::default(), "the worker may be about to");
    clock.advance(NOTICE_OVERDUE_AFTER + Duration::from_secs(5));
    let swept = sweep(&store, &store, &clock).await.unwrap();
    assert_eq!(swept, Swept { seen: 1, announced: 1, lag_ms: 5_000, ..Swept::default() });
    assert!(store.take_notice().is_some());
    assert_eq!(sweep(&store, &store, &clock).await.unwrap(), Swept::default());
}

#[tokio::test]
async fn a_failed_notice_is_retried_and_delays_no_other_job() {
    let (store, clock) = (Memory::default(), ManualClock::at(START));
    let job = ended(&store, &clock).await;
    store.take_no_notice(true);
    assert!(publish_notices(&store, &store, &clock, &job).await.is_err());
    clock.advance(NOTICE_OVERDUE_AFTER);
    assert_eq!(sweep(&store, &store, &clock).await.unwrap().announced, 0);
    assert_eq!(restart(&store, &store, &clock).await.unwrap().announced, 0);
    store.take_no_notice(false);
    assert_eq!(restart(&store, &store, &clock).await.unwrap().announced, 1);
}

#[tokio::test]
async fn a_pending_notice_survives_a_resubmission() {
    let (store, clock) = (Memory::default(), ManualClock::at(START));
    let first = ended(&store, &clock).await;
    let again = transition(&first, &Event::Resubmit(first.definition.clone()), clock.now()).unwrap();
    assert_eq!(store.replace_job(&first, &again).await.unwrap(), Written::Done);
    run(&store, &clock, again).await;
    // The first worker is late; the note of the second end stays.
    assert_eq!(publish_notices(&store, &store, &clock, &first).await.unwrap(), 1);
    let left = stored(&store).await;
    assert_eq!(left.unsent_notices.iter().map(|it| it.execution.0).collect::<Vec<_>>(), [2]);
    assert_eq!(publish_notices(&store, &store, &clock, &left).await.unwrap(), 1);
    let said = [store.take_notice().unwrap().execution.0, store.take_notice().unwrap().execution.0];
    assert_eq!((said, store.take_notice()), ([1, 2], None));
}

#[tokio::test]
async fn one_sweep_publishes_a_notice_and_resends_a_message() {
    let (store, clock) = (Memory::default(), ManualClock::at(START));
    let first = ended(&store, &clock).await;
    while store.take_message().is_some() {}
    let again = transition(&first, &Event::Resubmit(first.definition.clone()), clock.now()).unwrap();
    assert_eq!(store.replace_job(&first, &again).await.unwrap(), Written::Done);
    clock.advance(crate::job::RESEND_AFTER);
    let swept = sweep(&store, &store, &clock).await.unwrap();
    assert_eq!((swept.announced, swept.requeued), (1, 1));
    assert_eq!(store.take_message().map(|message| message.revision), Some(Revision(2)));
    assert_eq!(sweep(&store, &store, &clock).await.unwrap(), Swept::default(), "nothing is left");
}

#[tokio::test]
async fn the_oldest_pending_notice_makes_a_job_due() {
    let (store, clock) = (Memory::default(), ManualClock::at(START));
    let first = ended(&store, &clock).await;
    clock.advance(NOTICE_OVERDUE_AFTER / 2);
    let again = transition(&first, &Event::Resubmit(first.definition.clone()), clock.now()).unwrap();
    assert_eq!(again.due_at(), Some(START.plus(NOTICE_OVERDUE_AFTER)), "before its own message is late");
    assert_eq!(store.replace_job(&first, &again).await.unwrap(), Written::Done);
    let second = run(&store, &clock, again).await;
    assert_eq!(second.due_at(), Some(START.plus(NOTICE_OVERDUE_AFTER)));
    assert_eq!(publish_notices(&store, &store, &clock, &second).await.unwrap(), 2);
    let said = [store.take_notice().unwrap().execution.0, store.take_notice().unwrap().execution.0];
    assert_eq!((said, store.take_notice()), ([1, 2], None));
}

#[tokio::test]
async fn publishing_does_not_change_a_namesakes_outbox() {
    let (store, clock) = (Memory::default(), ManualClock::at(START));
    let first = ended(&store, &clock).await;
    assert_eq!(remove::remove(&store, &store, &clock, &key().instance, &[key().id]).await.unwrap(), 1);
    store.take_notice().unwrap();
    ended(&store, &clock).await;
    assert_eq!(publish_notices(&store, &store, &clock, &first).await.unwrap(), 1);
    assert_eq!(stored(&store).await.unsent_notices.len(), 1);
}

#[tokio::test]
async fn a_lost_job_is_published_only_after_its_last_attempt() {
    let (store, clock) = (Memory::default(), ManualClock::at(START));
    submitted(&store, &clock).await;
    for attempt in 1..=crate::job::MAX_ATTEMPTS {
        assert_eq!(store.take_notice(), None, "attempt {attempt}");
        let job = stored(&store).await;
        let claim = Event::Claim { worker: WorkerId::new(), revision: Revision(1) };
        let claimed = transition(&job, &claim, clock.now()).unwrap();
        assert_eq!(store.replace_job(&job, &claimed).await.unwrap(), Written::Done);
        clock.advance(crate::job::LEASE);
        sweep(&store, &store, &clock).await.unwrap();
    }
    assert_eq!(store.take_notice().map(|notice| notice.state), Some(JobState::Failed));
    assert!(stored(&store).await.unsent_notices.is_empty());
}

async fn deleted(store: &Memory, clock: &ManualClock) -> Result<usize, crate::Error> {
    remove::remove(store, store, clock, &key().instance, &[key().id]).await
}

async fn submitted(store: &Memory, clock: &ManualClock) -> Job {
    let definition = JobDefinition::parse(br#"{"action":"BATCH_SCORE","model":{"id":"m"}}"#).unwrap();
    submit::create(store, store, clock, key(), definition).await.unwrap()
}

async fn claimed(store: &Memory, clock: &ManualClock) -> Job {
    let job = submitted(store, clock).await;
    let claim = Event::Claim { worker: WorkerId::new(), revision: job.revision };
    let claimed = transition(&job, &claim, clock.now()).unwrap();
    assert_eq!(store.replace_job(&job, &claimed).await.unwrap(), Written::Done);
    claimed
}

/// Of each notice, which execution and how it ended.
fn said(store: &Memory) -> Vec<(u32, JobState)> {
    std::iter::from_fn(|| store.take_notice()).map(|notice| (notice.execution.0, notice.state)).collect()
}

#[tokio::test]
async fn a_deleted_job_is_removed_once_its_notice_is_published() {
    // It ended before, and its worker died before or after it published the notice.
    let (store, clock) = (Memory::default(), ManualClock::at(START));
    ended(&store, &clock).await;
    assert_eq!(deleted(&store, &clock).await.unwrap(), 1);
    assert_eq!(said(&store), [(1, JobState::Success)]);
    let job = ended(&store, &clock).await;
    publish_notices(&store, &store, &clock, &job).await.unwrap();
    assert_eq!((deleted(&store, &clock).await.unwrap(), said(&store).len()), (1, 1));

    // It never ran: the run that would have come is what ended.
    submitted(&store, &clock).await;
    assert_eq!(deleted(&store, &clock).await.unwrap(), 1);
    assert_eq!(said(&store), [(1, JobState::Canceled)]);

    // It ran, and its worker was gone.
    claimed(&store, &clock).await;
    clock.advance(crate::job::LEASE);
    assert_eq!(deleted(&store, &clock).await.unwrap(), 1);
    assert_eq!(said(&store), [(1, JobState::Canceled)]);

    // Its worker vanishes while it runs: the sweeper publishes the notice.
    claimed(&store, &clock).await;
    assert_eq!(deleted(&store, &clock).await.unwrap(), 0);
    assert_eq!(said(&store), [], "it has not ended yet");
    clock.advance(crate::job::LEASE);
    assert_eq!(sweep(&store, &store, &clock).await.unwrap().ended, 1);
    assert_eq!(said(&store), [(1, JobState::Canceled)]);
    assert_eq!(store.get_job(&key()).await.unwrap(), None);
}

#[tokio::test]
async fn a_deletion_whose_notice_fails_is_completed_later() {
    let (store, clock) = (Memory::default(), ManualClock::at(START));
    submitted(&store, &clock).await;
    store.take_no_notice(true);
    assert!(deleted(&store, &clock).await.is_err());
    assert_eq!(stored(&store).await.state, JobState::Canceled);
    store.take_no_notice(false);
    clock.advance(NOTICE_OVERDUE_AFTER);
    assert_eq!(sweep(&store, &store, &clock).await.unwrap().announced, 1);
    assert_eq!(said(&store), [(1, JobState::Canceled)]);
    assert_eq!(store.get_job(&key()).await.unwrap(), None);
}

#[tokio::test]
async fn a_job_resubmitted_during_its_deletion_is_published() {
    let (store, clock) = (Memory::default(), ManualClock::at(START));
    let job = submitted(&store, &clock).await;
    let canceled = transition(&job, &Event::Cancel, clock.now()).unwrap();
    assert_eq!(store.replace_job(&job, &canceled).await.unwrap(), Written::Done);
    let again = transition(&canceled, &Event::Resubmit(job.definition.clone()), clock.now()).unwrap();
    assert_eq!(store.replace_job(&canceled, &again).await.unwrap(), Written::Done);
    assert_eq!(again.unsent_notices, [], "no two ends bear one id");
    let job = run(&store, &clock, again).await;
    publish_notices(&store, &store, &clock, &job).await.unwrap();
    assert_eq!(said(&store), [(1, JobState::Success)]);
    assert!(store.get_job(&key()).await.unwrap().is_some());
}
