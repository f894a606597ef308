//! The versions of uploaded files.

use std::path::Path;

use async_trait::async_trait;

use super::Page;
use crate::error::StoreError;
use crate::files::file::{FileInfo, FileKey, FileVersion};
use crate::files::origin::Origin;
use crate::files::versions::StoredVersion;

/// Result of a conditional replacement of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub enum Replaced {
    /// The file has the new content, by this call or by an earlier one whose response was lost.
    Done,
    /// The file has another content than the expected one, or was deleted: nothing was changed.
    Changed,
}

/// Replaces a file on a condition.
#[async_trait]
pub trait ReplaceFile: Send + Sync {
    /// Stores a local file in place of the content `expected`, as a new version that `by` made. The file has either the
    /// old content or the new one at any time, and as a whole.
    async fn replace_file(
        &self,
        key: &FileKey,
        expected: &FileInfo,
        by: &Origin,
        media_type: &str,
        from: &Path,
    ) -> Result<Replaced, StoreError>;
}

/// Lists the versions of files.
#[async_trait]
pub trait ListVersions: Send + Sync {
    /// At most `limit` stored versions of a file after the place that `after` names, newest first. After a place that
    /// no page named follows nothing.
    async fn list_versions(
        &self,
        key: &FileKey,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Page<StoredVersion>, StoreError>;
}

/// Restores versions of files.
#[async_trait]
pub trait RestoreVersion: Send + Sync {
    /// Metadata of a version of a file, if it is stored.
    async fn version_info(
        &self,
        key: &FileKey,
        version: &FileVersion,
    ) -> Result<Option<FileInfo>, StoreError>;

    /// Makes a copy of a version the newest one, in place of the content `expected`. The version is stored; if it is
    /// removed meanwhile, the operation fails.
    async fn restore_version(
        &self,
        key: &FileKey,
        version: &FileVersion,
        expected: &FileInfo,
        by: &Origin,
    ) -> Result<Replaced, StoreError>;
}
