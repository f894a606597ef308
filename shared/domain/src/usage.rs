//! What an instance uses, and how much it may: counters that every write of a job keeps true.
//!
//! Nothing is ever counted through. What a write changes follows from the job before and after it
//! ([`Change::of`]), and the store applies both in one transaction. So usage is what the jobs say,
//! at the cost of one item, however many jobs there are.

mod month;

use std::fmt;

use serde::{Deserialize, Serialize};

pub use self::month::{Month, civil};
use crate::error::StoreError;
use crate::execution::{Execution, Outcome};
use crate::ids::InstanceId;
use crate::job::{Job, JobState, LEASE};
use crate::ports::GetUsage;
use crate::time::{Clock, Timestamp};

/// How much an instance may use. A limit of 0 allows nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Quotas {
    /// Jobs that wait at a time.
    pub queued_jobs: u64,
    /// Jobs that run at a time.
    pub running_jobs: u64,
    /// Bytes of uploaded files and results.
    pub storage_bytes: u64,
    /// Seconds that jobs may run in a calendar month (UTC), over all of them.
    pub runtime_seconds: u64,
}

impl Quotas {
    /// What an instance may use unless it was told otherwise: half of the workers that a deployment has
    /// by default, so that one instance alone never holds all of them.
    pub const STANDARD: Self = Self {
        queued_jobs: 1_000,
        running_jobs: 5,
        storage_bytes: 100_000_000_000,
        runtime_seconds: 100 * 60 * 60,
    };

    /// For a service that one person runs for themselves.
    pub const UNLIMITED: Self = Self {
        queued_jobs: Self::MOST,
        running_jobs: Self::MOST,
        storage_bytes: Self::MOST,
        runtime_seconds: Self::MOST,
    };

    /// What an instance may use that is closed: nothing new.
    pub const NONE: Self = Self { queued_jobs: 0, running_jobs: 0, storage_bytes: 0, runtime_seconds: 0 };

    /// Largest limit: milliseconds of so many seconds are still whole numbers of 63 bits.
    pub const MOST: u64 = 1_000_000_000_000_000;

    /// The limit of one of them.
    #[must_use]
    pub fn limit(&self, quota: Quota) -> u64 {
        match quota {
            Quota::QueuedJobs => self.queued_jobs,
            Quota::RunningJobs => self.running_jobs,
            Quota::StorageBytes => self.storage_bytes,
            Quota::RuntimeSeconds => self.runtime_seconds,
        }
    }
}

impl Default for Quotas {
    fn default() -> Self {
        Self::STANDARD
    }
}

/// One of the four.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Quota {
    /// Jobs that wait.
    QueuedJobs,
    /// Jobs that run.
    RunningJobs,
    /// Bytes of files and results.
    StorageBytes,
    /// Seconds of jobs that ran this month.
    RuntimeSeconds,
}

impl Quota {
    /// Its name for programs.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::QueuedJobs => "queued_jobs",
            Self::RunningJobs => "running_jobs",
            Self::StorageBytes => "storage_bytes",
            Self::RuntimeSeconds => "runtime_seconds",
        }
    }
}

/// A quota that does not allow what was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exceeded {
    /// Which one.
    pub quota: Quota,
    /// How much is used.
    pub used: u64,
    /// How much may be.
    pub limit: u64,
    /// How many jobs of the instance wait.
    pub waiting: u64,
}

impl fmt::Display for Exceeded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { used, limit, .. } = self;
        match self.quota {
            Quota::QueuedJobs => write!(
                f,
                "{used} jobs of this instance wait already, and {limit} may; submit again when some have run"
            ),
            Quota::RunningJobs => write!(f, "{used} jobs of this instance run already, and {limit} may"),
            Quota::StorageBytes => write!(
                f,
                "the files and results of this instance have {used} bytes of {limit} that are allowed, and this one does \
                 not fit; delete some first"
            ),
            Quota::RuntimeSeconds => write!(
                f,
                "jobs of this instance have run for {used} s this month, and {limit} s are allowed; \
                 ask for a larger quota or submit again next month"
            ),
        }
    }
}

/// What an instance uses at a moment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Usage {
    /// Jobs that wait.
    pub queued_jobs: u64,
    /// Jobs that run.
    pub running_jobs: u64,
    /// Bytes of uploaded files and results.
    pub storage_bytes: u64,
    /// How long its jobs ran this month, in milliseconds; one that runs is counted when it ends.
    pub runtime_ms: u64,
    /// How much it may use.
    pub quotas: Quotas,
}

impl Usage {
    /// How much of a quota is used.
    #[must_use]
    pub fn used(&self, quota: Quota) -> u64 {
        match quota {
            Quota::QueuedJobs => self.queued_jobs,
            Quota::RunningJobs => self.running_jobs,
            Quota::StorageBytes => self.storage_bytes,
            Quota::RuntimeSeconds => self.runtime_ms / 1_000,
        }
    }

