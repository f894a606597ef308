//! The ports in memory: the reference that the real adapters are measured against, and what the use
//! cases are tested on. It can be told to fail, also after having done what it was asked. The
//! [`suite`] holds any implementation of the ports to what they promise.

mod keeper;
mod mortal;
mod notices;
#[allow(clippy::unwrap_used, reason = "a check panics where a port breaks its promise")]
pub mod suite;
mod tenants;
mod uploads;

mod counters;

use std::collections::{BTreeMap, VecDeque};
use std::path::Path;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;

use self::counters::Counters;
use crate::error::StoreError;
use crate::file::{FileInfo, FileKey, FileName, FileVersion};
use crate::ids::{FileId, InstanceId, JobNumber};
use crate::instance::Instance;
use crate::job::{Job, JobKey};
use crate::key::KeyRecord;
use crate::notices::EndNotice;
use crate::ports::{
    CreateJob, DeferMessage, DropBox, DroppedKey, DueJobs, ExpiredJobs, GetFile, GetJob, JobMessage,
    LinkFile, ListFiles, ListJobs, Page, PutFile, RemoveFile, RemoveJob, ReplaceJob, SendMessage, WRITE_COPY,
    Written,
};
use crate::retention::DEFAULT_RETENTION;
use crate::time::{Clock, Timestamp};
use crate::usage::Change;

pub use keeper::Keeper;
pub use mortal::{Chronicle, Death, Mortal};

/// A clock that moves when it is told to.
#[derive(Debug, Default)]
pub struct ManualClock(AtomicI64);

impl ManualClock {
    /// A clock that shows `now`.
    #[must_use]
    pub fn at(now: Timestamp) -> Self {
        Self(AtomicI64::new(now.0))
    }

    /// Moves on.
    pub fn advance(&self, by: Duration) {
        self.0.store(self.now().plus(by).0, Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::SeqCst))
    }
}

/// How the next write goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// It is not done, and fails.
    Before,
    /// It is done, and its answer is lost.
    After,
}

/// Everything that is stored, in memory.
#[derive(Debug, Default)]
pub struct Memory {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    jobs: BTreeMap<(String, String), Job>,
    numbers: BTreeMap<String, u64>,
    files: BTreeMap<(String, String), (String, Bytes, u64)>,
    writes: u64,
    dropped: BTreeMap<(String, String), Bytes>,
    uploads: BTreeMap<String, uploads::Begun>,
    staged: BTreeMap<(String, String, String), Bytes>,
    marks: BTreeMap<(String, String), String>,
    reports: BTreeMap<(String, String), String>,
    keys: BTreeMap<String, KeyRecord>,
    messages: VecDeque<JobMessage>,
    deferred: VecDeque<(JobMessage, Duration)>,
    usage: BTreeMap<String, Counters>,
    instances: BTreeMap<String, Instance>,
    notices: VecDeque<EndNotice>,
    deaf: bool,
    faults: VecDeque<Fault>,
}

impl Memory {
    /// Makes the next writes of jobs go wrong, in this order.
    pub fn fail_next_writes(&self, faults: impl IntoIterator<Item = Fault>) {
        self.lock().faults.extend(faults);
    }

    /// Takes the oldest message from the queue.
    pub fn take_message(&self) -> Option<JobMessage> {
        self.lock().messages.pop_front()
    }

    /// Takes the oldest message that was sent to come later, and how much later.
    pub fn take_deferred(&self) -> Option<(JobMessage, Duration)> {
        self.lock().deferred.pop_front()
    }

    /// Drops an object, as somebody would into the bucket.
    pub fn drop_object(&self, drop: &DroppedKey, bytes: Bytes) {
        self.lock().dropped.insert(drop_place(drop), bytes);
    }

    /// The report on a dropped object that could not be taken.
    pub fn report(&self, drop: &DroppedKey) -> Option<String> {
        self.lock().reports.get(&drop_place(drop)).cloned()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(
        &self,
        key: &JobKey,
        decide: impl FnOnce(Option<&Job>) -> Decision,
    ) -> Result<Written, StoreError> {
        let mut state = self.lock();
        let fault = state.faults.pop_front();
        let lost = || StoreError::transient("write a job", format!("made to fail: {}", key.id));
        if fault == Some(Fault::Before) {
            return Err(lost());
        }
        let decision = decide(state.jobs.get(&place(key)));
        let written = state.apply(key, decision);
        if fault == Some(Fault::After) { Err(lost()) } else { Ok(written) }
    }
}

/// What a write does where the store holds this.
enum Decision {
    /// Nothing, and this is the answer.
    Answer(Written),
    /// It puts this there.
    Put(Box<Job>),
    /// It removes what is there.
    Remove,
}

impl State {
    /// Writes a job and what follows for the usage, both or neither.
    fn apply(&mut self, key: &JobKey, decision: Decision) -> Written {
        let after = match decision {
            Decision::Answer(written) => return written,
            Decision::Put(job) => Some(*job),
            Decision::Remove => None,
        };
        let change = Change::of(self.jobs.get(&place(key)), after.as_ref());
        if let Err(refused) = self.usage.entry(key.instance.to_string()).or_default().count(&change) {
            return refused;
        }
        match after {
            Some(job) => self.jobs.insert(place(key), job),
            None => self.jobs.remove(&place(key)),
        };
        Written::Done
    }
}

fn place(key: &JobKey) -> (String, String) {
    (key.instance.to_string(), key.id.to_string())
}

fn conflict(held: Option<&Job>) -> Decision {
    Decision::Answer(Written::Conflict(held.cloned().map(Box::new)))
}

fn drop_place(drop: &DroppedKey) -> (String, String) {
    (drop.instance.to_string(), drop.name.to_string())
}

fn file_place(key: &FileKey) -> (String, String) {
    (key.instance.to_string(), key.name.id())
}

#[async_trait]
impl ExpiredJobs for Memory {
    fn retention(&self) -> Duration {
        DEFAULT_RETENTION
    }

