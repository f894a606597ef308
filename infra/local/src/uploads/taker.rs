//! Processes a file: puts it into the bucket, and calls the uploads function.

use std::path::Path;
use std::sync::Arc;
use std::time::UNIX_EPOCH;

use aws_lambda_events::s3::{S3Event, S3EventRecord};
use aws_sdk_s3::Client;
use aws_sdk_s3::error::DisplayErrorContext;
use aws_sdk_s3::primitives::ByteStream;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use satsuma_aws::{Files, Jobs, Queue};
use satsuma_domain::secret::WrappingKey;
use satsuma_domain::{FileId, InstanceId, StoreError, SystemClock};

use crate::stores::BUCKET;

/// Characters that events do not encode in keys.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'/').remove(b'*');

/// Dependencies of the uploads function.
pub(crate) struct Taker {
    pub(crate) bucket: Client,
    pub(crate) jobs: Jobs,
    pub(crate) files: Files,
    pub(crate) queue: Queue,
    pub(crate) keys: Arc<WrappingKey>,
    pub(crate) instance: InstanceId,
}

/// Result of a file.
pub(crate) enum Taken {
    /// It is an uploaded file now, or a job.
    Accepted,
    /// It is a job now, and held passwords.
    AcceptedPasswords,
    /// It cannot be processed; this is the report.
    Rejected(Vec<u8>),
    /// It cannot be processed, and may contain passwords; this is the report.
    RejectedPasswords(Vec<u8>),
}

impl Taker {
    /// Processes one file. A repetition does no harm.
    pub(crate) async fn take(&self, name: &FileId, path: &Path) -> Result<Taken, StoreError> {
        let report = format!("rejected/{}/{name}.error.json", self.instance);
        // An earlier file of this name may have been rejected.
        self.delete(&report).await?;
        let key = format!("uploads/{}/{name}", self.instance);
        let event = event(&key, &sequencer(path).await?);
        self.put(&key, path).await?;
        let Self { jobs, files, queue, keys, .. } = self;
        let taken = satsuma_uploads::handle(jobs, files, queue, &**keys, &SystemClock, event).await?;
        // On AWS the bucket's lifecycle does this.
        self.delete(&key).await?;
        if taken.contains(&satsuma_uploads::Taken::JobWithPasswords) {
            return Ok(Taken::AcceptedPasswords);
        }
        let report = self.get(&report).await?;
        if taken.contains(&satsuma_uploads::Taken::RejectedPasswords) {
            return Ok(Taken::RejectedPasswords(report.unwrap_or_default()));
        }
        Ok(report.map_or(Taken::Accepted, Taken::Rejected))
    }

    async fn put(&self, key: &str, path: &Path) -> Result<(), StoreError> {
        let operation = "put an inbox file";
        let body = ByteStream::from_path(path).await;
        let body =
            body.map_err(|error| StoreError::permanent(operation, DisplayErrorContext(error).to_string()))?;
        let put = self.bucket.put_object().bucket(BUCKET).key(key).body(body).send().await;
        put.map(|_| ())
            .map_err(|error| StoreError::transient(operation, DisplayErrorContext(error).to_string()))
    }

    async fn delete(&self, key: &str) -> Result<(), StoreError> {
        let deleted = self.bucket.delete_object().bucket(BUCKET).key(key).send().await;
        let fault =
            |error| StoreError::transient("delete an inbox file", DisplayErrorContext(error).to_string());
        deleted.map(|_| ()).map_err(fault)
    }

    async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let operation = "read a report";
        let object = match self.bucket.get_object().bucket(BUCKET).key(key).send().await {
            Ok(object) => object,
            Err(error) if error.as_service_error().is_some_and(|refusal| refusal.is_no_such_key()) => {
                return Ok(None);
            }
            Err(error) => {
                return Err(StoreError::transient(operation, DisplayErrorContext(error).to_string()));
            }
        };
        let bytes = object.body.collect().await;
        let bytes = bytes.map_err(|error| StoreError::transient(operation, error.to_string()))?;
        Ok(Some(bytes.to_vec()))
    }
}

/// Distinguishes a file from a later one with the same name, and stays the same when the file is processed
/// again because this process was killed before it was moved.
async fn sequencer(path: &Path) -> Result<String, StoreError> {
    let look =
        tokio::fs::metadata(path).await.and_then(|metadata| Ok((metadata.len(), metadata.modified()?)));
    let (bytes, modified) =
        look.map_err(|error| StoreError::transient("read an inbox file", error.to_string()))?;
    let nanos = modified.duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
    Ok(format!("{nanos:X}-{bytes:X}"))
}

/// The event that S3 sends for a new object; keys are encoded as in forms there.
fn event(key: &str, sequencer: &str) -> S3Event {
    let mut record = S3EventRecord::default();
    record.event_source = Some("aws:s3".to_owned());
    record.event_name = Some("ObjectCreated:Put".to_owned());
    record.s3.bucket.name = Some(BUCKET.to_owned());
    record.s3.object.sequencer = Some(sequencer.to_owned());
    record.s3.object.key = Some(utf8_percent_encode(key, PLAIN).to_string().replace("%20", "+"));
    let mut event = S3Event::default();
    event.records.push(record);
    event
}