    /// The quota, if it is used up.
    #[must_use]
    pub fn exceeded(&self, quota: Quota) -> Option<Exceeded> {
        let (used, limit) = (self.used(quota), self.quotas.limit(quota));
        (used >= limit).then_some(Exceeded { quota, used, limit, waiting: self.queued_jobs })
    }

    /// The first of the quotas that `need` asks of, if one is used up.
    #[must_use]
    pub fn refuses(&self, need: Need) -> Option<Exceeded> {
        need.quotas().iter().find_map(|&quota| self.exceeded(quota))
    }
}

/// What a write needs of the quotas.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Nothing: it frees something, or the service itself does it.
    Nothing,
    /// A caller adds a job to the queue.
    Submission,
    /// A worker starts one.
    Start,
}

impl Need {
    /// What must not be used up: what waiting does not cure comes first.
    #[must_use]
    pub fn quotas(self) -> &'static [Quota] {
        match self {
            Self::Nothing => &[],
            Self::Submission => &[Quota::RuntimeSeconds, Quota::QueuedJobs],
            Self::Start => &[Quota::RuntimeSeconds, Quota::RunningJobs],
        }
    }
}

/// What a write of a job changes of its instance's usage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    /// Jobs more, or less, that wait.
    pub queued_jobs: i64,
    /// Jobs more, or less, that run.
    pub running_jobs: i64,
    /// How long the execution ran that this write ends, in milliseconds.
    pub runtime_ms: u64,
    /// Bytes of the results that this write publishes.
    pub storage_bytes: u64,
    /// The month of the write.
    pub month: Month,
    /// What must not be used up.
    pub need: Need,
}

impl Change {
    /// What changes when the stored job `before` becomes `after`; either may be missing.
    #[must_use]
    pub fn of(before: Option<&Job>, after: Option<&Job>) -> Self {
        let is = |job: Option<&Job>, states: &[JobState]| {
            i64::from(job.is_some_and(|job| states.contains(&job.state)))
        };
        let (queued, running) = (&[JobState::Pending][..], &[JobState::Running, JobState::Canceling][..]);
        let (was_queued, was_running) = (is(before, queued), is(before, running));
        let (is_queued, is_running) = (is(after, queued), is(after, running));
        let ended = before.and_then(|before| Ended::of(before, after));
        let need = match (was_queued + was_running, is_queued, is_running) {
            (0, 1, _) => Need::Submission,
            (_, _, 1) if was_queued == 1 => Need::Start,
            _ => Need::Nothing,
        };
        let started = after.and_then(Job::execution).filter(|_| need == Need::Start).map(|it| it.started_at);
        let now = ended.as_ref().map(|ended| ended.at).or(started);
        let now = now.or_else(|| after.or(before).map(|job| job.submitted_at)).unwrap_or(Timestamp(0));
        Self {
            queued_jobs: is_queued - was_queued,
            running_jobs: is_running - was_running,
            runtime_ms: ended.as_ref().map_or(0, |ended| ended.ran_ms),
            storage_bytes: ended.map_or(0, |ended| ended.published),
            month: Month::of(now),
            need,
        }
    }

    /// Whether the usage stays what it is.
    #[must_use]
    pub fn is_none(&self) -> bool {
        (self.queued_jobs, self.running_jobs, self.runtime_ms, self.storage_bytes) == (0, 0, 0, 0)
    }
}

/// The execution that a write ends.
struct Ended {
    at: Timestamp,
    ran_ms: u64,
    published: u64,
}

impl Ended {
    fn of(before: &Job, after: Option<&Job>) -> Option<Self> {
        let open = before.executions.last().filter(|execution| execution.finished_at.is_none())?;
        let Some(after) = after else {
            // Removed with the job: it ran at least until its last sign of life.
            let lease = before.lease.as_ref()?;
            let at =
                Timestamp(lease.expires_at.0.saturating_sub(i64::try_from(LEASE.as_millis()).unwrap_or(0)));
            return Some(Self { at, ran_ms: between(open, at), published: 0 });
        };
        let ended = after.executions.iter().find(|execution| execution.number == open.number)?;
        let at = ended.finished_at?;
        let published = match &ended.outcome {
            Some(Outcome::Success { results }) => {
                results.iter().fold(0_u64, |sum, result| sum.saturating_add(result.bytes))
            }
            _ => 0,
        };
        Some(Self { at, ran_ms: between(open, at), published })
    }
}

fn between(execution: &Execution, end: Timestamp) -> u64 {
    u64::try_from(end.0.saturating_sub(execution.started_at.0)).unwrap_or(0)
}

/// What an instance uses now.
///
/// # Errors
/// A fault of the store.
pub async fn usage_now<S: GetUsage>(
    store: &S,
    clock: &dyn Clock,
    instance: &InstanceId,
) -> Result<Usage, StoreError> {
    store.get_usage(instance, Month::of(clock.now())).await
}

#[cfg(test)]
mod tests;
