//! Inbox objects in memory.

use async_trait::async_trait;
use bytes::Bytes;

use super::Memory;
use super::files::{info, within};
use crate::error::StoreError;
use crate::files::file::{FileInfo, FileKey};
use crate::ports::{Inbox, InboxKey, PutFile};

impl Memory {
    /// Puts an object into the inbox, as a user would.
    pub fn put_inbox_object(&self, drop: &InboxKey, bytes: Bytes) {
        self.lock().dropped.insert(inbox_place(drop), bytes);
    }

    /// The report on an inbox object that could not be processed.
    pub fn report(&self, drop: &InboxKey) -> Option<String> {
        self.lock().reports.get(&inbox_place(drop)).cloned()
    }
}

fn inbox_place(drop: &InboxKey) -> (String, String) {
    (drop.instance.to_string(), drop.name.to_string())
}

#[async_trait]
impl Inbox for Memory {
    async fn inbox_info(&self, drop: &InboxKey) -> Result<Option<FileInfo>, StoreError> {
        Ok(self.lock().dropped.get(&inbox_place(drop)).map(info))
    }

    async fn get_inbox_object(
        &self,
        drop: &InboxKey,
        limit: u64,
    ) -> Result<Option<Result<Bytes, FileInfo>>, StoreError> {
        Ok(self.lock().dropped.get(&inbox_place(drop)).map(|bytes| within(limit, bytes)))
    }

    async fn adopt(&self, drop: &InboxKey, to: &FileKey) -> Result<(), StoreError> {
        let bytes = self.lock().dropped.get(&inbox_place(drop)).cloned();
        let bytes = bytes.ok_or_else(|| StoreError::permanent("adopt", "the inbox object was deleted"))?;
        self.put_file(to, "application/octet-stream", bytes).await
    }

    async fn remove_inbox_object(&self, drop: &InboxKey, _: Option<&str>) -> Result<(), StoreError> {
        self.lock().dropped.remove(&inbox_place(drop));
        Ok(())
    }

    async fn reject(&self, drop: &InboxKey, report: &str) -> Result<(), StoreError> {
        self.lock().reports.insert(inbox_place(drop), report.to_owned());
        Ok(())
    }
}
