use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;

use super::*;
use crate::ids::{InstanceId, JobId, WorkerId};
use crate::job::definition::JobDefinition;
use crate::job::execution::{Outcome, Progress};
use crate::job::report::Report;
use crate::job::transition::{Event, transition};
use crate::job::{HEARTBEAT, JobState};
use crate::ports::{RemoveJob, ReplaceJob, Written};
use crate::testing::{ManualClock, Memory};
use crate::time::Timestamp;
use crate::use_cases::submit;

/// A store whose reads are counted.
struct Counted {
    store: Memory,
    reads: AtomicUsize,
}

#[async_trait]
impl GetJob for Counted {
    async fn get_job(&self, key: &JobKey) -> Result<Option<Job>, StoreError> {
        self.reads.fetch_add(1, Ordering::Relaxed);
        self.store.get_job(key).await
    }
}

impl Counted {
    async fn with_a_job() -> Self {
        let store = Memory::default();
        let definition = JobDefinition::parse(br#"{"action":"BATCH_SCORE","model":{"id":"m"}}"#).unwrap();
        let clock = ManualClock::at(Timestamp(1));
        submit::create(&store, &store, &clock, key(), definition).await.unwrap();
        Self { store, reads: AtomicUsize::new(0) }
    }

    async fn job(&self) -> Job {
        self.store.get_job(&key()).await.unwrap().unwrap()
    }

    async fn happens(&self, event: impl FnOnce(&Job) -> Event) {
        let job = self.job().await;
        let next = transition(&job, &event(&job), Timestamp(2)).unwrap();
        assert_eq!(self.store.replace_job(&job, &next).await.unwrap(), Written::Done);
    }

    async fn is_claimed(&self) {
        self.happens(|job| Event::Claim { worker: WorkerId::new(), revision: job.revision }).await;
    }

    async fn beats(&self) {
        self.happens(|job| Event::Heartbeat {
            execution: job.execution().unwrap().number,
            progress: Progress { fraction: 0.5, rows_read: 1, rows_written: 1, ..Progress::default() },
        })
        .await;
    }

    async fn ends(&self) {
        self.happens(|job| Event::Finish {
            execution: job.execution().unwrap().number,
            progress: Progress::default(),
            warnings: vec![],
            report: Report::default(),
            outcome: Outcome::Success { results: vec![] },
        })
        .await;
    }

    /// The state that a caller gets who waits as long as possible, and after how long.
    async fn watched(&self) -> (Option<JobState>, Duration) {
        let started = Instant::now();
        let job = wait_for_change(self, &key(), MAX_WAIT).await.unwrap();
        (job.map(|job| job.state), started.elapsed())
    }
}

fn key() -> JobKey {
    JobKey { instance: InstanceId::new("acme").unwrap(), id: JobId::new("churn").unwrap() }
}

#[tokio::test(start_paused = true)]
async fn a_change_is_returned_shortly_after_it_happened() {
    let store = Counted::with_a_job().await;
    let claimed = async {
        sleep(Duration::from_secs(7)).await;
        store.is_claimed().await;
    };
    let (seen, ()) = tokio::join!(store.watched(), claimed);
    let (state, after) = seen;
    assert_eq!(state, Some(JobState::Running));
    assert!(after >= Duration::from_secs(7) && after <= Duration::from_secs(7) + LONGEST_PAUSE, "{after:?}");
}

#[tokio::test(start_paused = true)]
async fn an_unchanged_job_is_returned_after_the_wait() {
    let store = Counted::with_a_job().await;
    store.is_claimed().await;
    let beats = async {
        sleep(HEARTBEAT).await;
        store.beats().await;
        sleep(HEARTBEAT).await;
        store.beats().await;
    };
    let (seen, ()) = tokio::join!(store.watched(), beats);
    assert_eq!(seen, (Some(JobState::Running), MAX_WAIT));
    assert_eq!(store.reads.load(Ordering::Relaxed), 1 + 16 + 2, "the first, the looks, and the heartbeats");
}

#[tokio::test(start_paused = true)]
async fn an_ended_job_is_returned_at_once_with_one_read() {
    let store = Counted::with_a_job().await;
    store.is_claimed().await;
    store.ends().await;
    assert_eq!(store.watched().await, (Some(JobState::Success), Duration::ZERO));
    assert_eq!(store.reads.load(Ordering::Relaxed), 1);
}

#[tokio::test(start_paused = true)]
async fn a_namesake_in_the_same_state_is_returned() {
    let store = Counted::with_a_job().await;
    let anew = async {
        sleep(Duration::from_secs(3)).await;
        let job = store.job().await;
        assert_eq!(store.store.remove_job(&job).await.unwrap(), Written::Done);
        let clock = ManualClock::at(Timestamp(2));
        submit::create(&store.store, &store.store, &clock, key(), job.definition).await.unwrap();
    };
    let ((state, after), ()) = tokio::join!(store.watched(), anew);
    assert_eq!(state, Some(JobState::Pending));
    assert!(after < Duration::from_secs(3) + LONGEST_PAUSE);
}

#[tokio::test(start_paused = true)]
async fn a_removed_job_is_returned_as_none() {
    let store = Counted::with_a_job().await;
    let removed = async {
        sleep(Duration::from_secs(3)).await;
        let job = store.job().await;
        assert_eq!(store.store.remove_job(&job).await.unwrap(), Written::Done);
    };
    let ((state, after), ()) = tokio::join!(store.watched(), removed);
    assert_eq!(state, None);
    assert!(after < Duration::from_secs(3) + LONGEST_PAUSE);
}
