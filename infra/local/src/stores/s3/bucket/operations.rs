//! The operations of S3 that the adapters use.

use std::io;
use std::pin::Pin;
use std::time::{Duration, UNIX_EPOCH};

use async_trait::async_trait;
use bytes::Bytes;
use futures::{Stream, StreamExt, stream};
use s3s::dto::*;
use s3s::{S3, S3Request, S3Response, S3Result, s3_error};

use super::multipart::part;
use super::{Bucket, Described, Read, internal};
use crate::stores::s3::blobs::Blob;
use crate::stores::s3::index::{Condition, Object};

/// Most keys of one page: S3's own limit.
const MAX_KEYS: i32 = 1000;

#[async_trait]
impl S3 for Bucket {
    async fn head_object(
        &self,
        request: S3Request<HeadObjectInput>,
    ) -> S3Result<S3Response<HeadObjectOutput>> {
        let input = request.input;
        let found = self.object_version(&input.bucket, &input.key, input.version_id.as_deref()).await?;
        let object = found.ok_or_else(|| s3_error!(NoSuchKey))?;
        Ok(S3Response::new(HeadObjectOutput {
            content_length: Some(object.blob.bytes),
            e_tag: Some(e_tag(&object.blob)),
            last_modified: Some(modified(&object)),
            metadata: metadata(&object),
            version_id: Some(object.blob.name),
            content_type: object.media_type,
            ..Default::default()
        }))
    }

    async fn get_object(&self, request: S3Request<GetObjectInput>) -> S3Result<S3Response<GetObjectOutput>> {
        let input = request.input;
        let read = self.read(&input.bucket, &input.key, input.version_id.as_deref(), input.range).await?;
        let Read { object, range, bytes } = read;
        let total = object.blob.bytes;
        Ok(S3Response::new(GetObjectOutput {
            body: Some(StreamingBlob::wrap(bytes)),
            content_length: i64::try_from(range.end - range.start).ok(),
            content_range: input.range.map(|_| format!("bytes {}-{}/{total}", range.start, range.end - 1)),
            accept_ranges: Some("bytes".to_owned()),
            e_tag: Some(e_tag(&object.blob)),
            last_modified: Some(modified(&object)),
            metadata: metadata(&object),
            content_disposition: input.response_content_disposition,
            version_id: Some(object.blob.name),
            content_type: object.media_type,
            ..Default::default()
        }))
    }

    async fn put_object(&self, request: S3Request<PutObjectInput>) -> S3Result<S3Response<PutObjectOutput>> {
        let input = request.input;
        self.check(&input.bucket, &input.key)?;
        let condition = condition(input.if_match, input.if_none_match)?;
        let body = input.body.unwrap_or_else(|| StreamingBlob::wrap(nothing()));
        let described = Described::new(input.content_type, input.metadata);
        let object = self.store(input.key, described, condition, body).await?;
        Ok(S3Response::new(PutObjectOutput { e_tag: Some(e_tag(&object.blob)), ..Default::default() }))
    }

    async fn copy_object(
        &self,
        request: S3Request<CopyObjectInput>,
    ) -> S3Result<S3Response<CopyObjectOutput>> {
        // The condition on the object that is replaced is a header that s3s does not know.
        let expected = request.headers.get("if-match").and_then(|tag| tag.to_str().ok());
        let condition = match expected.map(|tag| tag.trim_matches('"').to_owned()) {
            Some(tag) => Condition::Present(Some(tag)),
            None => Condition::Always,
        };
        let input = request.input;
        self.check(&input.bucket, &input.key)?;
        let CopySource::Bucket { bucket, key, version_id } = &input.copy_source else {
            return Err(s3_error!(NotImplemented, "there is only one bucket here"));
        };
        let Read { object: source, bytes, .. } = self.read(bucket, key, version_id.as_deref(), None).await?;
        let replaces =
            input.metadata_directive.as_ref().is_some_and(|way| way.as_str() == MetadataDirective::REPLACE);
        let described = if replaces {
            Described::new(input.content_type, input.metadata)
        } else {
            Described { media_type: source.media_type, metadata: source.metadata }
        };
        let copy = self.store(input.key, described, condition, Box::pin(bytes)).await?;
        let result = CopyObjectResult {
            e_tag: Some(e_tag(&copy.blob)),
            last_modified: Some(modified(&copy)),
            ..Default::default()
        };
        Ok(S3Response::new(CopyObjectOutput { copy_object_result: Some(result), ..Default::default() }))
    }

