use async_trait::async_trait;

use super::*;
use crate::definition::JobDefinition;
use crate::ids::{InstanceId, JobId};
use crate::job::Job;
use crate::submit;
use crate::testing::{ManualClock, Memory};

/// A store with one job that a newer version wrote.
struct WithUnreadable {
    memory: Memory,
    unreadable: &'static str,
}

#[async_trait]
impl GetJob for WithUnreadable {
    async fn get_job(&self, key: &JobKey) -> Result<Option<Job>, StoreError> {
        if key.id.as_str() == self.unreadable {
            return Err(StoreError::permanent("get a job", "unknown state `PAUSED`"));
        }
        self.memory.get_job(key).await
    }
}

#[async_trait]
impl DueJobs for WithUnreadable {
    async fn due_jobs(&self, now: Timestamp, limit: usize) -> Result<Vec<JobKey>, StoreError> {
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
async fn a_job_that_cannot_be_read_keeps_no_other_waiting() {
    let store = WithUnreadable { memory: Memory::default(), unreadable: "b" };
    let clock = ManualClock::at(Timestamp(0));
    for id in ["a", "b", "c"] {
        let key = JobKey { instance: InstanceId::new("acme").unwrap(), id: JobId::new(id).unwrap() };
        let definition = JobDefinition::parse(br#"{"action":"BATCH_SCORE","model":{"id":"m"}}"#).unwrap();
        submit::create(&store.memory, &store.memory, &clock, key, definition).await.unwrap();
    }
    clock.advance(RESEND_AFTER);
    let swept = sweep(&store, &store.memory, &clock).await.unwrap();
    assert_eq!(swept, Swept { seen: 3, requeued: 2, faulty: 1, ..Swept::default() });
}
