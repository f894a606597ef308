//! Counts what an instance uses anew, for what no write can keep exact: objects that the bucket's own
//! rules removed, an upload that was cut off between counting and storing, jobs from before there were
//! counts.

use crate::error::{Error, StoreError};
use crate::ids::InstanceId;
use crate::job::JobState;
use crate::ports::{Counted, GetJob, ListJobs, MeasureFiles, SetUsage};

/// How often it is tried while others write.
const TRIES: usize = 3;

/// Jobs of a page.
const PAGE: usize = 100;

/// Counts the jobs and files of an instance and stores that. Running time stays what it is: it is of
/// jobs that may be gone.
///
/// # Errors
/// [`Error::Conflict`] where jobs or files kept coming and going meanwhile; or a fault of the store.
pub async fn recount<S, F>(store: &S, files: &F, instance: &InstanceId) -> Result<Counted, Error>
where
    S: ListJobs + GetJob + SetUsage,
    F: MeasureFiles,
{
    for _ in 0..TRIES {
        let writes = store.usage_writes(instance).await?;
        let mut counted = jobs(store, instance).await?;
        counted.storage_bytes = bytes(files, instance).await?;
        if store.set_usage(instance, &counted, writes).await? {
            return Ok(counted);
        }
    }
    let message = format!(
        "the instance `{instance}` kept changing while it was counted; suspend it, or try when it is quieter"
    );
    Err(Error::Conflict(message))
}

async fn jobs<S: ListJobs + GetJob>(store: &S, instance: &InstanceId) -> Result<Counted, StoreError> {
    let mut counted = Counted::default();
    let mut after: Option<String> = None;
    loop {
        let page = store.list_jobs(instance, after.as_deref(), PAGE).await?;
        for listed in &page.items {
            // The list may lag behind the job.
            match store.get_job(&listed.key).await?.map(|job| job.state) {
                Some(JobState::Pending) => counted.queued_jobs += 1,
                Some(JobState::Running | JobState::Canceling) => counted.running_jobs += 1,
                Some(JobState::Canceled | JobState::Failed | JobState::Success) | None => {}
            }
        }
        match page.next {
            Some(next) => after = Some(next),
            None => return Ok(counted),
        }
    }
}

async fn bytes<F: MeasureFiles>(files: &F, instance: &InstanceId) -> Result<u64, StoreError> {
    let mut total = 0_u64;
    let mut after: Option<String> = None;
    loop {
        let (bytes, next) = files.measure_files(instance, after.as_deref()).await?;
        total = total.saturating_add(bytes);
        match next {
            Some(next) => after = Some(next),
            None => return Ok(total),
        }
    }
}
