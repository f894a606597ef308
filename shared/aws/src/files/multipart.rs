//! Large local files go to S3 in parts: a part that fails is sent again, not the whole file.

use std::error::Error;
use std::path::Path;

use aws_sdk_s3::primitives::{ByteStream, Length};
use aws_sdk_s3::types::{CompletedMultipartUpload, CompletedPart};
use futures::{StreamExt, TryStreamExt, stream};
use satsuma_domain::StoreError;

use super::Files;
use crate::fault::{causes, fault};

/// Parts that are on their way at the same time.
const AT_ONCE: usize = 4;

/// S3's limit for the number of parts.
const MAX_PARTS: u64 = 10_000;

const OPERATION: &str = "upload a file in parts";

/// When a file goes in parts, and how large they are, in bytes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Multipart {
    pub(super) above: u64,
    pub(super) part: u64,
}

impl Default for Multipart {
    /// Above 100 MB, from where on AWS recommends it, in parts of 16 MB: that makes 160 GB at most,
    /// far more than a function's disk holds.
    fn default() -> Self {
        Self { above: 100_000_000, part: 16 * 1024 * 1024 }
    }
}

impl Multipart {
    /// Number, offset and length of every part of a file.
    fn parts(self, bytes: u64) -> Result<Vec<(i32, u64, u64)>, StoreError> {
        let size = self.part.max(1);
        let count = bytes.div_ceil(size);
        if count > MAX_PARTS {
            let detail = format!("{bytes} bytes need {count} parts of {size} bytes, S3 takes {MAX_PARTS}");
            return Err(StoreError::permanent(OPERATION, detail));
        }
        let starts = (0..count).map(|index| index * size);
        Ok((1..).zip(starts).map(|(number, start)| (number, start, size.min(bytes - start))).collect())
    }
}

/// An upload that S3 knows under an id until it is completed or aborted.
struct Upload<'a> {
    files: &'a Files,
    key: &'a str,
    id: String,
}

impl Files {
    /// Uploads a file of `bytes` bytes in parts. Nothing of it is seen before the last one arrived.
    pub(super) async fn upload_parts(
        &self,
        key: &str,
        media_type: &str,
        from: &Path,
        bytes: u64,
        tags: Option<&str>,
    ) -> Result<(), StoreError> {
        let parts = self.multipart.parts(bytes)?;
        let begun = self.client.create_multipart_upload().bucket(&self.bucket).key(key);
        let begun = begun
            .content_type(media_type)
            .set_tagging(tags.map(str::to_owned))
            .send()
            .await
            .map_err(|error| fault(OPERATION, &error))?;
        let id = begun.upload_id.ok_or_else(|| StoreError::permanent(OPERATION, "the upload got no id"))?;
        let upload = Upload { files: self, key, id };
        let sent = upload.send(from, parts).await;
        if sent.is_err() {
            upload.abort().await;
        }
        sent
    }
}

impl Upload<'_> {
    async fn send(&self, from: &Path, parts: Vec<(i32, u64, u64)>) -> Result<(), StoreError> {
        let sent =
            stream::iter(parts).map(|(number, offset, length)| self.send_part(from, number, offset, length));
        let parts: Vec<CompletedPart> = sent.buffered(AT_ONCE).try_collect().await?;
        let parts = CompletedMultipartUpload::builder().set_parts(Some(parts)).build();
        let client = &self.files.client;
        let completed = client.complete_multipart_upload().bucket(&self.files.bucket).key(self.key);
        let completed = completed.upload_id(&self.id).multipart_upload(parts).send().await;
        completed.map(|_| ()).map_err(|error| fault(OPERATION, &error))
    }

    async fn send_part(
        &self,
        from: &Path,
        number: i32,
        offset: u64,
        length: u64,
    ) -> Result<CompletedPart, StoreError> {
        let body = ByteStream::read_from().path(from).offset(offset).length(Length::Exact(length));
        let body = body.build().await.map_err(|error| unreadable(&error))?;
        let sent = self.files.client.upload_part().bucket(&self.files.bucket).key(self.key);
        let sent = sent.upload_id(&self.id).part_number(number).body(body).send().await;
        let sent = sent.map_err(|error| fault(OPERATION, &error))?;
        Ok(CompletedPart::builder()
            .part_number(number)
            .set_e_tag(sent.e_tag)
            .set_checksum_crc32(sent.checksum_crc32)
            .set_checksum_crc32_c(sent.checksum_crc32_c)
            .set_checksum_crc64_nvme(sent.checksum_crc64_nvme)
            .build())
    }

    /// Lets S3 forget the parts. Where that fails, the bucket's lifecycle does it days later.
    async fn abort(&self) {
        let client = &self.files.client;
        let aborted = client.abort_multipart_upload().bucket(&self.files.bucket).key(self.key);
        if let Err(error) = aborted.upload_id(&self.id).send().await {
            tracing::warn!(fault = %fault("abort an upload", &error), "parts of an upload are left over");
        }
    }
}

/// A local file could not be read.
pub(super) fn unreadable(error: &(dyn Error + 'static)) -> StoreError {
    StoreError::permanent("read a file to upload", causes(error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_of_a_file_are_the_whole_file() {
        let multipart = Multipart { above: 0, part: 10 };
        assert_eq!(multipart.parts(25).unwrap(), [(1, 0, 10), (2, 10, 10), (3, 20, 5)]);
        assert_eq!(multipart.parts(20).unwrap(), [(1, 0, 10), (2, 10, 10)]);
    }

    #[test]
    fn a_file_of_too_many_parts_is_refused_before_sending() {
        let multipart = Multipart { above: 0, part: 10 };
        assert!(multipart.parts(100_000).is_ok());
        let fault = multipart.parts(100_001).unwrap_err();
        assert!(!fault.transient);
        assert_eq!(fault.detail, "100001 bytes need 10001 parts of 10 bytes, S3 takes 10000");
    }
}
