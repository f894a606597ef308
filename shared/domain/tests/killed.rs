//! Callers' requests and the sweeper, killed at every step in turn. A repeated request is executed once, and
//! the sweeper ends what no caller repeats.

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use satsuma_domain::execution::Outcome;
use satsuma_domain::ids::IdempotencyKey;
use satsuma_domain::job::{JobKey, LEASE, RESEND_AFTER};
use satsuma_domain::ports::{GetJob, GetUsage};
use satsuma_domain::submit::{self, Submission};
use satsuma_domain::testing::{Chronicle, Death, ManualClock, Memory, Mortal};
use satsuma_domain::usage::Month;
use satsuma_domain::work::{self, Ran, RunContext, Runner};
use satsuma_domain::{
    Clock, ExecutionNumber, InstanceId, Job, JobDefinition, JobId, JobState, Revision, Timestamp, remove,
    sweep,
};

/// More calls than any of these requests makes.
const CALLS: usize = 8;

fn key() -> JobKey {
    JobKey { instance: InstanceId::new("acme").unwrap(), id: JobId::new("churn").unwrap() }
}

fn submission(mark: &str) -> Submission {
    let definition = JobDefinition::parse(br#"{"action":"BATCH_SCORE","model":{"id":"m"}}"#).unwrap();
    Submission { idempotency_key: Some(IdempotencyKey::new(mark).unwrap()), ..definition.into() }
}

/// A run without results.
struct Succeed;

#[async_trait]
impl Runner for Succeed {
    async fn run(&self, _: Job, _: ExecutionNumber, _: RunContext) -> Ran {
        Ran { warnings: vec![], outcome: Outcome::Success { results: vec![] } }
    }
}

struct Story {
    world: Arc<Memory>,
    chronicle: Arc<Chronicle>,
    clock: ManualClock,
}

impl Story {
    fn begin() -> Self {
        Self { world: Arc::default(), chronicle: Arc::default(), clock: ManualClock::at(Timestamp(1_000)) }
    }

    fn process(&self, death: Death) -> Arc<Mortal> {
        Mortal::new(Arc::clone(&self.world), Arc::clone(&self.chronicle), death)
    }

    async fn post(&self, death: Death) {
        let caller = self.process(death);
        let posted = submit::create(&*caller, &*caller, &self.clock, key(), submission("post"));
        assert!(caller.live(posted).await.is_none_or(|posted| posted.is_ok()), "{death:?}");
    }

    async fn put(&self, mark: &str, death: Death) {
        let caller = self.process(death);
        let put = submit::create_or_resubmit(&*caller, &*caller, &self.clock, key(), submission(mark));
        assert!(caller.live(put).await.is_none_or(|put| put.is_ok()), "{death:?}");
    }

    async fn delete(&self, death: Death) -> Option<usize> {
        let caller = self.process(death);
        let (JobKey { instance, id }, caller) = (key(), &*caller);
        let ids = [id];
        let removed = remove::remove(caller, caller, &self.clock, &instance, &ids);
        caller.live(removed).await.map(|removed| removed.unwrap())
    }

    async fn sweep(&self, death: Death) {
        let sweeper = self.process(death);
        assert!(
            sweeper.live(sweep::sweep(&*sweeper, &*sweeper, &self.clock)).await.is_none_or(|s| s.is_ok())
        );
    }

    /// Workers take all messages that wait.
    async fn work(&self, death: Death) {
        while let Some(message) = self.world.take_message() {
            let worker = self.process(death);
            let long = Duration::from_secs(900);
            worker.live(work::handle(&*worker, Arc::new(Succeed), &self.clock, &message, long)).await;
        }
    }

    /// The job as the store holds it, and as its instance's usage counts it.
    async fn job(&self) -> Option<Job> {
        let usage = self.world.get_usage(&key().instance, Month::of(self.clock.now())).await.unwrap();
        let job = self.world.get_job(&key()).await.unwrap();
        let state = job.as_ref().map(|job| job.state);
        assert_eq!(usage.queued_jobs, u64::from(state == Some(JobState::Pending)));
        let runs = matches!(state, Some(JobState::Running | JobState::Canceling));
        assert_eq!(usage.running_jobs, u64::from(runs));
        job
    }

    /// The job has run once for this revision, and ended once.
    async fn ran_once(&self, revision: u32, death: Death) {
        let job = self.job().await.unwrap();
        assert_eq!((job.state, job.revision), (JobState::Success, Revision(revision)), "{death:?}");
        assert_eq!((job.execution().unwrap().attempt, self.chronicle.ends(&job)), (1, 1), "{death:?}");
    }
}

#[tokio::test]
async fn a_killed_submission_that_is_repeated_runs_once() {
    for death in Death::all(CALLS) {
        let story = Story::begin();
        story.post(death).await;
        story.post(Death::Never).await;
        story.work(Death::Never).await;
        story.clock.advance(RESEND_AFTER);
        story.sweep(Death::Never).await;
        story.work(Death::Never).await;
        story.ran_once(1, death).await;
    }
}

#[tokio::test]
async fn a_killed_submission_runs_once_or_is_not_stored() {
    for death in Death::all(CALLS) {
        let story = Story::begin();
        story.post(death).await;
        story.clock.advance(RESEND_AFTER);
        story.sweep(Death::Never).await;
        story.work(Death::Never).await;
        if story.job().await.is_some() {
            story.ran_once(1, death).await;
        }
    }
}

#[tokio::test]
async fn a_killed_resubmission_that_is_repeated_runs_once() {
    for death in Death::all(CALLS) {
        let story = Story::begin();
        story.put("first", Death::Never).await;
        story.work(Death::Never).await;
        story.put("second", death).await;
        story.put("second", Death::Never).await;
        story.work(Death::Never).await;
        story.clock.advance(RESEND_AFTER);
        // The first round publishes the end of the first revision, which was still pending.
        story.sweep(Death::Never).await;
        story.sweep(Death::Never).await;
        story.work(Death::Never).await;
        story.ran_once(2, death).await;
        assert_eq!(story.job().await.unwrap().executions.len(), 2, "{death:?}");
    }
}

#[tokio::test]
async fn a_deletion_that_died_is_sent_again_and_the_job_is_gone() {
    for death in Death::all(CALLS) {
        for ended in [false, true] {
            let story = Story::begin();
            story.post(Death::Never).await;
            if ended {
                story.work(Death::Never).await;
            }
            let first = story.delete(death).await;
            let again = story.delete(Death::Never).await;
            assert_eq!(story.job().await, None, "{death:?}");
            let counted = first.unwrap_or(0) + again.unwrap();
            assert!(counted <= 1, "{death:?}: counted {counted} times");
            story.work(Death::Never).await;
            assert_eq!(story.job().await, None, "{death:?}: its message brings nothing back");
            assert!(story.world.take_notice().is_some(), "{death:?}: its end is told");
        }
    }
}

/// The worker died as well: only the sweeper is left.
#[tokio::test]
async fn a_killed_deletion_is_completed_or_has_no_effect() {
    for death in Death::all(CALLS) {
        let story = Story::begin();
        story.post(Death::Never).await;
        story.work(Death::After(2)).await;
        assert_eq!(story.job().await.unwrap().state, JobState::Running);
        story.delete(death).await;
        let asked = story.job().await.is_none_or(|job| job.state == JobState::Canceling);
        story.clock.advance(LEASE);
        story.sweep(Death::Never).await;
        story.work(Death::Never).await;
        if asked {
            assert_eq!(story.job().await, None, "{death:?}: a cancellation is not forgotten");
            let told = story.world.take_notice().map(|notice| notice.state);
            assert_eq!(told, Some(JobState::Canceled), "{death:?}");
        } else {
            let job = story.job().await.unwrap();
            assert_eq!((job.state, job.execution().unwrap().attempt), (JobState::Success, 2), "{death:?}");
        }
    }
}

#[tokio::test]
async fn a_sweeper_that_died_leaves_its_work_to_the_next() {
    for death in Death::all(CALLS) {
        for claimed in [false, true] {
            let story = Story::begin();
            story.post(Death::Never).await;
            if claimed {
                story.work(Death::After(2)).await;
            } else {
                story.world.take_message().unwrap();
            }
            story.clock.advance(RESEND_AFTER);
            story.sweep(death).await;
            story.clock.advance(RESEND_AFTER);
            story.sweep(Death::Never).await;
            story.work(Death::Never).await;
            let job = story.job().await.unwrap();
            assert_eq!((job.state, story.chronicle.ends(&job)), (JobState::Success, 1), "{death:?}");
        }
    }
}

/// A long run: meanwhile a sweeper whose clock differs checks the job.
struct Meanwhile {
    story: Arc<Story>,
    other: Duration,
    ahead: bool,
}

#[async_trait]
impl Runner for Meanwhile {
    async fn run(&self, _: Job, _: ExecutionNumber, _: RunContext) -> Ran {
        if self.ahead {
            self.story.clock.advance(self.other);
        }
        self.story.sweep(Death::Never).await;
        Ran { warnings: vec![], outcome: Outcome::Success { results: vec![] } }
    }
}

/// A sweeper that is ahead of a worker by more than a lease takes living workers' jobs away, until the
/// attempts are used up: that costs work, and never truth.
#[tokio::test]
async fn clock_skew_of_five_minutes_causes_no_second_end() {
    let skew = Duration::from_secs(300);
    for ahead in [false, true] {
        let story = Arc::new(Story::begin());
        if !ahead {
            // The worker's clock is ahead: its lease seems endless.
            story.clock.advance(skew);
        }
        story.post(Death::Never).await;
        for _ in 0..5 {
            let Some(message) = story.world.take_message() else { break };
            let runner = Arc::new(Meanwhile { story: Arc::clone(&story), other: skew, ahead });
            let worker = story.process(Death::Never);
            let long = Duration::from_secs(900);
            work::handle(&*worker, runner, &story.clock, &message, long).await.unwrap();
        }
        let job = story.job().await.unwrap();
        assert_eq!(story.chronicle.ends(&job), 1);
        let expected = if ahead { JobState::Failed } else { JobState::Success };
        assert_eq!(job.state, expected);
    }
}
