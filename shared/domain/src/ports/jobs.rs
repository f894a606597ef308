//! Stored jobs: one conditional write each, and the lists of them.

use std::time::Duration;

use async_trait::async_trait;

use super::Page;
use crate::error::StoreError;
use crate::ids::{InstanceId, JobNumber, JobUuid, Version};
use crate::job::{Job, JobKey};
use crate::tenancy::usage::Exceeded;
use crate::time::Timestamp;

/// Result of a conditional write.
#[derive(Debug, Clone, PartialEq)]
#[must_use]
pub enum Written {
    /// The store now holds the intended state, by this call or by an earlier one whose response was lost.
    Done,
    /// Another writer was faster; this is the stored job, if it still exists.
    Conflict(Option<Box<Job>>),
    /// A quota of the instance is used up: nothing was written.
    OverQuota(Exceeded),
}

/// Reads one job.
#[async_trait]
pub trait GetJob: Send + Sync {
    /// The job, if there is one, in its newest state.
    async fn get_job(&self, key: &JobKey) -> Result<Option<Job>, StoreError>;

    /// A cheap version check for callers that poll. The result may be slightly stale.
    async fn get_job_version(&self, key: &JobKey) -> Result<Option<(JobUuid, Version)>, StoreError> {
        Ok(self.get_job(key).await?.map(|job| (job.uuid, job.version)))
    }
}

/// Lists jobs; the list may lag behind the jobs.
#[async_trait]
pub trait ListJobs: Send + Sync {
    /// At most `limit` jobs of an instance after the place that `after` names, in order of number
    /// over all pages. Costs the page, not the number of jobs. A page may hold fewer jobs than
    /// `limit` although more follow; after a place that no page named follows nothing.
    async fn list_jobs(
        &self,
        instance: &InstanceId,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Page<Job>, StoreError>;
}

/// Stores a job that did not exist.
#[async_trait]
pub trait CreateJob: Send + Sync {
    /// The next free number of an instance.
    async fn next_number(&self, instance: &InstanceId) -> Result<JobNumber, StoreError>;

    /// Stores a new job, unless its key is taken. Also `Done` if the stored job is this one (its UUID), in
    /// whatever state. The instance's usage changes with it, and its quotas may refuse it.
    async fn create_job(&self, job: &Job) -> Result<Written, StoreError>;
}

/// Stores a job's next state.
#[async_trait]
pub trait ReplaceJob: Send + Sync {
    /// Stores `after` where the store holds `before`: its UUID at its version. `after` was derived
    /// from it, and what follows from the difference for the instance's usage
    /// ([`Change`](crate::tenancy::usage::Change)) is stored with it; its quotas may refuse a submission or a
    /// start. Done, too, where the store holds `after` already.
    async fn replace_job(&self, before: &Job, after: &Job) -> Result<Written, StoreError>;
}

/// Removes a job.
#[async_trait]
pub trait RemoveJob: Send + Sync {
    /// Removes the job where the store holds just this one: its UUID at its version. Done, too,
    /// where the store holds no job of this key any more.
    async fn remove_job(&self, job: &Job) -> Result<Written, StoreError>;
}

/// Finds the jobs that are due for the sweeper.
#[async_trait]
pub trait DueJobs: Send + Sync {
    /// At most `limit` jobs that are due at `now`, the longest overdue first as far as that is cheap.
    async fn due_jobs(&self, now: Timestamp, limit: usize) -> Result<Vec<JobKey>, StoreError>;
}

/// Finds ended jobs that were kept for long enough.
#[async_trait]
pub trait ExpiredJobs: Send + Sync {
    /// How long ended jobs are kept.
    fn retention(&self) -> Duration;

    /// At most `limit` jobs that ended so long before `now`; the list may lag behind the jobs.
    async fn expired_jobs(&self, now: Timestamp, limit: usize) -> Result<Vec<JobKey>, StoreError>;
}
