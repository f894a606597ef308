//! The versions of files, which the bucket keeps.
//!
//! Conditional writes name the entity tag of the expected object. The maker of a version is in its metadata, in ASCII:
//! S3 accepts nothing else there.

use std::collections::HashMap;
use std::path::Path;

use async_trait::async_trait;
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{MetadataDirective, ObjectVersion, TaggingDirective};
use futures::{StreamExt, TryStreamExt, stream};
use satsuma_domain::file::{FileInfo, FileKey, FileVersion};
use satsuma_domain::origin::Origin;
use satsuma_domain::ports::{ListVersions, Page, ReplaceFile, Replaced, RestoreVersion};
use satsuma_domain::versions::StoredVersion;
use satsuma_domain::{StoreError, Timestamp};

use super::multipart::unreadable;
use super::{Files, keys};
use crate::encoding::{decode, encode};
use crate::fault::fault;

/// The metadata with the maker of a version; objects without it are uploads.
pub(super) const MADE_BY: &str = "satsuma-made-by";

/// Requests for metadata at the same time.
const AT_ONCE: usize = 16;

/// Attempts at a write that conflicts with another one of the same object.
const RACES: usize = 5;

const LIST: &str = "list the versions of a file";

/// The maker that an object's metadata name.
pub(super) fn maker(metadata: Option<&HashMap<String, String>>) -> Origin {
    let line = metadata.and_then(|metadata| metadata.get(MADE_BY)).and_then(|line| decode(line));
    line.map(|line| Origin::parse(&line)).unwrap_or_default()
}

fn noted(by: &Origin) -> String {
    encode(&by.line())
}

#[async_trait]
impl ReplaceFile for Files {
    async fn replace_file(
        &self,
        key: &FileKey,
        expected: &FileInfo,
        by: &Origin,
        media_type: &str,
        from: &Path,
    ) -> Result<Replaced, StoreError> {
        let object = keys::file(key);
        for _ in 0..RACES {
            let body = ByteStream::from_path(from).await.map_err(|error| unreadable(&error))?;
            let put = self.client.put_object().bucket(&self.bucket).key(&object).if_match(&expected.tag);
            let put = put.content_type(media_type).metadata(MADE_BY, noted(by)).body(body).send().await;
            match put {
                Ok(_) => return Ok(Replaced::Done),
                Err(error) if is_conflict(&error) => {}
                Err(error) if is_other(&error) => return self.own_or_changed(&object, by).await,
                Err(error) => return Err(fault("replace a file", &error)),
            }
        }
        Err(StoreError::transient("replace a file", "others keep writing it"))
    }
}

#[async_trait]
impl ListVersions for Files {
    async fn list_versions(
        &self,
        key: &FileKey,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Page<StoredVersion>, StoreError> {
        let nothing = Page { items: Vec::new(), next: None };
        if after.is_some_and(|after| after.is_empty() || after.contains(char::is_control)) {
            return Ok(nothing);
        }
        let object = keys::file(key);
        let wanted = i32::try_from(limit.max(1)).unwrap_or(i32::MAX);
        let listed = self.client.list_object_versions().bucket(&self.bucket).prefix(&object).max_keys(wanted);
        let listed = listed
            .set_key_marker(after.map(|_| object.clone()))
            .set_version_id_marker(after.map(str::to_owned));
        let listed = match listed.send().await {
            Ok(listed) => listed,
            // The marker is no version.
            Err(error) if after.is_some() && is_invalid(&error) => return Ok(nothing),
            Err(error) => return Err(fault(LIST, &error)),
        };
        // Keys that only begin like this one follow it; markers of deletions are in another list.
        let is_whole = listed.next_key_marker.as_deref() == Some(object.as_str());
        let more = listed.is_truncated.unwrap_or_default() && is_whole;
        let next = listed.next_version_id_marker.filter(|_| more);
        let own = listed.versions.unwrap_or_default().into_iter();
        let own = own.filter(|version| version.key.as_deref() == Some(object.as_str()));
        let described = own.map(|version| self.described(&object, version));
        let items = stream::iter(described).buffered(AT_ONCE).try_collect::<Vec<_>>().await?;
        Ok(Page { items: items.into_iter().flatten().collect(), next })
    }
}

#[async_trait]
impl RestoreVersion for Files {
    async fn version_info(
        &self,
        key: &FileKey,
        version: &FileVersion,
    ) -> Result<Option<FileInfo>, StoreError> {
        self.head_version(&keys::file(key), &version.0).await
    }

