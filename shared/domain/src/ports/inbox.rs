//! Files that users put into the bucket without the API.

use async_trait::async_trait;
use bytes::Bytes;

use crate::error::StoreError;
use crate::files::file::{FileInfo, FileKey};
use crate::ids::{FileId, InstanceId};

/// The inbox: objects under the uploads prefix that users put there without the API.
#[async_trait]
pub trait Inbox: Send + Sync {
    /// Metadata of an inbox object, if it is still there.
    async fn inbox_info(&self, key: &InboxKey) -> Result<Option<FileInfo>, StoreError>;

    /// The bytes of an inbox object, if it is still there and has at most `limit` bytes; `Err(info)` for a
    /// larger one.
    async fn get_inbox_object(
        &self,
        key: &InboxKey,
        limit: u64,
    ) -> Result<Option<Result<Bytes, FileInfo>>, StoreError>;

    /// Makes an inbox object an uploaded file, without reading its bytes.
    async fn adopt(&self, key: &InboxKey, to: &FileKey) -> Result<(), StoreError>;

    /// Stores a report beside an inbox object that cannot be processed.
    async fn reject(&self, key: &InboxKey, report: &str) -> Result<(), StoreError>;

    /// Deletes an inbox object for good: this version of it, if the store keeps several. Deleting a missing
    /// object succeeds.
    async fn remove_inbox_object(&self, key: &InboxKey, version: Option<&str>) -> Result<(), StoreError>;
}

/// The key of an inbox object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InboxKey {
    /// The owner, by the name of the folder.
    pub instance: InstanceId,
    /// The rest of its name.
    pub name: FileId,
}
