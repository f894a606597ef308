use std::time::Duration;

use async_trait::async_trait;

use super::*;
use crate::ids::{InstanceId, JobId, WorkerId};
use crate::job::Job;
use crate::job::definition::JobDefinition;
use crate::testing::{ManualClock, Memory};
use crate::use_cases::submit;

/// A store with one job that a newer version wrote.
struct WithUnreadable {
    memory: Memory,
    unreadable: &'static str,
    transient: bool,
}

#[async_trait]
impl GetJob for WithUnreadable {
    async fn get_job(&self, key: &JobKey) -> Result<Option<Job>, StoreError> {
        if key.id.as_str() == self.unreadable {
            let fault = StoreError::permanent("get a job", "unknown state `PAUSED`");
            return Err(StoreError { transient: self.transient, ..fault });
        }
        self.memory.get_job(key).await
    }
}

#[async_trait]
impl DueJobs for WithUnreadable {
    async fn due_jobs(&self, now: Timestamp, limit: usize) -> Result<Vec<JobKey>, StoreError> {
        assert_eq!(limit, MAX_SWEPT);
        self.memory.due_jobs(now, limit).await
    }
}

#[async_trait]
impl ReplaceJob for WithUnreadable {
    async fn replace_job(&self, before: &Job, after: &Job) -> Result<Written, StoreError> {
        self.memory.replace_job(before, after).await
    }
}

#[async_trait]
impl RemoveJob for WithUnreadable {
    async fn remove_job(&self, job: &Job) -> Result<Written, StoreError> {
        self.memory.remove_job(job).await
    }
}

#[tokio::test]
async fn an_unreadable_job_delays_no_other() {
    let mut store = WithUnreadable { memory: Memory::default(), unreadable: "b", transient: false };
    let clock = ManualClock::at(Timestamp(0));
    for id in ["a", "b", "c"] {
        let key = JobKey { instance: InstanceId::new("acme").unwrap(), id: JobId::new(id).unwrap() };
        let definition = JobDefinition::parse(br#"{"action":"BATCH_SCORE","model":{"id":"m"}}"#).unwrap();
        submit::create(&store.memory, &store.memory, &clock, key, definition).await.unwrap();
    }
    clock.advance(RESEND_AFTER);
    let swept = sweep(&store, &store.memory, &clock).await.unwrap();
    assert_eq!(swept, Swept { seen: 3, requeued: 2, faulty: 1, ..Swept::default() });
    store.transient = true;
    assert!(
        sweep(&store, &store.memory, &clock).await.is_err(),
        "a store that is away is not asked on and on"
    );
}

#[tokio::test]
async fn an_expired_lease_is_counted_with_how_long_it_was_overdue() {
    let (store, clock) = (Memory::default(), ManualClock::at(Timestamp(0)));
    let key = JobKey { instance: InstanceId::new("acme").unwrap(), id: JobId::new("a").unwrap() };
    let definition = JobDefinition::parse(br#"{"action":"BATCH_SCORE","model":{"id":"m"}}"#).unwrap();
    let job = submit::create(&store, &store, &clock, key, definition).await.unwrap();
    let claim = Event::Claim { worker: WorkerId::new(), revision: job.revision };
    let running = transition(&job, &claim, clock.now()).unwrap();
    assert_eq!(store.replace_job(&job, &running).await.unwrap(), Written::Done);
    clock.advance(LEASE + Duration::from_secs(5));
    let swept = sweep(&store, &store, &clock).await.unwrap();
    assert_eq!(swept, Swept { seen: 1, requeued: 1, expired_leases: 1, lag_ms: 5_000, ..Swept::default() });
}
