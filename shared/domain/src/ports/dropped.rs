//! Files that were dropped into the store without the API.

use async_trait::async_trait;
use bytes::Bytes;

use crate::error::StoreError;
use crate::files::file::{FileInfo, FileKey};
use crate::ids::{FileId, InstanceId};

/// The place where files are dropped without the API: an object under the uploads prefix.
#[async_trait]
pub trait DropBox: Send + Sync {
    /// What is known of a dropped object, if it is still there.
    async fn dropped_info(&self, drop: &DroppedKey) -> Result<Option<FileInfo>, StoreError>;

    /// The bytes of a dropped object, if it is still there and has at most `limit` bytes;
    /// `Err(info)` for a larger one.
    async fn get_dropped(
        &self,
        drop: &DroppedKey,
        limit: u64,
    ) -> Result<Option<Result<Bytes, FileInfo>>, StoreError>;

    /// Makes a dropped object an uploaded file, without carrying its bytes through here.
    async fn adopt(&self, drop: &DroppedKey, to: &FileKey) -> Result<(), StoreError>;

    /// Leaves a report beside a dropped object that cannot be taken.
    async fn reject(&self, drop: &DroppedKey, report: &str) -> Result<(), StoreError>;

    /// Deletes a dropped object for good: this version of it, where the store keeps several. One that is
    /// gone is deleted.
    async fn remove_dropped(&self, drop: &DroppedKey, version: Option<&str>) -> Result<(), StoreError>;
}

/// A dropped object: whose, and under which name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DroppedKey {
    /// The owner, by the folder that it was dropped into.
    pub instance: InstanceId,
    /// The rest of its name.
    pub name: FileId,
}