    async fn expired_jobs(&self, now: Timestamp, limit: usize) -> Result<Vec<JobKey>, StoreError> {
        let state = self.lock();
        let over = |job: &&Job| job.ended_at().is_some_and(|ended| ended.plus(DEFAULT_RETENTION) <= now);
        Ok(state.jobs.values().filter(over).map(|job| job.key.clone()).take(limit).collect())
    }
}

#[async_trait]
impl GetJob for Memory {
    async fn get_job(&self, key: &JobKey) -> Result<Option<Job>, StoreError> {
        Ok(self.lock().jobs.get(&place(key)).cloned())
    }
}

#[async_trait]
impl ListJobs for Memory {
    async fn list_jobs(
        &self,
        instance: &InstanceId,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Page<Job>, StoreError> {
        let Some(after) = after.map_or(Some(0), |text| text.parse().ok()) else {
            return Ok(Page { items: Vec::new(), next: None });
        };
        let state = self.lock();
        let mut items: Vec<Job> = state
            .jobs
            .values()
            .filter(|job| job.key.instance == *instance && job.number.0 > after)
            .cloned()
            .collect();
        items.sort_by_key(|job| job.number);
        let more = items.len() > limit;
        items.truncate(limit);
        let next = items.last().filter(|_| more).map(|job| job.number.to_string());
        Ok(Page { items, next })
    }
}

#[async_trait]
impl CreateJob for Memory {
    async fn next_number(&self, instance: &InstanceId) -> Result<JobNumber, StoreError> {
        let mut state = self.lock();
        let number = state.numbers.entry(instance.to_string()).or_default();
        *number += 1;
        Ok(JobNumber(*number))
    }

    async fn create_job(&self, job: &Job) -> Result<Written, StoreError> {
        self.write(&job.key, |held| match held {
            Some(held) if held.uuid != job.uuid => conflict(Some(held)),
            Some(_) => Decision::Answer(Written::Done),
            None => Decision::Put(Box::new(job.clone())),
        })
    }
}

#[async_trait]
impl ReplaceJob for Memory {
    async fn replace_job(&self, before: &Job, after: &Job) -> Result<Written, StoreError> {
        self.write(&after.key, |held| match held {
            Some(held) if held == after => Decision::Answer(Written::Done),
            Some(held) if held.version == before.version && held.uuid == before.uuid => {
                Decision::Put(Box::new(after.clone()))
            }
            held => conflict(held),
        })
    }
}

#[async_trait]
impl RemoveJob for Memory {
    async fn remove_job(&self, job: &Job) -> Result<Written, StoreError> {
        self.write(&job.key, |held| match held {
            None => Decision::Answer(Written::Done),
            Some(held) if held.version == job.version && held.uuid == job.uuid => Decision::Remove,
            held => conflict(held),
        })
    }
}

#[async_trait]
impl DueJobs for Memory {
    async fn due_jobs(&self, now: Timestamp, limit: usize) -> Result<Vec<JobKey>, StoreError> {
        let state = self.lock();
        let mut due: Vec<&Job> =
            state.jobs.values().filter(|job| job.due_at().is_some_and(|due| due <= now)).collect();
        due.sort_by_key(|job| job.due_at());
        Ok(due.into_iter().take(limit).map(|job| job.key.clone()).collect())
    }
}

#[async_trait]
impl SendMessage for Memory {
    async fn send(&self, message: &JobMessage) -> Result<(), StoreError> {
        self.lock().messages.push_back(message.clone());
        Ok(())
    }
}

#[async_trait]
impl DeferMessage for Memory {
    async fn send_after(&self, message: &JobMessage, delay: Duration) -> Result<(), StoreError> {
        self.lock().deferred.push_back((message.clone(), delay));
        Ok(())
    }
}

#[async_trait]
impl GetFile for Memory {
    async fn file_info(&self, key: &FileKey) -> Result<Option<FileInfo>, StoreError> {
        let state = self.lock();
        Ok(state.files.get(&file_place(key)).map(|(media_type, bytes, version)| FileInfo {
            bytes: bytes.len() as u64,
            version: FileVersion(version.to_string()),
            media_type: media_type.clone(),
        }))
    }

