//! Uploads in parts, which callers send to the store themselves.

use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;

use crate::error::StoreError;
use crate::files::file::FileInfo;
use crate::files::uploads::{UploadTarget, UploadedPart};

/// Begins uploads whose parts callers send to the store themselves.
#[async_trait]
pub trait StartUpload: Send + Sync {
    /// Begins an upload; the store's own id of it. Nothing is seen of the file before it is complete.
    async fn begin_upload(&self, target: &UploadTarget) -> Result<String, StoreError>;

    /// A URL that accepts one part of exactly `bytes` bytes for the time `life`. Anyone who has it may use
    /// it.
    async fn link_part(
        &self,
        target: &UploadTarget,
        upload: &str,
        part: u32,
        bytes: u64,
        life: Duration,
    ) -> Result<String, StoreError>;
}

/// Knows which parts of an upload have arrived.
#[async_trait]
pub trait ListParts: Send + Sync {
    /// The parts in order; `None` if there is no such upload of this target (any more).
    async fn list_parts(
        &self,
        target: &UploadTarget,
        upload: &str,
    ) -> Result<Option<Vec<UploadedPart>>, StoreError>;
}

/// Completes uploads.
#[async_trait]
pub trait CompleteUpload: Send + Sync {
    /// Combines the parts to one object; false if there is no such upload (any more).
    async fn complete_upload(
        &self,
        target: &UploadTarget,
        upload: &str,
        parts: &[UploadedPart],
    ) -> Result<bool, StoreError>;

    /// Whether the file is what this very upload made.
    async fn is_complete(&self, target: &UploadTarget) -> Result<bool, StoreError>;
}

/// The staging area of uploads that must be checked before they become files.
#[async_trait]
pub trait Staging: Send + Sync {
    /// The bytes of a staged upload, if it is there and has at most `limit` bytes; `Err(info)` for a
    /// larger one.
    async fn get_staged(
        &self,
        target: &UploadTarget,
        limit: u64,
    ) -> Result<Option<Result<Bytes, FileInfo>>, StoreError>;

    /// Makes a staged upload the file, without carrying its bytes through here.
    async fn publish_staged(&self, target: &UploadTarget) -> Result<(), StoreError>;

    /// Removes a staged upload, if it is there.
    async fn remove_staged(&self, target: &UploadTarget) -> Result<(), StoreError>;
}
