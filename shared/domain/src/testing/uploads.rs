//! Uploads in parts, in memory. A part's URL is its name here: [`Memory::put_part`] accepts it.

use std::collections::BTreeMap;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;

use super::Memory;
use super::files::{file_place, within};
use crate::error::StoreError;
use crate::files::file::FileInfo;
use crate::files::uploads::{UploadTarget, UploadedPart};
use crate::ports::{CompleteUpload, ListParts, PutFile, Staging, StartUpload};

/// Prefix of the URLs of parts.
const LINK: &str = "https://store.example/parts/";

/// An upload that was begun.
#[derive(Debug)]
pub(super) struct Begun {
    target: UploadTarget,
    parts: BTreeMap<u32, Bytes>,
}

impl Memory {
    /// Accepts a part, like the store behind its URL; true if it did.
    pub fn put_part(&self, url: &str, bytes: Bytes) -> bool {
        let mut words = url.strip_prefix(LINK).unwrap_or_default().split('/');
        let upload = words.next().unwrap_or_default();
        let mut number = || words.next().and_then(|word| word.parse::<u32>().ok());
        let (Some(part), Some(length)) = (number(), number()) else { return false };
        let mut state = self.lock();
        let Some(begun) = state.uploads.get_mut(upload) else { return false };
        let right = bytes.len() == length as usize;
        if right {
            begun.parts.insert(part, bytes);
        }
        right
    }

    /// Forgets every upload under way, as the bucket's lifecycle does after a day.
    pub fn give_uploads_up(&self) {
        self.lock().uploads.clear();
    }

    /// How many objects wait in the staging place.
    pub fn staged_objects(&self) -> usize {
        self.lock().staged.len()
    }
}

fn staged_place(target: &UploadTarget) -> (String, String, String) {
    let (instance, id) = file_place(&target.key);
    (instance, id, target.mark.clone())
}

#[async_trait]
impl StartUpload for Memory {
    async fn begin_upload(&self, target: &UploadTarget) -> Result<String, StoreError> {
        let mut state = self.lock();
        state.writes += 1;
        let upload = format!("upload-{}", state.writes);
        state.uploads.insert(upload.clone(), Begun { target: target.clone(), parts: BTreeMap::new() });
        Ok(upload)
    }

    async fn link_part(
        &self,
        _: &UploadTarget,
        upload: &str,
        part: u32,
        bytes: u64,
        _: Duration,
    ) -> Result<String, StoreError> {
        Ok(format!("{LINK}{upload}/{part}/{bytes}"))
    }
}

#[async_trait]
impl ListParts for Memory {
    async fn list_parts(
        &self,
        target: &UploadTarget,
        upload: &str,
    ) -> Result<Option<Vec<UploadedPart>>, StoreError> {
        let state = self.lock();
        let begun = state.uploads.get(upload).filter(|begun| begun.target == *target);
        Ok(begun.map(|begun| {
            let parts = begun.parts.iter().map(|(&number, bytes)| UploadedPart {
                number,
                bytes: bytes.len() as u64,
                tag: String::new(),
            });
            parts.collect()
        }))
    }
}

#[async_trait]
impl CompleteUpload for Memory {
    async fn complete_upload(
        &self,
        target: &UploadTarget,
        upload: &str,
        parts: &[UploadedPart],
    ) -> Result<bool, StoreError> {
        let Some(begun) = self.lock().uploads.remove(upload) else { return Ok(false) };
        let named = parts.iter().filter_map(|part| begun.parts.get(&part.number));
        let whole: Vec<u8> = named.flat_map(|bytes| bytes.iter().copied()).collect();
        if target.staged {
            self.lock().staged.insert(staged_place(target), whole.into());
        } else {
            self.put_file(&target.key, "application/octet-stream", whole.into()).await?;
            self.lock().marks.insert(file_place(&target.key), target.mark.clone());
        }
        Ok(true)
    }

    async fn is_complete(&self, target: &UploadTarget) -> Result<bool, StoreError> {
        Ok(self.lock().marks.get(&file_place(&target.key)) == Some(&target.mark))
    }
}

#[async_trait]
impl Staging for Memory {
    async fn get_staged(
        &self,
        target: &UploadTarget,
        limit: u64,
    ) -> Result<Option<Result<Bytes, FileInfo>>, StoreError> {
        Ok(self.lock().staged.get(&staged_place(target)).map(|bytes| within(limit, bytes)))
    }

    async fn publish_staged(&self, target: &UploadTarget) -> Result<(), StoreError> {
        let bytes = self.lock().staged.get(&staged_place(target)).cloned();
        let bytes = bytes.ok_or_else(|| StoreError::permanent("publish", "the staged object is gone"))?;
        self.put_file(&target.key, "application/octet-stream", bytes).await?;
        self.lock().marks.insert(file_place(&target.key), target.mark.clone());
        Ok(())
    }

    async fn remove_staged(&self, target: &UploadTarget) -> Result<(), StoreError> {
        self.lock().staged.remove(&staged_place(target));
        Ok(())
    }
}