    async fn get_file(
        &self,
        key: &FileKey,
        limit: u64,
    ) -> Result<Option<Result<Bytes, FileInfo>>, StoreError> {
        let Some(info) = self.file_info(key).await? else { return Ok(None) };
        if info.bytes > limit {
            return Ok(Some(Err(info)));
        }
        Ok(self.lock().files.get(&file_place(key)).map(|(_, bytes, _)| Ok(bytes.clone())))
    }

    async fn download(&self, key: &FileKey, to: &Path) -> Result<Option<FileInfo>, StoreError> {
        let Some(info) = self.file_info(key).await? else { return Ok(None) };
        let bytes = self.lock().files.get(&file_place(key)).map(|(_, bytes, _)| bytes.clone());
        let written = tokio::fs::write(to, bytes.unwrap_or_default()).await;
        written.map_err(|fault| StoreError::permanent(WRITE_COPY, fault.to_string()))?;
        Ok(Some(info))
    }
}

#[async_trait]
impl LinkFile for Memory {
    async fn link_to(&self, key: &FileKey, save_as: &str) -> Result<String, StoreError> {
        Ok(format!("https://store.example/{}/{}?save-as={save_as}", key.instance, key.name.id()))
    }
}

#[async_trait]
impl ListFiles for Memory {
    async fn list_files(
        &self,
        instance: &InstanceId,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Page<FileId>, StoreError> {
        if after.is_some_and(|after| FileId::new(after).is_err()) {
            return Ok(Page { items: Vec::new(), next: None });
        }
        let state = self.lock();
        let mut items: Vec<FileId> = state
            .files
            .keys()
            .filter(|(owner, id)| {
                *owner == instance.as_str() && after.is_none_or(|after| id.as_str() > after)
            })
            .filter_map(|(_, id)| match FileName::parse(id) {
                Ok(FileName::Upload(id)) => Some(id),
                _ => None,
            })
            .collect();
        let more = items.len() > limit;
        items.truncate(limit);
        let next = items.last().filter(|_| more).map(ToString::to_string);
        Ok(Page { items, next })
    }
}

#[async_trait]
impl PutFile for Memory {
    async fn put_file(&self, key: &FileKey, media_type: &str, bytes: Bytes) -> Result<(), StoreError> {
        let mut state = self.lock();
        state.writes += 1;
        let version = state.writes;
        state.marks.remove(&file_place(key));
        state.files.insert(file_place(key), (media_type.to_owned(), bytes, version));
        Ok(())
    }

    async fn upload(&self, key: &FileKey, media_type: &str, from: &Path) -> Result<(), StoreError> {
        let read = tokio::fs::read(from).await;
        let bytes = read.map_err(|fault| StoreError::permanent("read a result", fault.to_string()))?;
        self.put_file(key, media_type, bytes.into()).await
    }
}

#[async_trait]
impl RemoveFile for Memory {
    async fn remove_file(&self, key: &FileKey) -> Result<bool, StoreError> {
        let mut state = self.lock();
        state.marks.remove(&file_place(key));
        Ok(state.files.remove(&file_place(key)).is_some())
    }
}

#[async_trait]
impl DropBox for Memory {
    async fn dropped_info(&self, drop: &DroppedKey) -> Result<Option<FileInfo>, StoreError> {
        let found = self.get_dropped(drop, 0).await?;
        Ok(found.map(|found| match found {
            Err(info) => info,
            Ok(_) => FileInfo { bytes: 0, version: FileVersion("dropped".into()), media_type: String::new() },
        }))
    }

    async fn get_dropped(
        &self,
        drop: &DroppedKey,
        limit: u64,
    ) -> Result<Option<Result<Bytes, FileInfo>>, StoreError> {
        Ok(self.lock().dropped.get(&drop_place(drop)).map(|bytes| {
            let info = FileInfo {
                bytes: bytes.len() as u64,
                version: FileVersion("dropped".into()),
                media_type: String::new(),
            };
            if info.bytes > limit { Err(info) } else { Ok(bytes.clone()) }
        }))
    }

    async fn adopt(&self, drop: &DroppedKey, to: &FileKey) -> Result<(), StoreError> {
        let bytes = self.lock().dropped.get(&drop_place(drop)).cloned();
        let bytes = bytes.ok_or_else(|| StoreError::permanent("adopt", "the dropped object is gone"))?;
        self.put_file(to, "application/octet-stream", bytes).await
    }

    async fn remove_dropped(&self, drop: &DroppedKey, _: Option<&str>) -> Result<(), StoreError> {
        self.lock().dropped.remove(&drop_place(drop));
        Ok(())
    }

    async fn reject(&self, drop: &DroppedKey, report: &str) -> Result<(), StoreError> {
        self.lock().reports.insert(drop_place(drop), report.to_owned());
        Ok(())
    }
}

#[cfg(test)]
mod tests;
