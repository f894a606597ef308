//! A process that dies in the middle of its work: the ports in memory, until one call is its last.

use std::future::Future;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use tokio::sync::Notify;

use super::Memory;
use crate::error::StoreError;
use crate::files::file::{FileInfo, FileKey, FileName, ResultId};
use crate::files::origin::Origin;
use crate::ids::{InstanceId, JobNumber, JobUuid, Revision};
use crate::job::invariants;
use crate::job::notices::QueuedNotice;
use crate::job::{Job, JobKey};
use crate::ports::{
    ChargeStorage, CreateJob, DeferMessage, DueJobs, GetFile, GetJob, GetUsage, Inbox, InboxKey, JobMessage,
    PutFile, RemoveFile, RemoveJob, ReplaceFile, ReplaceJob, Replaced, SendMessage, SendNotice, Stored,
    Written,
};
use crate::tenancy::usage::{Month, Usage};
use crate::time::Timestamp;

impl Memory {
    /// Every stored result, published or not.
    pub fn stored_results(&self) -> Vec<ResultId> {
        let state = self.lock();
        let names = state.files.keys().filter_map(|(_, id)| FileName::parse(id).ok());
        names
            .filter_map(|name| if let FileName::Result(result) = name { Some(result) } else { None })
            .collect()
    }
}

/// Where a process dies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Death {
    /// It does not.
    Never,
    /// Before its n-th call of a port, counting from 1, is done.
    Before(usize),
    /// After its n-th call is done, before it gets the response.
    After(usize),
}

impl Death {
    /// Every place to die at in the first `calls` calls.
    pub fn all(calls: usize) -> impl Iterator<Item = Self> {
        (1..=calls).flat_map(|call| [Self::Before(call), Self::After(call)])
    }
}

/// How often submissions ended: the job, the revision, the number of its ends.
type Ends = Vec<(JobUuid, Revision, usize)>;

/// The writes of all processes: checked by the invariants, with their ends counted.
#[derive(Debug, Default)]
pub struct Chronicle {
    ends: Mutex<Ends>,
}

impl Chronicle {
    /// How often a submission of a job ended.
    pub fn ends(&self, job: &Job) -> usize {
        let ends = self.ends.lock().unwrap_or_else(PoisonError::into_inner);
        let found = ends.iter().find(|(uuid, revision, _)| (*uuid, *revision) == (job.uuid, job.revision));
        found.map_or(0, |(.., times)| *times)
    }

    fn note(&self, before: Option<&Job>, after: Option<&Job>) {
        let Some(after) = after else { return };
        let before = before.filter(|before| before.uuid == after.uuid);
        let broken = match before {
            Some(before) if before == after => None,
            Some(before) => invariants::broken_by(before, after),
            None => invariants::broken_in(after),
        };
        assert_eq!(broken, None, "{before:#?} -> {after:#?}");
        let was_ended = before.is_some_and(|before| before.state.is_terminal());
        if after.state.is_terminal() && !was_ended {
            let mut ends = self.ends.lock().unwrap_or_else(PoisonError::into_inner);
            match ends
                .iter_mut()
                .find(|(uuid, revision, _)| (*uuid, *revision) == (after.uuid, after.revision))
            {
                Some((.., times)) => *times += 1,
                None => ends.push((after.uuid, after.revision, 1)),
            }
        }
    }
}

/// A process over a world that outlives it.
#[derive(Debug)]
pub struct Mortal {
    world: Arc<Memory>,
    chronicle: Arc<Chronicle>,
    death: Death,
    calls: AtomicUsize,
    died: Notify,
}

impl Mortal {
    /// A process that dies as `death` defines.
    #[must_use]
    pub fn new(world: Arc<Memory>, chronicle: Arc<Chronicle>, death: Death) -> Arc<Self> {
        Arc::new(Self { world, chronicle, death, calls: AtomicUsize::new(0), died: Notify::new() })
    }

    /// Runs some work; `None` if the process dies first. Tasks of the work stop at their next call.
    pub async fn live<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            biased;
            () = self.died.notified() => None,
            done = work => Some(done),
        }
    }

    /// How many calls it has made.
    pub fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }

    async fn call<T>(&self, call: impl Future<Output = T>) -> T {
        let number = self.calls.fetch_add(1, Ordering::SeqCst) + 1;
        let (last, is_done) = match self.death {
            Death::Never => (usize::MAX, true),
            Death::Before(last) => (last, false),
            Death::After(last) => (last, true),
        };
        if number < last {
            return call.await;
        }
        if number == last && is_done {
            call.await;
        }
        self.died.notify_one();
        std::future::pending().await
    }

    async fn write(
        &self,
        key: &JobKey,
        write: impl Future<Output = Result<Written, StoreError>>,
    ) -> Result<Written, StoreError> {
        self.call(async {
            let before = self.world.get_job(key).await?;
            let written = write.await?;
            self.chronicle.note(before.as_ref(), self.world.get_job(key).await?.as_ref());
            Ok(written)
        })
        .await
    }
}

