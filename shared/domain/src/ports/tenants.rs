//! Instances, their keys and their usage.

use std::collections::HashSet;

use async_trait::async_trait;

use super::Page;
use crate::error::StoreError;
use crate::ids::{ExecutionNumber, InstanceId, JobUuid};
use crate::tenancy::instance::Instance;
use crate::tenancy::key::{KeyLookup, KeyRecord};
use crate::tenancy::usage::{Month, Usage};

/// Reads instances.
#[async_trait]
pub trait GetInstance: Send + Sync {
    /// The instance's record, always its newest state. An instance whose keys were issued before instances
    /// had records has none.
    async fn get_instance(&self, id: &InstanceId) -> Result<Option<Instance>, StoreError>;
}

/// Lists instances; the list may lag behind them.
#[async_trait]
pub trait ListInstances: Send + Sync {
    /// At most `limit` instances after the place that `after` names, oldest first; those that are
    /// deprovisioned, too.
    async fn list_instances(&self, after: Option<&str>, limit: usize) -> Result<Page<Instance>, StoreError>;
}

/// Result of a conditional write of an instance.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub enum InstanceWritten {
    /// The store now holds what was meant.
    Done,
    /// Another writer was faster; this is the stored instance.
    Conflict(Option<Box<Instance>>),
}

/// Stores an instance that had no record.
#[async_trait]
pub trait CreateInstance: Send + Sync {
    /// Stores it, and with it what it may use.
    async fn create_instance(&self, instance: &Instance) -> Result<InstanceWritten, StoreError>;
}

/// Stores an instance's next state.
#[async_trait]
pub trait ReplaceInstance: Send + Sync {
    /// Stores `after` where the store holds `before` (its version), and with it what the instance may
    /// use from then on. Done, too, where the store holds `after` already.
    async fn replace_instance(
        &self,
        before: &Instance,
        after: &Instance,
    ) -> Result<InstanceWritten, StoreError>;
}

/// Finds access keys.
#[async_trait]
pub trait GetKey: Send + Sync {
    /// The record of a key, if it was issued.
    async fn get_key(&self, lookup: &KeyLookup) -> Result<Option<KeyRecord>, StoreError>;
}

/// Issues access keys.
#[async_trait]
pub trait PutKey: Send + Sync {
    /// Stores the record of a key.
    async fn put_key(&self, record: &KeyRecord) -> Result<(), StoreError>;
}

/// Forgets access keys.
#[async_trait]
pub trait RemoveKey: Send + Sync {
    /// Removes the record of a key, if there is one.
    async fn remove_key(&self, lookup: &KeyLookup) -> Result<(), StoreError>;
}

/// Reads what an instance uses.
#[async_trait]
pub trait GetUsage: Send + Sync {
    /// The newest counters, with the running time of that month. An instance that was never written has no
    /// usage and the default quotas ([`Quotas::default`](crate::tenancy::usage::Quotas)).
    async fn get_usage(&self, instance: &InstanceId, month: Month) -> Result<Usage, StoreError>;
}

/// Counts stored bytes.
#[async_trait]
pub trait ChargeStorage: Send + Sync {
    /// Changes the stored bytes of an instance; returns the new count and the limit.
    async fn charge_storage(&self, instance: &InstanceId, bytes: i64) -> Result<Stored, StoreError>;
}

/// How many bytes an instance has stored, and may.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stored {
    /// It has.
    pub bytes: u64,
    /// It may.
    pub limit: u64,
}

/// Recounted usage.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counted {
    /// Jobs that wait.
    pub queued_jobs: u64,
    /// Jobs that run.
    pub running_jobs: u64,
    /// Bytes of files and results.
    pub storage_bytes: u64,
}

/// Puts the counts of an instance right.
#[async_trait]
pub trait SetUsage: Send + Sync {
    /// How often the counts were written.
    async fn usage_writes(&self, instance: &InstanceId) -> Result<u64, StoreError>;

    /// Stores counters, except the running time. Returns false, and stores nothing, if there were other
    /// writes since the count of `writes`.
    async fn set_usage(
        &self,
        instance: &InstanceId,
        counted: &Counted,
        writes: u64,
    ) -> Result<bool, StoreError>;
}

/// Measures all files of an instance, results included and logs excluded: logs are not charged.
#[async_trait]
pub trait MeasureFiles: Send + Sync {
    /// The bytes of one page of files, and the position of the next page. Results of executions that are
    /// `under_way` are left out: they are charged when those end.
    async fn measure_files(
        &self,
        instance: &InstanceId,
        under_way: &HashSet<(JobUuid, ExecutionNumber)>,
        after: Option<&str>,
    ) -> Result<(u64, Option<String>), StoreError>;
}

/// Removes all files of an instance.
#[async_trait]
pub trait PurgeFiles: Send + Sync {
    /// Removes some files, results and uploads in progress, and returns their number; 0 if none are left.
    async fn purge_files(&self, instance: &InstanceId) -> Result<usize, StoreError>;
}
