//! Reads files.

use std::path::Path;
use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_s3::error::SdkError;
use aws_sdk_s3::operation::get_object::{GetObjectError, GetObjectOutput};
use aws_sdk_s3::primitives::ByteStream;
use bytes::{Bytes, BytesMut};
use satsuma_domain::StoreError;
use satsuma_domain::file::{FileInfo, FileKey, FileVersion};
use satsuma_domain::origin::Origin;
use satsuma_domain::ports::{GetFile, WRITE_COPY};
use tokio::fs::File;
use tokio::io::AsyncWriteExt;

use super::versions::maker;
use super::{Files, keys};
use crate::fault::{causes, fault};

/// How often a download is begun again when its body breaks off: the SDK tries requests again, but
/// not the bodies of their answers.
const TRIES: u32 = 3;

/// The pause before it is begun again.
const PAUSE: Duration = Duration::from_millis(200);

const OPERATION: &str = "get a file";

#[async_trait]
impl GetFile for Files {
    async fn file_info(&self, key: &FileKey) -> Result<Option<FileInfo>, StoreError> {
        self.head(&keys::file(key)).await
    }

    async fn get_file(
        &self,
        key: &FileKey,
        limit: u64,
    ) -> Result<Option<Result<Bytes, FileInfo>>, StoreError> {
        self.get_object(&keys::file(key), limit).await
    }

    async fn download(&self, key: &FileKey, to: &Path) -> Result<Option<FileInfo>, StoreError> {
        let key = keys::file(key);
        let mut tries = 0;
        loop {
            tries += 1;
            match self.download_once(&key, to).await {
                Err(fault) if fault.transient && tries < TRIES => {
                    tracing::warn!(%fault, "a download broke off");
                    tokio::time::sleep(PAUSE).await;
                }
                done => return done,
            }
        }
    }
}

impl Files {
    /// Metadata of an object.
    pub(super) async fn head(&self, key: &str) -> Result<Option<FileInfo>, StoreError> {
        let head = match self.client.head_object().bucket(&self.bucket).key(key).send().await {
            Ok(head) => head,
            Err(error) if error.as_service_error().is_some_and(|refusal| refusal.is_not_found()) => {
                return Ok(None);
            }
            Err(error) => return Err(fault("look at a file", &error)),
        };
        let by = maker(head.metadata.as_ref());
        info(head.content_length, head.version_id, head.e_tag, head.content_type, by).map(Some)
    }

    /// Metadata of a version of an object, if it is stored.
    pub(super) async fn head_version(
        &self,
        key: &str,
        version: &str,
    ) -> Result<Option<FileInfo>, StoreError> {
        let head = self.client.head_object().bucket(&self.bucket).key(key).version_id(version).send().await;
        let head = match head {
            Ok(head) => head,
            // A version that does not exist is not found; text that is no version's is a bad request.
            Err(error)
                if error.raw_response().is_some_and(|raw| matches!(raw.status().as_u16(), 400 | 404)) =>
            {
                return Ok(None);
            }
            Err(error) => return Err(fault("look at a version", &error)),
        };
        let by = maker(head.metadata.as_ref());
        let found = info(head.content_length, head.version_id, head.e_tag, head.content_type, by)?;
        Ok(Some(FileInfo { version: FileVersion(version.to_owned()), ..found }))
    }

    /// An object's bytes, if it has at most `limit`; the size is known before the first is read.
    pub(super) async fn get_object(
        &self,
        key: &str,
        limit: u64,
    ) -> Result<Option<Result<Bytes, FileInfo>>, StoreError> {
        let Some((info, body)) = self.open(key).await? else { return Ok(None) };
        if info.bytes > limit {
            return Ok(Some(Err(info)));
        }
        read_all(body, &info).await.map(|bytes| Some(Ok(bytes)))
    }

    async fn open(&self, key: &str) -> Result<Option<(FileInfo, ByteStream)>, StoreError> {
        match self.client.get_object().bucket(&self.bucket).key(key).send().await {
            Ok(object) => opened(object).map(Some),
            Err(error) if is_missing(&error) => Ok(None),
            Err(error) => Err(fault(OPERATION, &error)),
        }
    }

    async fn download_once(&self, key: &str, to: &Path) -> Result<Option<FileInfo>, StoreError> {
        let Some((info, mut body)) = self.open(key).await? else { return Ok(None) };
        let mut file = File::create(to).await.map_err(|error| not_written(&error))?;
        let mut written = 0_u64;
        while let Some(chunk) = body.next().await {
            let chunk = chunk.map_err(|error| broken_off(causes(&error)))?;
            written += chunk.len() as u64;
            file.write_all(&chunk).await.map_err(|error| not_written(&error))?;
        }
        file.flush().await.map_err(|error| not_written(&error))?;
        check_length(written, &info)?;
        Ok(Some(info))
    }
}

fn is_missing<R>(error: &SdkError<GetObjectError, R>) -> bool {
    error.as_service_error().is_some_and(GetObjectError::is_no_such_key)
}

fn opened(object: GetObjectOutput) -> Result<(FileInfo, ByteStream), StoreError> {
    let by = maker(object.metadata.as_ref());
    let info = info(object.content_length, object.version_id, object.e_tag, object.content_type, by)?;
    Ok((info, object.body))
}

fn info(
    length: Option<i64>,
    version_id: Option<String>,
    e_tag: Option<String>,
    media_type: Option<String>,
    by: Origin,
) -> Result<FileInfo, StoreError> {
    let bytes = length
        .and_then(|length| u64::try_from(length).ok())
        .ok_or_else(|| StoreError::permanent(OPERATION, "the response has no content length"))?;
    // Objects from before the bucket kept versions have the version `null`.
    let tag = e_tag.unwrap_or_default();
    let version = version_id.filter(|version| version != "null").unwrap_or_else(|| tag.clone());
    let media_type = media_type.unwrap_or_else(|| "application/octet-stream".to_owned());
    Ok(FileInfo { bytes, version: FileVersion(version), tag, media_type, by: Box::new(by) })
}

async fn read_all(mut body: ByteStream, info: &FileInfo) -> Result<Bytes, StoreError> {
    let mut bytes = BytesMut::new();
    while let Some(chunk) = body.next().await {
        bytes.extend_from_slice(&chunk.map_err(|error| broken_off(causes(&error)))?);
        if bytes.len() as u64 > info.bytes {
            break;
        }
    }
    check_length(bytes.len() as u64, info)?;
    Ok(bytes.freeze())
}

fn check_length(read: u64, info: &FileInfo) -> Result<(), StoreError> {
    if read == info.bytes {
        return Ok(());
    }
    Err(broken_off(format!("{read} bytes came of {}", info.bytes)))
}

fn broken_off(detail: String) -> StoreError {
    StoreError::transient(OPERATION, detail)
}

fn not_written(error: &std::io::Error) -> StoreError {
    StoreError::permanent(WRITE_COPY, error.to_string())
}
