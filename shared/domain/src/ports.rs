//! What the service needs from the world, one trait per verb: a function takes just the verbs that
//! it uses, and its template grants just those.

mod tenants;

use std::path::Path;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use serde::{Deserialize, Serialize};

use crate::error::StoreError;
use crate::file::{FileInfo, FileKey};
use crate::ids::{FileId, InstanceId, JobNumber, JobUuid, Revision, Version};
use crate::job::{Job, JobKey};
use crate::notices::EndNotice;
use crate::secret::{DataKey, NewDataKey, WrappedKey};
use crate::time::Timestamp;
use crate::uploads::{UploadTarget, UploadedPart};
use crate::usage::Exceeded;

pub use self::tenants::{
    ChargeStorage, Counted, CreateInstance, GetInstance, GetKey, GetUsage, InstanceWritten, ListInstances,
    MeasureFiles, PurgeFiles, PutKey, RemoveKey, ReplaceInstance, SetUsage, Stored,
};
/// What became of a conditional write.
#[derive(Debug, Clone, PartialEq)]
#[must_use]
pub enum Written {
    /// The store now holds what was meant, be it by this call or by an earlier one whose answer was
    /// lost.
    Done,
    /// Somebody else was faster; this is what the store holds, if it still holds the job at all.
    Conflict(Option<Box<Job>>),
    /// A quota of the instance is used up: nothing was written.
    OverQuota(Exceeded),
}

/// Some of a list, and where the rest begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The entries.
    pub items: Vec<T>,
    /// Where to go on; nothing after the last page. Opaque to callers.
    pub next: Option<String>,
}

/// Reads one job.
#[async_trait]
pub trait GetJob: Send + Sync {
    /// The job, if there is one, in its newest state.
    async fn get_job(&self, key: &JobKey) -> Result<Option<Job>, StoreError>;

    /// Which job the store holds, and how often it was written, as of this moment or one shortly
    /// before: for who looks every second and only wants to know whether there is something new.
    async fn glance_at_job(&self, key: &JobKey) -> Result<Option<(JobUuid, Version)>, StoreError> {
        Ok(self.get_job(key).await?.map(|job| (job.uuid, job.version)))
    }
}

/// Lists jobs; the list may lag behind the jobs.
#[async_trait]
pub trait ListJobs: Send + Sync {
    /// At most `limit` jobs of an instance after the place that `after` names, in order of number
    /// over all pages. Costs the page, not the number of jobs. A page may hold fewer jobs than
    /// `limit` although more follow; after a place that no page named follows nothing.
    async fn list_jobs(
        &self,
        instance: &InstanceId,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Page<Job>, StoreError>;
}

/// Stores a job that did not exist.
#[async_trait]
pub trait CreateJob: Send + Sync {
    /// The next free number of an instance.
    async fn next_number(&self, instance: &InstanceId) -> Result<JobNumber, StoreError>;

    /// Stores a new job, unless its key is taken. Done, too, where the job that holds the key is
    /// this very one (its UUID), whatever became of it since. The instance's usage changes with it,
    /// and its quotas may refuse it.
    async fn create_job(&self, job: &Job) -> Result<Written, StoreError>;
}

/// Stores a job's next state.
#[async_trait]
pub trait ReplaceJob: Send + Sync {
    /// Stores `after` where the store holds `before`: its UUID at its version. `after` was derived
    /// from it, and what follows from the difference for the instance's usage
    /// ([`Change`](crate::usage::Change)) is stored with it; its quotas may refuse a submission or a
    /// start. Done, too, where the store
    /// holds `after` already.
    async fn replace_job(&self, before: &Job, after: &Job) -> Result<Written, StoreError>;
}

/// Removes a job.
#[async_trait]
pub trait RemoveJob: Send + Sync {
    /// Removes the job where the store holds just this one: its UUID at its version. Done, too,
    /// where the store holds no job of this key any more.
    async fn remove_job(&self, job: &Job) -> Result<Written, StoreError>;
}

/// Finds the jobs that the sweeper must look at.
#[async_trait]
pub trait DueJobs: Send + Sync {
    /// At most `limit` jobs that are due at `now`, the longest overdue first as far as that is cheap.
    async fn due_jobs(&self, now: Timestamp, limit: usize) -> Result<Vec<JobKey>, StoreError>;
}

/// Finds ended jobs that were kept for long enough.
#[async_trait]
pub trait ExpiredJobs: Send + Sync {
    /// How long ended jobs are kept.
    fn retention(&self) -> Duration;

