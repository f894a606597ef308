//! One bucket: an index of objects and the files of their bytes, kept together.

mod multipart;
mod operations;
mod versions;

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use futures::Stream;
use s3s::dto::{Metadata, Range};
use s3s::{S3Result, s3_error};

use super::blobs::{Blob, Blobs};
use super::index::{Condition, Index, Object, Put};
use crate::disk::{Disk, is_full};

/// Longest key: S3's own limit.
const MAX_KEY_BYTES: usize = 1024;

/// How often a read is begun again because the object was replaced meanwhile.
const RACES: usize = 5;

/// The bucket.
pub(super) struct Bucket {
    name: String,
    index: Arc<Index>,
    blobs: Blobs,
}

/// How long replaced versions of files stay, in seconds: as long as by default on AWS.
const VERSIONS: i64 = 30 * 24 * 60 * 60;

/// How long results stay after their jobs expired: so that no job outlives its results.
const BEYOND_JOBS: Duration = Duration::from_secs(7 * 24 * 60 * 60);

impl Bucket {
    pub(super) fn open(folder: &Path, disk: &Disk, name: &str) -> io::Result<Self> {
        let index = Index::open(&folder.join("index.sqlite")).map_err(io::Error::other)?;
        // At each start: the bucket's lifecycle rule for results whose job is gone.
        let kept = satsuma_aws::retention() + BEYOND_JOBS;
        let oldest = seconds_since_1970() - i64::try_from(kept.as_secs()).unwrap_or(i64::MAX);
        index.forget_results_before(oldest).map_err(io::Error::other)?;
        index.forget_versions_before(seconds_since_1970() - VERSIONS).map_err(io::Error::other)?;
        index.forget_uploads_before(seconds_since_1970() - multipart::LIFE).map_err(io::Error::other)?;
        let in_use = index.blobs().map_err(io::Error::other)?;
        let blobs = Blobs::open(&folder.join("blobs"), disk, &in_use)?;
        Ok(Self { name: name.to_owned(), index: Arc::new(index), blobs })
    }

    fn check(&self, bucket: &str, key: &str) -> S3Result<()> {
        if bucket != self.name {
            return Err(s3_error!(NoSuchBucket));
        }
        if key.len() > MAX_KEY_BYTES {
            return Err(s3_error!(KeyTooLongError));
        }
        Ok(())
    }

    /// Asks the index, which blocks its thread.
    async fn ask<A: Send + 'static>(
        &self,
        question: impl FnOnce(&Index) -> rusqlite::Result<A> + Send + 'static,
    ) -> S3Result<A> {
        let index = Arc::clone(&self.index);
        let answer = tokio::task::spawn_blocking(move || question(&index)).await;
        answer.map_err(internal)?.map_err(internal)
    }

    async fn object(&self, bucket: &str, key: &str) -> S3Result<Option<Object>> {
        self.check(bucket, key)?;
        let key = key.to_owned();
        self.ask(move |index| index.get(&key)).await
    }

    /// Writes bytes and makes them an object, or changes nothing.
    async fn store<S, E>(
        &self,
        key: String,
        described: Described,
        condition: Condition,
        bytes: S,
    ) -> S3Result<Object>
    where
        S: Stream<Item = Result<Bytes, E>> + Unpin,
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let blob = self.blobs.write(bytes).await.map_err(unwritten)?;
        let Described { media_type, metadata } = described;
        let object = Object { key, blob, media_type, metadata, modified: seconds_since_1970() };
        let stored = object.clone();
        match self.ask(move |index| index.put(&object, &condition)).await {
            Ok(Put::Done(replaced)) => {
                self.free(replaced).await;
                Ok(stored)
            }
            Ok(Put::Refused) => {
                self.free(Some(stored.blob)).await;
                Err(s3_error!(PreconditionFailed))
            }
            Err(fault) => Err(fault),
        }
    }

    async fn free(&self, blobs: impl IntoIterator<Item = Blob>) {
        for blob in blobs {
            self.blobs.delete(&blob.name).await;
        }
    }

    /// An object (the present version, if none is named) and its bytes, or a range of them.
    async fn read(
        &self,
        bucket: &str,
        key: &str,
        version: Option<&str>,
        range: Option<Range>,
    ) -> S3Result<Read<impl Bytestream>> {
        for _ in 0..RACES {
            let object =
                self.object_version(bucket, key, version).await?.ok_or_else(|| s3_error!(NoSuchKey))?;
            let total = u64::try_from(object.blob.bytes).unwrap_or(0);
            let range = match range {
                None => 0..total,
                Some(range) => range.check(total).map_err(|_| s3_error!(InvalidRange))?,
            };
            match self.blobs.read(&object.blob, range.clone()).await {
                Ok(bytes) => return Ok(Read { object, range, bytes }),
                // It was replaced between the two steps.
                Err(fault) if fault.kind() == io::ErrorKind::NotFound => {}
                Err(fault) => return Err(internal(fault)),
            }
        }
        Err(s3_error!(InternalError, "the object's bytes are missing"))
    }
}

/// A stream of bytes.
trait Bytestream: Stream<Item = io::Result<Bytes>> + Send + Sync + 'static {}

impl<S: Stream<Item = io::Result<Bytes>> + Send + Sync + 'static> Bytestream for S {}

/// An object that is being read.
struct Read<B> {
    object: Object,
    /// Which of its bytes.
    range: std::ops::Range<u64>,
    bytes: B,
}

/// Attributes of an object beside its bytes.
struct Described {
    media_type: Option<String>,
    /// As JSON.
    metadata: Option<String>,
}

impl Described {
    fn new(media_type: Option<String>, metadata: Option<Metadata>) -> Self {
        let noted = metadata.filter(|metadata| !metadata.is_empty());
        Self { media_type, metadata: noted.and_then(|metadata| serde_json::to_string(&metadata).ok()) }
    }
}

fn seconds_since_1970() -> i64 {
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since_1970.as_secs()).unwrap_or(i64::MAX)
}

/// The error of bytes that were not written. S3 has no code for a lack of space; the message names it.
fn unwritten(fault: io::Error) -> s3s::S3Error {
    if !is_full(&fault) {
        return internal(fault);
    }
    tracing::warn!("the disk is full: an object was not written");
    s3_error!(SlowDown, "the disk of the service is full; delete files or results, and try again")
}

fn internal(fault: impl std::error::Error + Send + Sync + 'static) -> s3s::S3Error {
    tracing::warn!(%fault, "the object store failed");
    s3s::S3Error::with_source(s3s::S3ErrorCode::InternalError, Box::new(fault))
}