    async fn restore_version(
        &self,
        key: &FileKey,
        version: &FileVersion,
        expected: &FileInfo,
        by: &Origin,
    ) -> Result<Replaced, StoreError> {
        let object = keys::file(key);
        let operation = "restore a version";
        let found = self.head_version(&object, &version.0).await?;
        let found = found.ok_or_else(|| StoreError::permanent(operation, "the version was removed"))?;
        let source = format!("{}/{}?versionId={}", encode(&self.bucket), encode(&object), encode(&version.0));
        // A repetition needs no copy; the condition of the copy decides races.
        let current = self.head(&object).await?;
        if current.is_none_or(|current| current.tag != expected.tag) {
            return self.own_or_changed(&object, by).await;
        }
        for _ in 0..RACES {
            let copy = self.client.copy_object().copy_source(&source).bucket(&self.bucket).key(&object);
            let copy = copy
                .if_match(&expected.tag)
                .metadata_directive(MetadataDirective::Replace)
                .content_type(&found.media_type)
                .metadata(MADE_BY, noted(by))
                .tagging_directive(TaggingDirective::Replace)
                .send()
                .await;
            match copy {
                Ok(_) => return Ok(Replaced::Done),
                Err(error) if is_conflict(&error) => {}
                Err(error) if is_other(&error) => return self.own_or_changed(&object, by).await,
                Err(error) => return Err(fault(operation, &error)),
            }
        }
        Err(StoreError::transient(operation, "others keep writing it"))
    }
}

impl Files {
    /// After a refused write: whether the object is what an earlier try of the same write made.
    async fn own_or_changed(&self, object: &str, by: &Origin) -> Result<Replaced, StoreError> {
        let found = self.head(object).await?;
        let is_own = found.is_some_and(|found| *found.by == *by);
        Ok(if is_own { Replaced::Done } else { Replaced::Changed })
    }

    /// A listed version with its maker; `None` if it was removed meanwhile.
    async fn described(
        &self,
        object: &str,
        version: ObjectVersion,
    ) -> Result<Option<StoredVersion>, StoreError> {
        let id = version.version_id.unwrap_or_default();
        let Some(info) = self.head_version(object, &id).await? else { return Ok(None) };
        let seconds = version.last_modified.map(|at| at.secs()).unwrap_or_default();
        Ok(Some(StoredVersion {
            version: FileVersion(id),
            bytes: info.bytes,
            stored_at: Timestamp(seconds.saturating_mul(1_000)),
            is_current: version.is_latest.unwrap_or_default(),
            by: *info.by,
        }))
    }
}

/// Whether another write of the same object was under way.
fn is_conflict<E: ProvideErrorMetadata, R>(error: &SdkError<E, R>) -> bool {
    code(error) == Some("ConditionalRequestConflict")
}

/// Whether the object has another content than the expected one, or there is none.
fn is_other<E: ProvideErrorMetadata, R>(error: &SdkError<E, R>) -> bool {
    matches!(code(error), Some("PreconditionFailed" | "NoSuchKey"))
}

/// Whether a parameter names no version.
fn is_invalid<E: ProvideErrorMetadata, R>(error: &SdkError<E, R>) -> bool {
    matches!(code(error), Some("InvalidArgument" | "NoSuchVersion"))
}

fn code<E: ProvideErrorMetadata, R>(error: &SdkError<E, R>) -> Option<&str> {
    error.as_service_error().and_then(|refusal| refusal.code())
}
