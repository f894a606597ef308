//! Versions of objects.

use s3s::dto::*;
use s3s::{S3Result, s3_error};

use super::Bucket;
use super::operations::{e_tag, modified};
use crate::stores::s3::index::Object;

/// Most versions of one page: S3's own limit.
const MAX_KEYS: i32 = 1000;

impl Bucket {
    /// A version of an object; the present one if none is named.
    pub(super) async fn object_version(
        &self,
        bucket: &str,
        key: &str,
        version: Option<&str>,
    ) -> S3Result<Option<Object>> {
        let Some(version) = version else { return self.object(bucket, key).await };
        self.check(bucket, key)?;
        let (key, version) = (key.to_owned(), version.to_owned());
        self.ask(move |index| index.version(&key, &version)).await
    }

    /// A page of the versions of the objects with a prefix.
    pub(super) async fn versions(
        &self,
        input: ListObjectVersionsInput,
    ) -> S3Result<ListObjectVersionsOutput> {
        self.check(&input.bucket, "")?;
        let max_keys = input.max_keys.unwrap_or(MAX_KEYS).clamp(1, MAX_KEYS);
        let limit = usize::try_from(max_keys).unwrap_or(1);
        let prefix = input.prefix.clone().unwrap_or_default();
        let (key, version) = (input.key_marker.clone(), input.version_id_marker.clone());
        let listed = self
            .ask(move |index| {
                let after = key.as_deref().zip(version.as_deref());
                index.versions(&prefix, after, limit + 1)
            })
            .await?;
        let mut listed = listed.ok_or_else(|| s3_error!(InvalidArgument, "there is no such version"))?;
        let more = listed.len() > limit;
        listed.truncate(limit);
        let last = listed.last().filter(|_| more).map(|(object, _)| object.clone());
        let versions = listed.into_iter().map(|(object, is_latest)| ObjectVersion {
            e_tag: Some(e_tag(&object.blob)),
            is_latest: Some(is_latest),
            last_modified: Some(modified(&object)),
            size: Some(object.blob.bytes),
            version_id: Some(object.blob.name.clone()),
            key: Some(object.key),
            ..Default::default()
        });
        Ok(ListObjectVersionsOutput {
            name: Some(input.bucket),
            prefix: input.prefix,
            max_keys: Some(max_keys),
            is_truncated: Some(more),
            key_marker: input.key_marker,
            version_id_marker: input.version_id_marker,
            next_key_marker: last.as_ref().map(|object| object.key.clone()),
            next_version_id_marker: last.map(|object| object.blob.name),
            versions: Some(versions.collect()),
            ..Default::default()
        })
    }
}