    /// At most `limit` jobs that ended so long before `now`; the list may lag behind the jobs.
    async fn expired_jobs(&self, now: Timestamp, limit: usize) -> Result<Vec<JobKey>, StoreError>;
}

/// Tells a worker that a job waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct JobMessage {
    /// Which job.
    #[serde(flatten)]
    pub key: JobKey,
    /// Which submission of it.
    pub revision: Revision,
}

/// Sends messages to the workers; delivery is at least once, or lost.
#[async_trait]
pub trait SendMessage: Send + Sync {
    /// Sends one message.
    async fn send(&self, message: &JobMessage) -> Result<(), StoreError>;
}

/// Hands notices of ended jobs to who delivers them; at least once, or not at all.
#[async_trait]
pub trait SendNotice: Send + Sync {
    /// Hands one over.
    async fn send_notice(&self, notice: &EndNotice) -> Result<(), StoreError>;
}

/// Tells whoever listens that a job ended.
#[async_trait]
pub trait PublishEnd: Send + Sync {
    /// Tells it; who heard it before hears it again.
    async fn publish_end(&self, notice: &EndNotice) -> Result<(), StoreError>;
}

/// What a fault is called where the local copy of a download cannot be written: a full disk, mostly.
pub const WRITE_COPY: &str = "write a downloaded file";

/// Tells a worker later that a job waits.
#[async_trait]
pub trait DeferMessage: Send + Sync {
    /// Sends one message that is not delivered before `delay` is over, as far as the queue can: SQS
    /// waits for 15 minutes at most.
    async fn send_after(&self, message: &JobMessage, delay: Duration) -> Result<(), StoreError>;
}

/// Reads files.
#[async_trait]
pub trait GetFile: Send + Sync {
    /// What is known of the file, if there is one.
    async fn file_info(&self, key: &FileKey) -> Result<Option<FileInfo>, StoreError>;

    /// The file's bytes, if there is one of at most `limit` bytes; `Err(info)` for a larger one.
    async fn get_file(
        &self,
        key: &FileKey,
        limit: u64,
    ) -> Result<Option<Result<Bytes, FileInfo>>, StoreError>;

    /// Copies the file to a local path, if there is one; tells which content it was.
    async fn download(&self, key: &FileKey, to: &Path) -> Result<Option<FileInfo>, StoreError>;
}

/// Lets callers fetch files without carrying their bytes through here.
#[async_trait]
pub trait LinkFile: Send + Sync {
    /// A URL that gives the file to whoever holds it, for a short while, under the name `save_as`.
    async fn link_to(&self, key: &FileKey, save_as: &str) -> Result<String, StoreError>;
}

/// Lists uploaded files.
#[async_trait]
pub trait ListFiles: Send + Sync {
    /// At most `limit` ids of an instance's uploads after the place that `after` names. Results are
    /// not listed. After a place that no page named follows nothing.
    async fn list_files(
        &self,
        instance: &InstanceId,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Page<FileId>, StoreError>;
}

/// Writes files.
#[async_trait]
pub trait PutFile: Send + Sync {
    /// Stores bytes, replacing what was there.
    async fn put_file(&self, key: &FileKey, media_type: &str, bytes: Bytes) -> Result<(), StoreError>;

    /// Stores a local file, replacing what was there.
    async fn upload(&self, key: &FileKey, media_type: &str, from: &Path) -> Result<(), StoreError>;
}

/// Removes files.
#[async_trait]
pub trait RemoveFile: Send + Sync {
    /// Removes the file; tells whether there was one.
    async fn remove_file(&self, key: &FileKey) -> Result<bool, StoreError>;
}

/// The place where files are dropped without the API: an object under the uploads prefix.
#[async_trait]
pub trait DropBox: Send + Sync {
    /// What is known of a dropped object, if it is still there.
    async fn dropped_info(&self, drop: &DroppedKey) -> Result<Option<FileInfo>, StoreError>;

