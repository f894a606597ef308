//! Lists uploaded files.

use async_trait::async_trait;
use satsuma_domain::file::{FileKey, FileName};
use satsuma_domain::ports::{ListFiles, Page};
use satsuma_domain::{FileId, InstanceId, StoreError};

use super::{Files, keys};
use crate::fault::fault;

/// Most ids of one page, for any request: one response of S3 lists so many keys.
const MAX_PAGE: usize = 1000;

#[async_trait]
impl ListFiles for Files {
    async fn list_files(
        &self,
        instance: &InstanceId,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Page<FileId>, StoreError> {
        let Ok(after) = after.map(FileId::new).transpose() else {
            return Ok(Page { items: Vec::new(), next: None });
        };
        let prefix = keys::uploads(instance);
        let mut start = after.map(|after| keys::upload(instance, &after));
        // A page may contain only objects of other origin; the list continues after it.
        loop {
            let (objects, more) = self.list_objects(&prefix, start, limit).await?;
            let ids = objects
                .iter()
                .filter_map(|key| FileId::new(keys::decode_id(key.strip_prefix(&prefix)?)?).ok());
            let items: Vec<FileId> = ids.collect();
            if !more || !items.is_empty() {
                let next = items.last().filter(|_| more).map(ToString::to_string);
                return Ok(Page { items, next });
            }
            start = objects.into_iter().last();
        }
    }

    async fn list_results(
        &self,
        instance: &InstanceId,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Page<String>, StoreError> {
        let mut start = match after.map(FileName::parse).transpose() {
            Ok(None) => None,
            Ok(Some(name @ FileName::Result(_))) => {
                Some(keys::file(&FileKey { instance: instance.clone(), name }))
            }
            _ => return Ok(Page { items: Vec::new(), next: None }),
        };
        let prefix = keys::results(instance);
        // A page may contain only logs; the list continues after it.
        loop {
            let (objects, more) = self.list_objects(&prefix, start, limit).await?;
            let results = objects.iter().filter_map(|key| keys::result_of(instance, key));
            let items: Vec<String> = results.map(|result| FileName::Result(result).id()).collect();
            if !more || !items.is_empty() {
                let next = items.last().filter(|_| more).cloned();
                return Ok(Page { items, next });
            }
            start = objects.into_iter().last();
        }
    }
}

impl Files {
    /// At most `limit` keys after `start`, and whether there are more.
    async fn list_objects(
        &self,
        prefix: &str,
        start: Option<String>,
        limit: usize,
    ) -> Result<(Vec<String>, bool), StoreError> {
        let listed = self
            .client
            .list_objects_v2()
            .bucket(&self.bucket)
            .prefix(prefix)
            .max_keys(i32::try_from(limit.clamp(1, MAX_PAGE)).unwrap_or(1))
            .set_start_after(start)
            .send()
            .await
            .map_err(|error| fault("list files", &error))?;
        let keys: Vec<String> =
            listed.contents.unwrap_or_default().into_iter().filter_map(|o| o.key).collect();
        let more = listed.is_truncated.unwrap_or_default() && !keys.is_empty();
        Ok((keys, more))
    }
}
