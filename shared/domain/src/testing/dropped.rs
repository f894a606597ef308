//! Objects that were dropped without the API, in memory.

use async_trait::async_trait;
use bytes::Bytes;

use super::Memory;
use super::files::{info, within};
use crate::error::StoreError;
use crate::files::file::{FileInfo, FileKey};
use crate::ports::{DropBox, DroppedKey, PutFile};

impl Memory {
    /// Drops an object, as somebody would into the bucket.
    pub fn drop_object(&self, drop: &DroppedKey, bytes: Bytes) {
        self.lock().dropped.insert(drop_place(drop), bytes);
    }

    /// The report on a dropped object that could not be taken.
    pub fn report(&self, drop: &DroppedKey) -> Option<String> {
        self.lock().reports.get(&drop_place(drop)).cloned()
    }
}

fn drop_place(drop: &DroppedKey) -> (String, String) {
    (drop.instance.to_string(), drop.name.to_string())
}

#[async_trait]
impl DropBox for Memory {
    async fn dropped_info(&self, drop: &DroppedKey) -> Result<Option<FileInfo>, StoreError> {
        Ok(self.lock().dropped.get(&drop_place(drop)).map(info))
    }

    async fn get_dropped(
        &self,
        drop: &DroppedKey,
        limit: u64,
    ) -> Result<Option<Result<Bytes, FileInfo>>, StoreError> {
        Ok(self.lock().dropped.get(&drop_place(drop)).map(|bytes| within(limit, bytes)))
    }

    async fn adopt(&self, drop: &DroppedKey, to: &FileKey) -> Result<(), StoreError> {
        let bytes = self.lock().dropped.get(&drop_place(drop)).cloned();
        let bytes = bytes.ok_or_else(|| StoreError::permanent("adopt", "the dropped object is gone"))?;
        self.put_file(to, "application/octet-stream", bytes).await
    }

    async fn remove_dropped(&self, drop: &DroppedKey, _: Option<&str>) -> Result<(), StoreError> {
        self.lock().dropped.remove(&drop_place(drop));
        Ok(())
    }

    async fn reject(&self, drop: &DroppedKey, report: &str) -> Result<(), StoreError> {
        self.lock().reports.insert(drop_place(drop), report.to_owned());
        Ok(())
    }
}
