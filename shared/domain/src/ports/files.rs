//! Uploaded files and results.

use std::path::Path;

use async_trait::async_trait;
use bytes::Bytes;

use super::Page;
use crate::error::StoreError;
use crate::files::file::{FileInfo, FileKey};
use crate::ids::{FileId, InstanceId};

/// Operation of a fault if the local copy of a download cannot be written: usually a full disk.
pub const WRITE_COPY: &str = "write a downloaded file";

/// Reads files.
#[async_trait]
pub trait GetFile: Send + Sync {
    /// Metadata of the file, if there is one.
    async fn file_info(&self, key: &FileKey) -> Result<Option<FileInfo>, StoreError>;

    /// The file's bytes, if there is one of at most `limit` bytes; `Err(info)` for a larger one.
    async fn get_file(
        &self,
        key: &FileKey,
        limit: u64,
    ) -> Result<Option<Result<Bytes, FileInfo>>, StoreError>;

    /// Copies the file to a local path, if there is one; returns the version that was copied.
    async fn download(&self, key: &FileKey, to: &Path) -> Result<Option<FileInfo>, StoreError>;
}

/// Lets callers fetch files without carrying their bytes through here.
#[async_trait]
pub trait LinkFile: Send + Sync {
    /// A URL from which anyone who has it can fetch the file, for a short time, under the name `save_as`.
    async fn link_to(&self, key: &FileKey, save_as: &str) -> Result<String, StoreError>;
}

/// Lists uploaded files.
#[async_trait]
pub trait ListFiles: Send + Sync {
    /// At most `limit` ids of an instance's uploads after the place that `after` names. Results are
    /// not listed. After a place that no page named follows nothing.
    async fn list_files(
        &self,
        instance: &InstanceId,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Page<FileId>, StoreError>;

    /// At most `limit` ids of an instance's results after the place that `after` names: those of deleted
    /// jobs, too, which no job leads to any more. Logs are not listed. After a place that no page named
    /// follows nothing.
    async fn list_results(
        &self,
        instance: &InstanceId,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Page<String>, StoreError>;
}

/// Writes files.
#[async_trait]
pub trait PutFile: Send + Sync {
    /// Stores bytes, replacing what was there.
    async fn put_file(&self, key: &FileKey, media_type: &str, bytes: Bytes) -> Result<(), StoreError>;

    /// Stores a local file, replacing what was there.
    async fn upload(&self, key: &FileKey, media_type: &str, from: &Path) -> Result<(), StoreError>;
}

/// Removes files.
#[async_trait]
pub trait RemoveFile: Send + Sync {
    /// Removes the file; true if there was one.
    async fn remove_file(&self, key: &FileKey) -> Result<bool, StoreError>;
}
