//! Uploads in parts, and the cleanup of abandoned ones.

use s3s::dto::*;
use s3s::{S3Result, s3_error};
use uuid::Uuid;

use super::{Bucket, Described, seconds_since_1970};
use crate::stores::s3::blobs::Blob;
use crate::stores::s3::index::Upload;

/// Lifetime of uploads and staged objects, in seconds: a day, as on AWS.
pub(super) const LIFE: i64 = 24 * 60 * 60;

/// Where uploads wait that are not files yet.
const STAGING: &str = "staging/";

/// Most staged objects in one pass.
const MAX_STAGED: usize = 1000;

impl Bucket {
    /// Begins an upload, and aborts expired ones.
    pub(super) async fn begin(&self, key: &str, described: Described) -> S3Result<String> {
        let now = seconds_since_1970();
        self.give_up_before(now - LIFE).await?;
        let id = Uuid::new_v4().to_string();
        let Described { media_type, metadata } = described;
        let (begun, upload) = (id.clone(), Upload { key: key.to_owned(), media_type, metadata });
        self.ask(move |index| index.begin_upload(&begun, &upload, now)).await?;
        Ok(id)
    }

    /// An upload of this key that is under way.
    pub(super) async fn upload(&self, id: &str, key: &str) -> S3Result<Upload> {
        let upload = id.to_owned();
        let begun = self.ask(move |index| index.upload(&upload)).await?;
        begun.filter(|upload| upload.key == key).ok_or_else(|| s3_error!(NoSuchUpload))
    }

    /// The parts of an upload that have arrived, in order.
    pub(super) async fn parts(&self, id: &str) -> S3Result<Vec<(i32, Blob)>> {
        let upload = id.to_owned();
        self.ask(move |index| index.parts(&upload)).await
    }

    /// Forgets an upload and its parts.
    pub(super) async fn give_up(&self, id: &str) -> S3Result<()> {
        let parts = self.parts(id).await?;
        let upload = id.to_owned();
        self.ask(move |index| index.end_upload(&upload)).await?;
        self.free(parts.into_iter().map(|(_, blob)| blob)).await;
        Ok(())
    }

    /// The bucket's lifecycle rule on AWS.
    async fn give_up_before(&self, time: i64) -> S3Result<()> {
        for upload in self.ask(move |index| index.uploads_before(time)).await? {
            self.give_up(&upload).await?;
        }
        for staged in self.ask(|index| index.list(STAGING, "", MAX_STAGED)).await? {
            if staged.modified < time {
                let removed = self.ask(move |index| index.remove(&staged.key)).await?;
                self.free(removed).await;
            }
        }
        Ok(())
    }
}

/// A part, as an entry of a list.
pub(super) fn part((number, blob): (i32, Blob)) -> Part {
    Part {
        part_number: Some(number),
        size: Some(blob.bytes),
        e_tag: Some(ETag::Strong(blob.name)),
        ..Default::default()
    }
}
