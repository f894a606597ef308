//! Versions of files, in memory.

use std::path::Path;

use async_trait::async_trait;
use bytes::Bytes;

use super::Memory;
use super::files::file_place;
use crate::error::StoreError;
use crate::files::file::{FileInfo, FileKey, FileVersion};
use crate::files::origin::Origin;
use crate::files::versions::StoredVersion;
use crate::ports::{GetFile, ListVersions, Page, ReplaceFile, Replaced, RestoreVersion};
use crate::time::Timestamp;

/// A version of a file.
#[derive(Debug, Clone)]
pub(super) struct Kept {
    pub(super) media_type: String,
    pub(super) bytes: Bytes,
    pub(super) version: u64,
    pub(super) by: Origin,
}

impl Kept {
    pub(super) fn info(&self) -> FileInfo {
        FileInfo {
            bytes: self.bytes.len() as u64,
            version: FileVersion(self.version.to_string()),
            tag: self.version.to_string(),
            media_type: self.media_type.clone(),
            by: Box::new(self.by.clone()),
        }
    }
}

impl Memory {
    /// Stores a new version of a file; on a condition, of its tag.
    pub(super) fn store(
        &self,
        key: &FileKey,
        media_type: &str,
        bytes: Bytes,
        by: Origin,
        expected: Option<&str>,
    ) -> Replaced {
        let mut state = self.lock();
        let place = file_place(key);
        let present = state.files.get(&place).map(|(.., version)| version.to_string());
        if expected.is_some_and(|expected| present.as_deref() != Some(expected)) {
            // The response to the same write may have been lost.
            let versions = state.versions.get(&place).map_or(&[][..], Vec::as_slice);
            let is_own = versions.last().is_some_and(|kept| kept.by == by) && by != Origin::Upload;
            return if is_own && present.is_some() { Replaced::Done } else { Replaced::Changed };
        }
        state.writes += 1;
        let version = state.writes;
        state.marks.remove(&place);
        state.files.insert(place.clone(), (media_type.to_owned(), bytes.clone(), version));
        let media_type = media_type.to_owned();
        state.versions.entry(place).or_default().push(Kept { media_type, bytes, version, by });
        Replaced::Done
    }

    pub(super) fn kept(&self, key: &FileKey, version: &str) -> Option<Kept> {
        let state = self.lock();
        let versions = state.versions.get(&file_place(key))?;
        versions.iter().find(|kept| kept.version.to_string() == version).cloned()
    }
}

#[async_trait]
impl ReplaceFile for Memory {
    async fn replace_file(
        &self,
        key: &FileKey,
        expected: &FileInfo,
        by: &Origin,
        media_type: &str,
        from: &Path,
    ) -> Result<Replaced, StoreError> {
        let read = tokio::fs::read(from).await;
        let bytes = read.map_err(|fault| StoreError::permanent("read a new stream", fault.to_string()))?;
        Ok(self.store(key, media_type, bytes.into(), by.clone(), Some(&expected.tag)))
    }
}

#[async_trait]
impl ListVersions for Memory {
    async fn list_versions(
        &self,
        key: &FileKey,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Page<StoredVersion>, StoreError> {
        let current = self.file_info(key).await?;
        let state = self.lock();
        let versions = state.versions.get(&file_place(key)).map_or(&[][..], Vec::as_slice);
        let newest_first = versions.iter().rev().map(|kept| StoredVersion {
            version: FileVersion(kept.version.to_string()),
            bytes: kept.bytes.len() as u64,
            stored_at: Timestamp(i64::try_from(kept.version).unwrap_or(i64::MAX)),
            is_current: current.as_ref().is_some_and(|current| current.version.0 == kept.version.to_string()),
            by: kept.by.clone(),
        });
        let mut items: Vec<StoredVersion> = match after {
            None => newest_first.collect(),
            Some(after) => newest_first.skip_while(|entry| entry.version.0 != after).skip(1).collect(),
        };
        let more = items.len() > limit;
        items.truncate(limit);
        let next = items.last().filter(|_| more).map(|entry| entry.version.0.clone());
        Ok(Page { items, next })
    }
}

#[async_trait]
impl RestoreVersion for Memory {
    async fn version_info(
        &self,
        key: &FileKey,
        version: &FileVersion,
    ) -> Result<Option<FileInfo>, StoreError> {
        Ok(self.kept(key, &version.0).map(|kept| kept.info()))
    }

    async fn restore_version(
        &self,
        key: &FileKey,
        version: &FileVersion,
        expected: &FileInfo,
        by: &Origin,
    ) -> Result<Replaced, StoreError> {
        let kept = self.kept(key, &version.0);
        let kept = kept.ok_or_else(|| StoreError::permanent("restore a version", "it was removed"))?;
        Ok(self.store(key, &kept.media_type, kept.bytes, by.clone(), Some(&expected.tag)))
    }
}
