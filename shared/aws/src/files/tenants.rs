//! All files of an instance together: measured, and removed.

use std::collections::HashSet;

use async_trait::async_trait;
use futures::{StreamExt, TryStreamExt};
use satsuma_domain::ids::JobUuid;
use satsuma_domain::ports::{MeasureFiles, PurgeFiles};
use satsuma_domain::{ExecutionNumber, InstanceId, StoreError};

use super::{Files, keys};
use crate::fault::fault;

/// How many objects are removed at a time.
const AT_ONCE: usize = 16;

#[async_trait]
impl MeasureFiles for Files {
    async fn measure_files(
        &self,
        instance: &InstanceId,
        under_way: &HashSet<(JobUuid, ExecutionNumber)>,
        after: Option<&str>,
    ) -> Result<(u64, Option<String>), StoreError> {
        let (objects, next) = self.some_of(&keys::of_instance(instance), after).await?;
        let passed_over =
            |key: &str| keys::execution_of(instance, key).is_some_and(|made_by| under_way.contains(&made_by));
        let charged = objects.iter().filter(|(key, _)| !keys::is_log(key) && !passed_over(key));
        let bytes = charged.fold(0_u64, |sum, (_, bytes)| sum.saturating_add(*bytes));
        Ok((bytes, next))
    }
}

#[async_trait]
impl PurgeFiles for Files {
    async fn purge_files(&self, instance: &InstanceId) -> Result<usize, StoreError> {
        for prefix in [keys::of_instance(instance), keys::staged_of_instance(instance)] {
            let (objects, _) = self.some_of(&prefix, None).await?;
            if objects.is_empty() {
                continue;
            }
            let count = objects.len();
            let deleted = objects.into_iter().map(|(key, _)| async move {
                let deleted = self.client.delete_object().bucket(&self.bucket).key(key).send().await;
                deleted.map(drop).map_err(|error| fault("remove an instance's files", &error))
            });
            futures::stream::iter(deleted).buffer_unordered(AT_ONCE).try_collect::<()>().await?;
            return Ok(count);
        }
        Ok(0)
    }
}

impl Files {
    /// One page of objects with their sizes, and the position of the next page.
    async fn some_of(
        &self,
        prefix: &str,
        after: Option<&str>,
    ) -> Result<(Vec<(String, u64)>, Option<String>), StoreError> {
        let listed = self
            .client
            .list_objects_v2()
            .bucket(&self.bucket)
            .prefix(prefix)
            .set_start_after(after.map(str::to_owned))
            .send()
            .await
            .map_err(|error| fault("list an instance's files", &error))?;
        let objects: Vec<(String, u64)> = listed
            .contents
            .unwrap_or_default()
            .into_iter()
            .filter_map(|object| Some((object.key?, u64::try_from(object.size.unwrap_or(0)).unwrap_or(0))))
            .collect();
        let more = listed.is_truncated.unwrap_or_default();
        let next = objects.last().filter(|_| more).map(|(key, _)| key.clone());
        Ok((objects, next))
    }
}