    async fn delete_object(
        &self,
        request: S3Request<DeleteObjectInput>,
    ) -> S3Result<S3Response<DeleteObjectOutput>> {
        let input = request.input;
        self.check(&input.bucket, &input.key)?;
        let condition = condition(input.if_match, None)?;
        let removed = self.ask(move |index| index.remove_if(&input.key, &condition)).await?;
        let Some(removed) = removed else { return Err(s3_error!(PreconditionFailed)) };
        self.free(removed).await;
        Ok(S3Response::new(DeleteObjectOutput::default()))
    }

    async fn list_object_versions(
        &self,
        request: S3Request<ListObjectVersionsInput>,
    ) -> S3Result<S3Response<ListObjectVersionsOutput>> {
        self.versions(request.input).await.map(S3Response::new)
    }

    async fn list_objects_v2(
        &self,
        request: S3Request<ListObjectsV2Input>,
    ) -> S3Result<S3Response<ListObjectsV2Output>> {
        let input = request.input;
        self.check(&input.bucket, "")?;
        if input.delimiter.is_some() {
            return Err(s3_error!(NotImplemented, "delimiters are not needed here"));
        }
        let max_keys = input.max_keys.unwrap_or(MAX_KEYS).clamp(0, MAX_KEYS);
        let limit = usize::try_from(max_keys).unwrap_or(0);
        let prefix = input.prefix.clone().unwrap_or_default();
        // A continuation token is the last key of the page before.
        let after = input.continuation_token.clone().max(input.start_after.clone()).unwrap_or_default();
        let mut listed = self.ask(move |index| index.list(&prefix, &after, limit + 1)).await?;
        let more = listed.len() > limit;
        listed.truncate(limit);
        let next = listed.last().filter(|_| more).map(|object| object.key.clone());
        let contents: Vec<s3s::dto::Object> = listed.into_iter().map(entry).collect();
        Ok(S3Response::new(ListObjectsV2Output {
            name: Some(input.bucket),
            prefix: input.prefix,
            max_keys: Some(max_keys),
            key_count: i32::try_from(contents.len()).ok(),
            is_truncated: Some(more),
            continuation_token: input.continuation_token,
            next_continuation_token: next,
            start_after: input.start_after,
            contents: Some(contents),
            ..Default::default()
        }))
    }

    async fn create_multipart_upload(
        &self,
        request: S3Request<CreateMultipartUploadInput>,
    ) -> S3Result<S3Response<CreateMultipartUploadOutput>> {
        let input = request.input;
        self.check(&input.bucket, &input.key)?;
        let described = Described::new(input.content_type, input.metadata);
        let id = self.begin(&input.key, described).await?;
        Ok(S3Response::new(CreateMultipartUploadOutput {
            bucket: Some(input.bucket),
            key: Some(input.key),
            upload_id: Some(id),
            ..Default::default()
        }))
    }

    async fn upload_part(
        &self,
        request: S3Request<UploadPartInput>,
    ) -> S3Result<S3Response<UploadPartOutput>> {
        let input = request.input;
        self.check(&input.bucket, &input.key)?;
        self.upload(&input.upload_id, &input.key).await?;
        let body = input.body.unwrap_or_else(|| StreamingBlob::wrap(nothing()));
        let part = self.blobs.write(body).await.map_err(internal)?;
        let stored = part.clone();
        let replaced =
            self.ask(move |index| index.put_part(&input.upload_id, input.part_number, &stored)).await?;
        self.free(replaced).await;
        Ok(S3Response::new(UploadPartOutput { e_tag: Some(e_tag(&part)), ..Default::default() }))
    }

