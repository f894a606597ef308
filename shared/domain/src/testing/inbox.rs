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
    pub fn put_inbox_object(&self, key: &InboxKey, bytes: Bytes) {
        self.lock().inbox.insert(inbox_place(key), bytes);
    }

    /// The report on an inbox object that could not be processed.
    pub fn report(&self, key: &InboxKey) -> Option<String> {
        self.lock().reports.get(&inbox_place(key)).cloned()
    }
}

fn inbox_place(key: &InboxKey) -> (String, String) {
    (key.instance.to_string(), key.name.to_string())
}

#[async_trait]
impl Inbox for Memory {
    async fn inbox_info(&self, key: &InboxKey) -> Result<Option<FileInfo>, StoreError> {
        Ok(self.lock().inbox.get(&inbox_place(key)).map(info))
    }

    async fn get_inbox_object(
        &self,
        key: &InboxKey,
        limit: u64,
    ) -> Result<Option<Result<Bytes, FileInfo>>, StoreError> {
        Ok(self.lock().inbox.get(&inbox_place(key)).map(|bytes| within(limit, bytes)))
    }

    async fn adopt(&self, key: &InboxKey, to: &FileKey) -> Result<(), StoreError> {
        let bytes = self.lock().inbox.get(&inbox_place(key)).cloned();
        let bytes = bytes.ok_or_else(|| StoreError::permanent("adopt", "the inbox object was deleted"))?;
        self.put_file(to, "application/octet-stream", bytes).await
    }

    async fn remove_inbox_object(&self, key: &InboxKey, _: Option<&str>) -> Result<(), StoreError> {
        self.lock().inbox.remove(&inbox_place(key));
        Ok(())
    }

    async fn reject(&self, key: &InboxKey, report: &str) -> Result<(), StoreError> {
        self.lock().reports.insert(inbox_place(key), report.to_owned());
        Ok(())
    }
}