#[async_trait]
impl GetJob for Mortal {
    async fn get_job(&self, key: &JobKey) -> Result<Option<Job>, StoreError> {
        self.call(self.world.get_job(key)).await
    }
}

#[async_trait]
impl CreateJob for Mortal {
    async fn next_number(&self, instance: &InstanceId) -> Result<JobNumber, StoreError> {
        self.call(self.world.next_number(instance)).await
    }

    async fn create_job(&self, job: &Job) -> Result<Written, StoreError> {
        self.write(&job.key, self.world.create_job(job)).await
    }
}

#[async_trait]
impl ReplaceJob for Mortal {
    async fn replace_job(&self, before: &Job, after: &Job) -> Result<Written, StoreError> {
        self.write(&after.key, self.world.replace_job(before, after)).await
    }
}

#[async_trait]
impl RemoveJob for Mortal {
    async fn remove_job(&self, job: &Job) -> Result<Written, StoreError> {
        self.write(&job.key, self.world.remove_job(job)).await
    }
}

#[async_trait]
impl DueJobs for Mortal {
    async fn due_jobs(&self, now: Timestamp, limit: usize) -> Result<Vec<JobKey>, StoreError> {
        self.call(self.world.due_jobs(now, limit)).await
    }
}

#[async_trait]
impl SendMessage for Mortal {
    async fn send(&self, message: &JobMessage) -> Result<(), StoreError> {
        self.call(self.world.send(message)).await
    }
}

#[async_trait]
impl DeferMessage for Mortal {
    async fn send_after(&self, message: &JobMessage, delay: Duration) -> Result<(), StoreError> {
        self.call(self.world.send_after(message, delay)).await
    }
}

#[async_trait]
impl SendNotice for Mortal {
    async fn send_notice(&self, notice: &QueuedNotice) -> Result<(), StoreError> {
        self.call(self.world.send_notice(notice)).await
    }
}

#[async_trait]
impl GetUsage for Mortal {
    async fn get_usage(&self, instance: &InstanceId, month: Month) -> Result<Usage, StoreError> {
        self.call(self.world.get_usage(instance, month)).await
    }
}

#[async_trait]
impl ChargeStorage for Mortal {
    async fn charge_storage(&self, instance: &InstanceId, bytes: i64) -> Result<Stored, StoreError> {
        self.call(self.world.charge_storage(instance, bytes)).await
    }
}

#[async_trait]
impl GetFile for Mortal {
    async fn file_info(&self, key: &FileKey) -> Result<Option<FileInfo>, StoreError> {
        self.call(self.world.file_info(key)).await
    }

    async fn get_file(
        &self,
        key: &FileKey,
        limit: u64,
    ) -> Result<Option<Result<Bytes, FileInfo>>, StoreError> {
        self.call(self.world.get_file(key, limit)).await
    }

    async fn download(&self, key: &FileKey, to: &Path) -> Result<Option<FileInfo>, StoreError> {
        self.call(self.world.download(key, to)).await
    }
}

#[async_trait]
impl PutFile for Mortal {
    async fn put_file(&self, key: &FileKey, media_type: &str, bytes: Bytes) -> Result<(), StoreError> {
        self.call(self.world.put_file(key, media_type, bytes)).await
    }

    async fn upload(&self, key: &FileKey, media_type: &str, from: &Path) -> Result<(), StoreError> {
        self.call(self.world.upload(key, media_type, from)).await
    }
}

#[async_trait]
impl ReplaceFile for Mortal {
    async fn replace_file(
        &self,
        key: &FileKey,
        expected: &FileInfo,
        by: &Origin,
        media_type: &str,
        from: &Path,
    ) -> Result<Replaced, StoreError> {
        self.call(self.world.replace_file(key, expected, by, media_type, from)).await
    }
}

#[async_trait]
impl RemoveFile for Mortal {
    async fn remove_file(&self, key: &FileKey) -> Result<bool, StoreError> {
        self.call(self.world.remove_file(key)).await
    }
}

#[async_trait]
impl Inbox for Mortal {
    async fn get_inbox_object(
        &self,
        key: &InboxKey,
        limit: u64,
    ) -> Result<Option<Result<Bytes, FileInfo>>, StoreError> {
        self.call(self.world.get_inbox_object(key, limit)).await
    }

    async fn inbox_info(&self, key: &InboxKey) -> Result<Option<FileInfo>, StoreError> {
        self.call(self.world.inbox_info(key)).await
    }

    async fn remove_inbox_object(&self, key: &InboxKey, version: Option<&str>) -> Result<(), StoreError> {
        self.call(self.world.remove_inbox_object(key, version)).await
    }

    async fn adopt(&self, key: &InboxKey, to: &FileKey) -> Result<(), StoreError> {
        self.call(self.world.adopt(key, to)).await
    }

    async fn reject(&self, key: &InboxKey, report: &str) -> Result<(), StoreError> {
        self.call(self.world.reject(key, report)).await
    }
}
