//! Recounts the usage of an instance. No write can keep some of it exact: objects that the bucket's
//! lifecycle rules removed, uploads that stopped between reservation and storing, jobs older than the
//! counters.
//!
//! A file is counted before it is stored, and released after it was removed. In between the store and the
//! counter differ, and no write shows it. A recount beside requests therefore waits as long as a request may
//! take ([`SETTLE`]), before and after it lists the files. Files that were counted before that are stored by
//! then, and quota of files that were removed before the listing is released before the counter is set.
//! Requests that began later have written in the meantime, and the recount is repeated. Results are counted
//! when their execution ends: those of a running one are left out.

use std::collections::HashSet;
use std::time::Duration;

use crate::error::{Error, StoreError};
use crate::ids::{ExecutionNumber, InstanceId, JobUuid};
use crate::job::{Job, JobState};
use crate::ports::{Counted, GetJob, GetUsage, ListJobs, MeasureFiles, SetUsage};
use crate::tenancy::usage::Month;

/// Longer than any function that stores or removes files may run, which is a minute, and than an index
/// lags behind its table.
pub const SETTLE: Duration = Duration::from_secs(65);

/// Attempts while others write.
const TRIES: usize = 3;

/// Jobs of a page.
const PAGE: usize = 100;

/// The former counters of an instance, and its recounted usage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recounted {
    /// The counts until now.
    pub was: Counted,
    /// The counts from now on.
    pub is: Counted,
}

/// Recounts the jobs and files of an instance and stores the result. Running time does not change: its jobs
/// may be gone. `settle` is [`SETTLE`], or zero if no requests write.
///
/// # Errors
/// [`Error::Conflict`] where jobs or files kept coming and going meanwhile; or a fault of the store.
pub async fn recount<S, F>(
    store: &S,
    files: &F,
    instance: &InstanceId,
    settle: Duration,
) -> Result<Recounted, Error>
where
    S: ListJobs + GetJob + GetUsage + SetUsage,
    F: MeasureFiles,
{
    for _ in 0..TRIES {
        let writes = store.usage_writes(instance).await?;
        tokio::time::sleep(settle).await;
        let was = counted_until_now(store, instance).await?;
        let (mut is, under_way) = jobs(store, instance).await?;
        is.storage_bytes = bytes(files, instance, &under_way).await?;
        tokio::time::sleep(settle).await;
        if store.set_usage(instance, &is, writes).await? {
            return Ok(Recounted { was, is });
        }
    }
    let message = format!(
        "the instance `{instance}` kept changing while it was counted; suspend it, or try again later"
    );
    Err(Error::Conflict(message))
}

async fn counted_until_now<S: GetUsage>(store: &S, instance: &InstanceId) -> Result<Counted, StoreError> {
    // The recount ignores running time, so that any month will do.
    let usage = store.get_usage(instance, Month { year: 0, month: 1 }).await?;
    let (queued_jobs, running_jobs) = (usage.queued_jobs, usage.running_jobs);
    Ok(Counted { queued_jobs, running_jobs, storage_bytes: usage.storage_bytes })
}

/// An execution that has not ended.
type UnderWay = (JobUuid, ExecutionNumber);

async fn jobs<S: ListJobs + GetJob>(
    store: &S,
    instance: &InstanceId,
) -> Result<(Counted, HashSet<UnderWay>), StoreError> {
    let (mut counted, mut under_way) = (Counted::default(), HashSet::new());
    let mut after: Option<String> = None;
    loop {
        let page = store.list_jobs(instance, after.as_deref(), PAGE).await?;
        for listed in &page.items {
            // The list may lag behind the job.
            let Some(job) = store.get_job(&listed.key).await? else { continue };
            under_way.extend(open_executions(&job));
            match job.state {
                JobState::Pending => counted.queued_jobs += 1,
                JobState::Running | JobState::Canceling => counted.running_jobs += 1,
                JobState::Canceled | JobState::Failed | JobState::Success => {}
            }
        }
        match page.next {
            Some(next) => after = Some(next),
            None => return Ok((counted, under_way)),
        }
    }
}

fn open_executions(job: &Job) -> impl Iterator<Item = UnderWay> {
    let open = job.executions.iter().filter(|execution| execution.finished_at.is_none());
    open.map(|execution| (job.uuid, execution.number))
}

async fn bytes<F: MeasureFiles>(
    files: &F,
    instance: &InstanceId,
    under_way: &HashSet<UnderWay>,
) -> Result<u64, StoreError> {
    let mut total = 0_u64;
    let mut after: Option<String> = None;
    loop {
        let (bytes, next) = files.measure_files(instance, under_way, after.as_deref()).await?;
        total = total.saturating_add(bytes);
        match next {
            Some(next) => after = Some(next),
            None => return Ok(total),
        }
    }
}

#[cfg(test)]
mod tests;
