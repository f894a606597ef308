//! Uploaded files and results, in memory.

use std::path::Path;

use async_trait::async_trait;
use bytes::Bytes;

use super::Memory;
use crate::error::StoreError;
use crate::files::file::{FileInfo, FileKey, FileName, FileVersion};
use crate::files::origin::Origin;
use crate::ids::{FileId, InstanceId};
use crate::ports::{GetFile, LinkFile, ListFiles, Page, PutFile, RemoveFile, WRITE_COPY};

pub(super) fn file_place(key: &FileKey) -> (String, String) {
    (key.instance.to_string(), key.name.id())
}

/// Metadata of an object.
pub(super) fn info(bytes: &Bytes) -> FileInfo {
    FileInfo {
        bytes: bytes.len() as u64,
        version: FileVersion("not a file yet".into()),
        tag: String::new(),
        media_type: String::new(),
        by: Box::default(),
    }
}

/// The bytes of an object that is no file yet, unless there are more than `limit`.
pub(super) fn within(limit: u64, bytes: &Bytes) -> Result<Bytes, FileInfo> {
    let info = info(bytes);
    if info.bytes > limit { Err(info) } else { Ok(bytes.clone()) }
}

#[async_trait]
impl GetFile for Memory {
    async fn file_info(&self, key: &FileKey) -> Result<Option<FileInfo>, StoreError> {
        let version = self.lock().files.get(&file_place(key)).map(|(.., version)| version.to_string());
        Ok(version.and_then(|version| self.kept(key, &version)).map(|kept| kept.info()))
    }

    async fn get_file(
        &self,
        key: &FileKey,
        limit: u64,
    ) -> Result<Option<Result<Bytes, FileInfo>>, StoreError> {
        let Some(info) = self.file_info(key).await? else { return Ok(None) };
        if info.bytes > limit {
            return Ok(Some(Err(info)));
        }
        Ok(self.lock().files.get(&file_place(key)).map(|(_, bytes, _)| Ok(bytes.clone())))
    }

    async fn download(&self, key: &FileKey, to: &Path) -> Result<Option<FileInfo>, StoreError> {
        let Some(info) = self.file_info(key).await? else { return Ok(None) };
        let bytes = self.lock().files.get(&file_place(key)).map(|(_, bytes, _)| bytes.clone());
        let written = tokio::fs::write(to, bytes.unwrap_or_default()).await;
        written.map_err(|fault| StoreError::permanent(WRITE_COPY, fault.to_string()))?;
        Ok(Some(info))
    }
}

#[async_trait]
impl LinkFile for Memory {
    async fn link_to(&self, key: &FileKey, save_as: &str) -> Result<String, StoreError> {
        Ok(format!("https://store.example/{}/{}?save-as={save_as}", key.instance, key.name.id()))
    }
}

#[async_trait]
impl ListFiles for Memory {
    async fn list_files(
        &self,
        instance: &InstanceId,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Page<FileId>, StoreError> {
        if after.is_some_and(|after| FileId::new(after).is_err()) {
            return Ok(Page { items: Vec::new(), next: None });
        }
        let state = self.lock();
        let mut items: Vec<FileId> = state
            .files
            .keys()
            .filter(|(owner, id)| {
                *owner == instance.as_str() && after.is_none_or(|after| id.as_str() > after)
            })
            .filter_map(|(_, id)| match FileName::parse(id) {
                Ok(FileName::Upload(id)) => Some(id),
                _ => None,
            })
            .collect();
        let more = items.len() > limit;
        items.truncate(limit);
        let next = items.last().filter(|_| more).map(ToString::to_string);
        Ok(Page { items, next })
    }

    async fn list_results(
        &self,
        instance: &InstanceId,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Page<String>, StoreError> {
        let is_result = |id: &str| matches!(FileName::parse(id), Ok(FileName::Result(_)));
        if after.is_some_and(|after| !is_result(after)) {
            return Ok(Page { items: Vec::new(), next: None });
        }
        let state = self.lock();
        let of_instance = state.files.keys().filter(|(owner, _)| *owner == instance.as_str());
        let results = of_instance.map(|(_, id)| id).filter(|id| is_result(id));
        let mut items: Vec<String> =
            results.filter(|id| after.is_none_or(|after| id.as_str() > after)).cloned().collect();
        let more = items.len() > limit;
        items.truncate(limit);
        let next = items.last().filter(|_| more).cloned();
        Ok(Page { items, next })
    }
}

#[async_trait]
impl PutFile for Memory {
    async fn put_file(&self, key: &FileKey, media_type: &str, bytes: Bytes) -> Result<(), StoreError> {
        let _ = self.store(key, media_type, bytes, Origin::Upload, None);
        Ok(())
    }

    async fn upload(&self, key: &FileKey, media_type: &str, from: &Path) -> Result<(), StoreError> {
        let read = tokio::fs::read(from).await;
        let bytes = read.map_err(|fault| StoreError::permanent("read a result", fault.to_string()))?;
        self.put_file(key, media_type, bytes.into()).await
    }
}

#[async_trait]
impl RemoveFile for Memory {
    async fn remove_file(&self, key: &FileKey) -> Result<bool, StoreError> {
        let mut state = self.lock();
        state.marks.remove(&file_place(key));
        Ok(state.files.remove(&file_place(key)).is_some())
    }
}
