//! Quotas of an instance, and the message when one is used up.

use std::fmt;

use serde::{Deserialize, Serialize};

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
    /// Seconds of run time in a calendar month (UTC), over all jobs.
    pub runtime_seconds: u64,
}

impl Quotas {
    /// The default quotas of an instance: half of a deployment's default workers, so that one instance alone
    /// never holds all of them.
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

    /// The quotas of an instance that is not active: no new work.
    pub const NONE: Self = Self { queued_jobs: 0, running_jobs: 0, storage_bytes: 0, runtime_seconds: 0 };

    /// Largest limit: its milliseconds still fit into 63 bits.
    pub const MOST: u64 = 1_000_000_000_000_000;

    /// The limit of a quota.
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
                "{used} jobs of this instance are pending, the limit is {limit}; submit again when some \
                 have run"
            ),
            Quota::RunningJobs => write!(f, "{used} jobs of this instance are running, the limit is {limit}"),
            Quota::StorageBytes => write!(
                f,
                "the files and results of this instance have {used} of {limit} allowed bytes, too many for \
                 this one; delete some first"
            ),
            Quota::RuntimeSeconds => write!(
                f,
                "jobs of this instance have run for {used} s this month, the limit is {limit} s; ask for a \
                 larger quota or submit again next month"
            ),
        }
    }
}