    async fn list_parts(&self, request: S3Request<ListPartsInput>) -> S3Result<S3Response<ListPartsOutput>> {
        let input = request.input;
        self.check(&input.bucket, &input.key)?;
        self.upload(&input.upload_id, &input.key).await?;
        let parts = self.parts(&input.upload_id).await?;
        Ok(S3Response::new(ListPartsOutput {
            bucket: Some(input.bucket),
            key: Some(input.key),
            upload_id: Some(input.upload_id),
            is_truncated: Some(false),
            parts: Some(parts.into_iter().map(part).collect()),
            ..Default::default()
        }))
    }

    async fn complete_multipart_upload(
        &self,
        request: S3Request<CompleteMultipartUploadInput>,
    ) -> S3Result<S3Response<CompleteMultipartUploadOutput>> {
        let input = request.input;
        self.check(&input.bucket, &input.key)?;
        let begun = self.upload(&input.upload_id, &input.key).await?;
        let condition = condition(input.if_match, input.if_none_match)?;
        let parts = self.parts(&input.upload_id).await?;
        let named = input.multipart_upload.and_then(|upload| upload.parts).unwrap_or_default();
        let is_named = |(part, (number, blob)): (&CompletedPart, &(i32, Blob))| {
            part.part_number == Some(*number)
                && part.e_tag.as_ref().is_none_or(|tag| tag.value() == blob.name)
        };
        if named.len() != parts.len() || !named.iter().zip(&parts).all(is_named) {
            return Err(s3_error!(InvalidPart, "the parts are not those that were uploaded"));
        }
        let blobs: Vec<Blob> = parts.into_iter().map(|(_, blob)| blob).collect();
        let bytes = stream::iter(&blobs).then(|blob| self.blobs.read(blob, 0..u64::MAX));
        let bytes: Pin<Box<dyn Stream<Item = io::Result<Bytes>> + Send>> =
            Box::pin(futures::TryStreamExt::try_flatten(bytes));
        let described = Described { media_type: begun.media_type, metadata: begun.metadata };
        let object = self.store(input.key.clone(), described, condition, bytes).await?;
        self.give_up(&input.upload_id).await?;
        Ok(S3Response::new(CompleteMultipartUploadOutput {
            bucket: Some(input.bucket),
            key: Some(input.key),
            e_tag: Some(e_tag(&object.blob)),
            ..Default::default()
        }))
    }

    async fn abort_multipart_upload(
        &self,
        request: S3Request<AbortMultipartUploadInput>,
    ) -> S3Result<S3Response<AbortMultipartUploadOutput>> {
        let input = request.input;
        self.check(&input.bucket, &input.key)?;
        self.upload(&input.upload_id, &input.key).await?;
        self.give_up(&input.upload_id).await?;
        Ok(S3Response::new(AbortMultipartUploadOutput::default()))
    }
}

fn condition(if_match: Option<IfMatch>, if_none_match: Option<IfNoneMatch>) -> S3Result<Condition> {
    match (if_match, if_none_match) {
        (None, None) => Ok(Condition::Always),
        (None, Some(ETagCondition::Any)) => Ok(Condition::Absent),
        (Some(ETagCondition::Any), None) => Ok(Condition::Present(None)),
        (Some(ETagCondition::ETag(tag)), None) => Ok(Condition::Present(Some(tag.value().to_owned()))),
        _ => Err(s3_error!(NotImplemented, "this condition is not needed here")),
    }
}

fn metadata(object: &Object) -> Option<Metadata> {
    serde_json::from_str(object.metadata.as_deref()?).ok()
}

fn entry(object: Object) -> s3s::dto::Object {
    s3s::dto::Object {
        e_tag: Some(e_tag(&object.blob)),
        last_modified: Some(modified(&object)),
        size: Some(object.blob.bytes),
        key: Some(object.key),
        ..Default::default()
    }
}

pub(super) fn e_tag(blob: &Blob) -> ETag {
    ETag::Strong(blob.name.clone())
}

pub(super) fn modified(object: &Object) -> Timestamp {
    let since_1970 = Duration::from_secs(u64::try_from(object.modified).unwrap_or(0));
    UNIX_EPOCH.checked_add(since_1970).unwrap_or(UNIX_EPOCH).into()
}

fn nothing() -> impl Stream<Item = io::Result<Bytes>> + Send + Sync + 'static {
    stream::empty()
}
