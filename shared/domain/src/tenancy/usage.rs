//! Usage and quotas of an instance: counters that every write of a job updates.
//!
//! Jobs are never scanned to count them. The change of a write follows from the job before and after it
//! ([`Change::of`]), and the store applies both in one transaction. So usage always equals the state of the
//! jobs, at the cost of one item, however many jobs there are.

mod change;
mod month;
mod now;
mod quota;

use serde::Serialize;

pub use self::change::{Change, Need};
pub use self::month::Month;
pub use self::now::usage_now;
pub use self::quota::{Exceeded, Quota, Quotas};

/// Usage of an instance at a point in time.
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

#[cfg(test)]
mod tests;
