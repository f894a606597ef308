//! Jobs, in memory, with what their writes change of the usage.

use std::time::Duration;

use async_trait::async_trait;

use super::{Fault, Memory, State};
use crate::error::StoreError;
use crate::ids::{InstanceId, JobNumber};
use crate::job::{Job, JobKey};
use crate::ports::{CreateJob, DueJobs, ExpiredJobs, GetJob, ListJobs, Page, RemoveJob, ReplaceJob, Written};
use crate::tenancy::usage::Change;
use crate::time::Timestamp;
use crate::use_cases::retention::DEFAULT_RETENTION;

impl Memory {
    /// Makes the next writes of jobs go wrong, in this order.
    pub fn fail_next_writes(&self, faults: impl IntoIterator<Item = Fault>) {
        self.lock().faults.extend(faults);
    }

    /// Stores or removes a job as another writer, right before the next write.
    pub fn overtake(&self, with: Option<Job>) {
        self.lock().overtaken.push_back(with);
    }

    fn write(
        &self,
        key: &JobKey,
        decide: impl FnOnce(Option<&Job>) -> Decision,
    ) -> Result<Written, StoreError> {
        let mut state = self.lock();
        if let Some(with) = state.overtaken.pop_front() {
            let first = with.map_or(Decision::Remove, |job| Decision::Put(Box::new(job)));
            assert_eq!(state.apply(key, first), Written::Done, "who overtakes may write");
        }
        let fault = state.faults.pop_front();
        let lost = || StoreError::transient("write a job", format!("made to fail: {}", key.id));
        if fault == Some(Fault::Before) {
            return Err(lost());
        }
        let decision = decide(state.jobs.get(&place(key)));
        let written = state.apply(key, decision);
        if fault == Some(Fault::After) { Err(lost()) } else { Ok(written) }
    }
}

/// Result of a write for a stored state.
enum Decision {
    /// Nothing, and this is the answer.
    Answer(Written),
    /// It puts this there.
    Put(Box<Job>),
    /// It removes what is there.
    Remove,
}

impl State {
    /// Writes a job and what follows for the usage, both or neither.
    fn apply(&mut self, key: &JobKey, decision: Decision) -> Written {
        let after = match decision {
            Decision::Answer(written) => return written,
            Decision::Put(job) => Some(*job),
            Decision::Remove => None,
        };
        let change = Change::of(self.jobs.get(&place(key)), after.as_ref());
        if let Err(refused) = self.usage.entry(key.instance.to_string()).or_default().count(&change) {
            return refused;
        }
        match after {
            Some(job) => self.jobs.insert(place(key), job),
            None => self.jobs.remove(&place(key)),
        };
        Written::Done
    }
}

fn place(key: &JobKey) -> (String, String) {
    (key.instance.to_string(), key.id.to_string())
}

fn conflict(held: Option<&Job>) -> Decision {
    Decision::Answer(Written::Conflict(held.cloned().map(Box::new)))
}

#[async_trait]
impl GetJob for Memory {
    async fn get_job(&self, key: &JobKey) -> Result<Option<Job>, StoreError> {
        Ok(self.lock().jobs.get(&place(key)).cloned())
    }
}

#[async_trait]
impl ListJobs for Memory {
    async fn list_jobs(
        &self,
        instance: &InstanceId,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Page<Job>, StoreError> {
        let Some(after) = after.map_or(Some(0), |text| text.parse().ok()) else {
            return Ok(Page { items: Vec::new(), next: None });
        };
        let state = self.lock();
        let mut items: Vec<Job> = state
            .jobs
            .values()
            .filter(|job| job.key.instance == *instance && job.number.0 > after)
            .cloned()
            .collect();
        items.sort_by_key(|job| job.number);
        let more = items.len() > limit;
        items.truncate(limit);
        let next = items.last().filter(|_| more).map(|job| job.number.to_string());
        Ok(Page { items, next })
    }
}

#[async_trait]
impl CreateJob for Memory {
    async fn next_number(&self, instance: &InstanceId) -> Result<JobNumber, StoreError> {
        let mut state = self.lock();
        let number = state.numbers.entry(instance.to_string()).or_default();
        *number += 1;
        Ok(JobNumber(*number))
    }

    async fn create_job(&self, job: &Job) -> Result<Written, StoreError> {
        self.write(&job.key, |held| match held {
            Some(held) if held.uuid != job.uuid => conflict(Some(held)),
            Some(_) => Decision::Answer(Written::Done),
            None => Decision::Put(Box::new(job.clone())),
        })
    }
}

#[async_trait]
impl ReplaceJob for Memory {
    async fn replace_job(&self, before: &Job, after: &Job) -> Result<Written, StoreError> {
        self.write(&after.key, |held| match held {
            Some(held) if held == after => Decision::Answer(Written::Done),
            Some(held) if held.version == before.version && held.uuid == before.uuid => {
                Decision::Put(Box::new(after.clone()))
            }
            held => conflict(held),
        })
    }
}

#[async_trait]
impl RemoveJob for Memory {
    async fn remove_job(&self, job: &Job) -> Result<Written, StoreError> {
        self.write(&job.key, |held| match held {
            None => Decision::Answer(Written::Done),
            Some(held) if held.version == job.version && held.uuid == job.uuid => Decision::Remove,
            held => conflict(held),
        })
    }
}

#[async_trait]
impl DueJobs for Memory {
    async fn due_jobs(&self, now: Timestamp, limit: usize) -> Result<Vec<JobKey>, StoreError> {
        let state = self.lock();
        let mut due: Vec<&Job> =
            state.jobs.values().filter(|job| job.due_at().is_some_and(|due| due <= now)).collect();
        due.sort_by_key(|job| job.due_at());
        Ok(due.into_iter().take(limit).map(|job| job.key.clone()).collect())
    }
}

#[async_trait]
impl ExpiredJobs for Memory {
    fn retention(&self) -> Duration {
        DEFAULT_RETENTION
    }

    async fn expired_jobs(&self, now: Timestamp, limit: usize) -> Result<Vec<JobKey>, StoreError> {
        let state = self.lock();
        let over = |job: &&Job| job.ended_at().is_some_and(|ended| ended.plus(DEFAULT_RETENTION) <= now);
        Ok(state.jobs.values().filter(over).map(|job| job.key.clone()).take(limit).collect())
    }
}
