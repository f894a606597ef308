//! Instances, their keys and their usage, in memory.

use std::collections::HashSet;

use async_trait::async_trait;

use super::Memory;
use crate::error::StoreError;
use crate::files::file::FileName;
use crate::ids::{ExecutionNumber, InstanceId, JobUuid};
use crate::ports::{
    ChargeStorage, Counted, CreateInstance, GetInstance, GetKey, GetUsage, InstanceWritten, ListInstances,
    MeasureFiles, Page, PurgeFiles, PutKey, RemoveKey, ReplaceInstance, SetUsage, Stored,
};
use crate::tenancy::instance::Instance;
use crate::tenancy::key::{KeyLookup, KeyRecord};
use crate::tenancy::usage::{Month, Quotas, Usage};

impl Memory {
    /// Sets what an instance may use.
    pub fn set_quotas(&self, instance: &InstanceId, quotas: Quotas) {
        self.lock().usage.entry(instance.to_string()).or_default().quotas = Some(quotas);
    }

    fn put_instance(&self, instance: &Instance) {
        self.set_quotas(&instance.id, instance.allowed());
        self.lock().instances.insert(instance.id.to_string(), instance.clone());
    }
}

#[async_trait]
impl GetInstance for Memory {
    async fn get_instance(&self, id: &InstanceId) -> Result<Option<Instance>, StoreError> {
        Ok(self.lock().instances.get(id.as_str()).cloned())
    }
}

#[async_trait]
impl ListInstances for Memory {
    async fn list_instances(&self, after: Option<&str>, limit: usize) -> Result<Page<Instance>, StoreError> {
        let place = |instance: &Instance| format!("{:020} {}", instance.created_at.0, instance.id);
        let mut items: Vec<Instance> = self.lock().instances.values().cloned().collect();
        items.sort_by_key(place);
        items.retain(|instance| after.is_none_or(|after| place(instance).as_str() > after));
        let more = items.len() > limit;
        items.truncate(limit);
        let next = items.last().filter(|_| more).map(place);
        Ok(Page { items, next })
    }
}

#[async_trait]
impl CreateInstance for Memory {
    async fn create_instance(&self, instance: &Instance) -> Result<InstanceWritten, StoreError> {
        match self.get_instance(&instance.id).await? {
            Some(held) if held != *instance => Ok(InstanceWritten::Conflict(Some(Box::new(held)))),
            _ => {
                self.put_instance(instance);
                Ok(InstanceWritten::Done)
            }
        }
    }
}

#[async_trait]
impl ReplaceInstance for Memory {
    async fn replace_instance(
        &self,
        before: &Instance,
        after: &Instance,
    ) -> Result<InstanceWritten, StoreError> {
        match self.get_instance(&after.id).await? {
            Some(held) if held == *after => Ok(InstanceWritten::Done),
            Some(held) if held.version == before.version => {
                self.put_instance(after);
                Ok(InstanceWritten::Done)
            }
            held => Ok(InstanceWritten::Conflict(held.map(Box::new))),
        }
    }
}

#[async_trait]
impl GetKey for Memory {
    async fn get_key(&self, lookup: &KeyLookup) -> Result<Option<KeyRecord>, StoreError> {
        Ok(self.lock().keys.get(&lookup.0).cloned())
    }
}

#[async_trait]
impl PutKey for Memory {
    async fn put_key(&self, record: &KeyRecord) -> Result<(), StoreError> {
        self.lock().keys.insert(record.lookup.0.clone(), record.clone());
        Ok(())
    }
}

#[async_trait]
impl RemoveKey for Memory {
    async fn remove_key(&self, lookup: &KeyLookup) -> Result<(), StoreError> {
        self.lock().keys.remove(&lookup.0);
        Ok(())
    }
}

#[async_trait]
impl GetUsage for Memory {
    async fn get_usage(&self, instance: &InstanceId, month: Month) -> Result<Usage, StoreError> {
        let state = self.lock();
        Ok(state.usage.get(instance.as_str()).map_or_else(Usage::default, |counters| counters.usage(month)))
    }
}

#[async_trait]
impl ChargeStorage for Memory {
    async fn charge_storage(&self, instance: &InstanceId, bytes: i64) -> Result<Stored, StoreError> {
        let mut state = self.lock();
        let counters = state.usage.entry(instance.to_string()).or_default();
        counters.storage = counters.storage.saturating_add(bytes);
        counters.writes += 1;
        let limit = counters.quotas.unwrap_or_default().storage_bytes;
        Ok(Stored { bytes: u64::try_from(counters.storage).unwrap_or(0), limit })
    }
}

#[async_trait]
impl SetUsage for Memory {
    async fn usage_writes(&self, instance: &InstanceId) -> Result<u64, StoreError> {
        Ok(self.lock().usage.get(instance.as_str()).map_or(0, |counters| counters.writes))
    }

    async fn set_usage(
        &self,
        instance: &InstanceId,
        counted: &Counted,
        writes: u64,
    ) -> Result<bool, StoreError> {
        let mut state = self.lock();
        let counters = state.usage.entry(instance.to_string()).or_default();
        if counters.writes != writes {
            return Ok(false);
        }
        let signed = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
        counters.queued = signed(counted.queued_jobs);
        counters.running = signed(counted.running_jobs);
        counters.storage = signed(counted.storage_bytes);
        counters.writes += 1;
        Ok(true)
    }
}

#[async_trait]
impl MeasureFiles for Memory {
    async fn measure_files(
        &self,
        instance: &InstanceId,
        under_way: &HashSet<(JobUuid, ExecutionNumber)>,
        _: Option<&str>,
    ) -> Result<(u64, Option<String>), StoreError> {
        let state = self.lock();
        let charged = |name: &str| match FileName::parse(name) {
            Ok(FileName::Result(result)) => !under_way.contains(&(result.job, result.execution)),
            Ok(_) => true,
            // No id names a log.
            Err(_) => false,
        };
        let own = state.files.iter().filter(|((owner, name), _)| owner == instance.as_str() && charged(name));
        Ok((own.map(|(_, (_, bytes, _))| bytes.len() as u64).sum(), None))
    }
}

#[async_trait]
impl PurgeFiles for Memory {
    async fn purge_files(&self, instance: &InstanceId) -> Result<usize, StoreError> {
        let mut state = self.lock();
        let before = state.files.len() + state.staged.len();
        state.files.retain(|(owner, _), _| owner != instance.as_str());
        state.staged.retain(|(owner, ..), _| owner != instance.as_str());
        Ok(before - state.files.len() - state.staged.len())
    }
}