    /// The bytes of a dropped object, if it is still there and has at most `limit` bytes;
    /// `Err(info)` for a larger one.
    async fn get_dropped(
        &self,
        drop: &DroppedKey,
        limit: u64,
    ) -> Result<Option<Result<Bytes, FileInfo>>, StoreError>;

    /// Makes a dropped object an uploaded file, without carrying its bytes through here.
    async fn adopt(&self, drop: &DroppedKey, to: &FileKey) -> Result<(), StoreError>;

    /// Leaves a report beside a dropped object that cannot be taken.
    async fn reject(&self, drop: &DroppedKey, report: &str) -> Result<(), StoreError>;

    /// Deletes a dropped object for good: this version of it, where the store keeps several. One that is
    /// gone is deleted.
    async fn remove_dropped(&self, drop: &DroppedKey, version: Option<&str>) -> Result<(), StoreError>;
}

/// A dropped object: whose, and under which name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DroppedKey {
    /// The owner, by the folder that it was dropped into.
    pub instance: InstanceId,
    /// The rest of its name.
    pub name: FileId,
}

/// Begins uploads whose parts callers send to the store themselves.
#[async_trait]
pub trait StartUpload: Send + Sync {
    /// Begins an upload; the store's own id of it. Nothing is seen of the file before it is complete.
    async fn begin_upload(&self, target: &UploadTarget) -> Result<String, StoreError>;

    /// A URL that takes one part, of exactly `bytes` bytes, from whoever holds it, for `life`.
    async fn link_part(
        &self,
        target: &UploadTarget,
        upload: &str,
        part: u32,
        bytes: u64,
        life: Duration,
    ) -> Result<String, StoreError>;
}

/// Knows which parts of an upload have arrived.
#[async_trait]
pub trait ListParts: Send + Sync {
    /// The parts in order; nothing where there is no such upload of this target (any more).
    async fn list_parts(
        &self,
        target: &UploadTarget,
        upload: &str,
    ) -> Result<Option<Vec<UploadedPart>>, StoreError>;
}

/// Completes uploads.
#[async_trait]
pub trait CompleteUpload: Send + Sync {
    /// Makes the parts one object; false where there is no such upload (any more).
    async fn complete_upload(
        &self,
        target: &UploadTarget,
        upload: &str,
        parts: &[UploadedPart],
    ) -> Result<bool, StoreError>;

    /// Whether the file is what this very upload made.
    async fn is_complete(&self, target: &UploadTarget) -> Result<bool, StoreError>;
}

/// The place where uploads wait that must be looked at before they are files.
#[async_trait]
pub trait Staging: Send + Sync {
    /// The bytes of a staged upload, if it is there and has at most `limit` bytes; `Err(info)` for a
    /// larger one.
    async fn get_staged(
        &self,
        target: &UploadTarget,
        limit: u64,
    ) -> Result<Option<Result<Bytes, FileInfo>>, StoreError>;

    /// Makes a staged upload the file, without carrying its bytes through here.
    async fn publish_staged(&self, target: &UploadTarget) -> Result<(), StoreError>;

    /// Removes a staged upload, if it is there.
    async fn remove_staged(&self, target: &UploadTarget) -> Result<(), StoreError>;
}

/// Draws keys that seal passwords before they are stored.
#[async_trait]
pub trait Seal: Send + Sync {
    /// A new data key for secrets of this instance, as it is and wrapped. Every failure may pass:
    /// nothing was stored yet.
    async fn new_data_key(&self, instance: &InstanceId) -> Result<NewDataKey, StoreError>;
}

/// Opens the keys that sealed passwords.
#[async_trait]
pub trait Unseal: Send + Sync {
    /// The data key that [`Seal`] drew for this very instance.
    async fn open_data_key(&self, instance: &InstanceId, wrapped: &WrappedKey)
    -> Result<DataKey, StoreError>;
}
