//! Writers that lose a race: the use cases read the job again, and decide by its new state.

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use satsuma_domain::execution::Outcome;
use satsuma_domain::job::{JobKey, LEASE, RESEND_AFTER};
use satsuma_domain::ports::{GetJob, ReplaceJob, Written};
use satsuma_domain::submit::{self, Submitted};
use satsuma_domain::sweep::{Swept, sweep};
use satsuma_domain::testing::{ManualClock, Memory};
use satsuma_domain::work::{self, Handled, Ran, RunContext, Runner};
use satsuma_domain::{
    Clock, Event, ExecutionNumber, InstanceId, Job, JobDefinition, JobId, JobNumber, JobState, Progress,
    Report, Revision, Timestamp, WorkerId, remove, transition,
};

const LONG: Duration = Duration::from_secs(900);

struct Succeed;

#[async_trait]
impl Runner for Succeed {
    async fn run(&self, _: Job, _: ExecutionNumber, _: RunContext) -> Ran {
        Ran { warnings: vec![], outcome: Outcome::Success { results: vec![] } }
    }
}

fn key() -> JobKey {
    JobKey { instance: InstanceId::new("acme").unwrap(), id: JobId::new("churn").unwrap() }
}

fn definition(model: &str) -> JobDefinition {
    let json = format!(r#"{{"action":"BATCH_SCORE","model":{{"id":"{model}"}}}}"#);
    JobDefinition::parse(json.as_bytes()).unwrap()
}

struct Story {
    store: Memory,
    clock: ManualClock,
}

impl Story {
    fn begin() -> Self {
        Self { store: Memory::default(), clock: ManualClock::at(Timestamp(1_000)) }
    }

    async fn submitted() -> Self {
        let story = Self::begin();
        submit::create(&story.store, &story.store, &story.clock, key(), definition("m")).await.unwrap();
        story
    }

    /// A job that a worker runs.
    async fn running() -> Self {
        let story = Self::submitted().await;
        let (job, running) =
            story.after(&Event::Claim { worker: WorkerId::new(), revision: Revision(1) }).await;
        assert_eq!(story.store.replace_job(&job, &running).await.unwrap(), Written::Done);
        story.store.take_message().unwrap();
        story
    }

    /// The job as it is, and as it would be after an event.
    async fn after(&self, event: &Event) -> (Job, Job) {
        let job = self.job().await;
        let next = transition(&job, event, self.clock.now()).unwrap();
        (job, next)
    }

    /// Right before the next write of the job, this happens to it.
    async fn is_overtaken_by(&self, event: &Event) {
        self.store.overtake(Some(self.after(event).await.1));
    }

    fn beat() -> Event {
        Event::Heartbeat { execution: ExecutionNumber(1), progress: Progress::default() }
    }

    async fn job(&self) -> Job {
        self.store.get_job(&key()).await.unwrap().unwrap()
    }

    async fn put(&self, model: &str) -> Submitted {
        let (store, clock) = (&self.store, &self.clock);
        submit::create_or_resubmit(store, store, clock, key(), definition(model)).await.unwrap()
    }

    async fn delete(&self) -> usize {
        remove::remove(&self.store, &self.store, &self.clock, &key().instance, &[key().id]).await.unwrap()
    }
}

#[tokio::test]
async fn a_claim_looks_again() {
    let story = Story::submitted().await;
    let message = story.store.take_message().unwrap();
    story.clock.advance(RESEND_AFTER);
    story.is_overtaken_by(&Event::Sweep).await;
    let handled = work::handle(&story.store, Arc::new(Succeed), &story.clock, &message, LONG).await.unwrap();
    assert!(matches!(handled, Handled::Ended(job) if job.state == JobState::Success));
}

#[tokio::test]
async fn a_sweeper_does_not_end_a_renewed_lease() {
    let story = Story::running().await;
    story.clock.advance(LEASE);
    story.is_overtaken_by(&Story::beat()).await;
    let swept = sweep(&story.store, &story.store, &story.clock).await.unwrap();
    assert_eq!(swept, Swept { seen: 1, ..Swept::default() });
    let job = story.job().await;
    assert_eq!((job.state, job.executions.len(), story.store.take_message()), (JobState::Running, 1, None));
}

#[tokio::test]
async fn a_cancellation_is_tried_again() {
    let story = Story::running().await;
    story.is_overtaken_by(&Story::beat()).await;
    assert_eq!(story.delete().await, 0);
    assert_eq!(story.job().await.state, JobState::Canceling);
    assert_eq!(story.delete().await, 0, "it is still there");
}

#[tokio::test]
async fn a_job_that_is_claimed_before_it_is_deleted_is_canceled() {
    let story = Story::submitted().await;
    story.is_overtaken_by(&Event::Claim { worker: WorkerId::new(), revision: Revision(1) }).await;
    assert_eq!(story.delete().await, 0);
    assert_eq!(story.job().await.state, JobState::Canceling);
}

#[tokio::test]
async fn of_two_puts_that_create_the_second_resubmits() {
    let story = Story::begin();
    story.store.overtake(Some(Job::new(key(), JobNumber(7), definition("other"), story.clock.now())));
    let Submitted::Resubmitted(job) = story.put("m").await else { panic!("created twice") };
    assert_eq!((job.number, job.revision, &job.definition), (JobNumber(7), Revision(2), &definition("m")));
}

#[tokio::test]
async fn of_two_puts_that_resubmit_both_do() {
    let story = Story::submitted().await;
    story.is_overtaken_by(&Event::Resubmit(definition("other"))).await;
    let Submitted::Resubmitted(job) = story.put("n").await else { panic!("not resubmitted") };
    assert_eq!((job.revision, &job.definition), (Revision(3), &definition("n")));
}

#[tokio::test]
async fn a_put_of_a_job_that_is_deleted_meanwhile_creates_it() {
    let story = Story::running().await;
    let end = Event::Finish {
        execution: ExecutionNumber(1),
        progress: Progress::default(),
        warnings: vec![],
        report: Report::default(),
        outcome: Outcome::Canceled,
    };
    let (running, ended) = story.after(&end).await;
    assert_eq!(story.store.replace_job(&running, &ended).await.unwrap(), Written::Done);
    story.store.overtake(None);
    assert!(matches!(story.put("n").await, Submitted::Created(job) if job.uuid != ended.uuid));
}
