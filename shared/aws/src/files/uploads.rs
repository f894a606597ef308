//! Uploads in parts that callers send to S3 themselves, by presigned URLs.
//!
//! The object has the tag of its upload as metadata, so that a completion whose response was lost is
//! recognised. URLs of parts sign the part's length: S3 accepts no other. They contain credentials and are
//! never logged.

use std::collections::HashMap;
use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_s3::Client;
use aws_sdk_s3::config::RequestChecksumCalculation;
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_s3::presigning::PresigningConfig;
use aws_sdk_s3::types::{CompletedMultipartUpload, CompletedPart, Part};
use satsuma_domain::StoreError;
use satsuma_domain::ports::{CompleteUpload, ListParts, StartUpload};
use satsuma_domain::uploads::{UploadTarget, UploadedPart};

use super::{Files, keys};
use crate::fault::fault;

/// The metadata with the token of the upload that created an object.
pub(super) const MARK: &str = "satsuma-upload";

/// The media type of all uploads.
pub(super) const BYTES: &str = "application/octet-stream";

/// The key under which the parts are assembled.
fn place(target: &UploadTarget) -> String {
    if target.staged { keys::staged(&target.key, &target.mark) } else { keys::file(&target.key) }
}

impl Files {
    /// A client that sends checksums only if S3 requires them, because callers send the parts without any.
    pub(super) fn plain(client: &Client) -> Client {
        let when_required = RequestChecksumCalculation::WhenRequired;
        Client::from_conf(client.config().to_builder().request_checksum_calculation(when_required).build())
    }
}

#[async_trait]
impl StartUpload for Files {
    async fn begin_upload(&self, target: &UploadTarget) -> Result<String, StoreError> {
        let operation = "begin an upload";
        // A client without default checksums: callers that send the parts make none.
        let begun = Self::plain(&self.client).create_multipart_upload();
        let begun = begun.bucket(&self.bucket).key(place(target));
        let begun = begun.content_type(BYTES).metadata(MARK, &target.mark).send().await;
        let begun = begun.map_err(|error| fault(operation, &error))?;
        begun.upload_id.ok_or_else(|| StoreError::permanent(operation, "the upload got no id"))
    }

    async fn link_part(
        &self,
        target: &UploadTarget,
        upload: &str,
        part: u32,
        bytes: u64,
        life: Duration,
    ) -> Result<String, StoreError> {
        let operation = "link to a part";
        let unfit = |what: &str| StoreError::permanent(operation, format!("{what} is out of range"));
        let lasting = PresigningConfig::expires_in(life)
            .map_err(|error| StoreError::permanent(operation, error.to_string()))?;
        let presigned = self
            .links
            .upload_part()
            .bucket(&self.bucket)
            .key(place(target))
            .upload_id(upload)
            .part_number(i32::try_from(part).map_err(|_| unfit("the number"))?)
            .content_length(i64::try_from(bytes).map_err(|_| unfit("the size"))?)
            .presigned(lasting)
            .await;
        presigned.map(|request| request.uri().to_owned()).map_err(|error| fault(operation, &error))
    }
}

#[async_trait]
impl ListParts for Files {
    async fn list_parts(
        &self,
        target: &UploadTarget,
        upload: &str,
    ) -> Result<Option<Vec<UploadedPart>>, StoreError> {
        // A plan has at most 100 parts, and one answer holds 1,000.
        let listed = self.client.list_parts().bucket(&self.bucket).key(place(target)).upload_id(upload);
        match listed.send().await {
            Ok(listed) => {
                let parts = listed.parts.unwrap_or_default();
                Ok(Some(parts.into_iter().filter_map(arrived).collect()))
            }
            Err(error) if is_unknown(&error) => Ok(None),
            Err(error) => Err(fault("list the parts of an upload", &error)),
        }
    }
}

#[async_trait]
impl CompleteUpload for Files {
    async fn complete_upload(
        &self,
        target: &UploadTarget,
        upload: &str,
        parts: &[UploadedPart],
    ) -> Result<bool, StoreError> {
        let parts = parts.iter().map(|part| {
            let number = i32::try_from(part.number).ok();
            CompletedPart::builder().set_part_number(number).e_tag(&part.tag).build()
        });
        let parts = CompletedMultipartUpload::builder().set_parts(Some(parts.collect())).build();
        let completed = self.client.complete_multipart_upload().bucket(&self.bucket).key(place(target));
        match completed.upload_id(upload).multipart_upload(parts).send().await {
            Ok(_) => Ok(true),
            Err(error) if is_unknown(&error) => Ok(false),
            Err(error) => Err(fault("complete an upload", &error)),
        }
    }

    async fn is_complete(&self, target: &UploadTarget) -> Result<bool, StoreError> {
        let metadata = self.metadata(&keys::file(&target.key)).await?;
        Ok(metadata.is_some_and(|metadata| metadata.get(MARK) == Some(&target.mark)))
    }
}

impl Files {
    /// The user metadata of an object.
    async fn metadata(&self, key: &str) -> Result<Option<HashMap<String, String>>, StoreError> {
        match self.client.head_object().bucket(&self.bucket).key(key).send().await {
            Ok(head) => Ok(Some(head.metadata.unwrap_or_default())),
            Err(error) if error.as_service_error().is_some_and(|refusal| refusal.is_not_found()) => Ok(None),
            Err(error) => Err(fault("look at a file", &error)),
        }
    }
}

/// True if S3 has no such upload of this key: it never existed, or was completed or aborted.
fn is_unknown<E: ProvideErrorMetadata, R>(error: &SdkError<E, R>) -> bool {
    error.as_service_error().and_then(|refusal| refusal.code()) == Some("NoSuchUpload")
}

fn arrived(part: Part) -> Option<UploadedPart> {
    Some(UploadedPart {
        number: u32::try_from(part.part_number?).ok()?,
        bytes: u64::try_from(part.size?).ok()?,
        tag: part.e_tag?,
    })
}
