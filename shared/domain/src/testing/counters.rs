//! Usage counters of the store in memory.

use std::collections::BTreeMap;

use crate::ports::Written;
use crate::tenancy::usage::{Change, Month, Quotas, Usage};

/// The counters of an instance.
#[derive(Debug, Default)]
pub(super) struct Counters {
    pub(super) queued: i64,
    pub(super) running: i64,
    pub(super) storage: i64,
    pub(super) runtime_ms: BTreeMap<Month, u64>,
    /// How often they were written.
    pub(super) writes: u64,
    /// The quotas of the instance's record; the default if there is none.
    pub(super) quotas: Option<Quotas>,
}

impl Counters {
    pub(super) fn usage(&self, month: Month) -> Usage {
        Usage {
            queued_jobs: u64::try_from(self.queued).unwrap_or(0),
            running_jobs: u64::try_from(self.running).unwrap_or(0),
            storage_bytes: u64::try_from(self.storage).unwrap_or(0),
            runtime_ms: self.runtime_ms.get(&month).copied().unwrap_or(0),
            quotas: self.quotas.unwrap_or_default(),
        }
    }

    /// Counts what a write changes, where the quotas allow it.
    pub(super) fn count(&mut self, change: &Change) -> Result<(), Written> {
        if let Some(exceeded) = self.usage(change.month).refuses(change.need) {
            return Err(Written::OverQuota(exceeded));
        }
        if change.is_none() {
            return Ok(());
        }
        self.writes += 1;
        self.queued += change.queued_jobs;
        self.running += change.running_jobs;
        self.storage = self.storage.saturating_add_unsigned(change.storage_bytes);
        *self.runtime_ms.entry(change.month).or_default() += change.runtime_ms;
        Ok(())
    }
}
