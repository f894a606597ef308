//! Ended jobs are kept for a while, and then go with their results.
//!
//! The service removes them itself, like a deletion by a caller: the write that removes a job also releases
//! its usage, which an expiry in the stores would not do. Until then a job is complete and visible; an
//! expired job is never hidden.

use std::time::Duration;

use crate::error::{Error, StoreError};
use crate::files;
use crate::files::file::{FileKey, FileName, ResultId};
use crate::job::{Job, JobKey};
use crate::ports::{ChargeStorage, ExpiredJobs, GetFile, GetJob, RemoveFile, RemoveJob, Written};
use crate::time::Clock;

/// Default retention of ended jobs.
pub const DEFAULT_RETENTION: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// Most jobs that one call removes; each costs a few requests to the stores. The next sweep continues.
pub const MAX_EXPIRED: usize = 100;

/// Removes expired jobs with their results. A job with a permanent fault is logged and skipped.
///
/// # Errors
/// A fault of a store; earlier removals stay.
pub async fn expire<J, F>(jobs: &J, files: &F, clock: &dyn Clock) -> Result<usize, StoreError>
where
    J: ExpiredJobs + GetJob + RemoveJob + ChargeStorage,
    F: GetFile + RemoveFile,
{
    let mut gone = 0;
    for key in jobs.expired_jobs(clock.now(), MAX_EXPIRED).await? {
        match expire_one(jobs, files, clock, &key).await {
            Ok(removed) => gone += usize::from(removed),
            Err(fault) if fault.transient => return Err(fault),
            Err(fault) => {
                tracing::error!(instance = %key.instance, job = %key.id, %fault, "a job cannot expire");
            }
        }
    }
    Ok(gone)
}

async fn expire_one<J, F>(jobs: &J, files: &F, clock: &dyn Clock, key: &JobKey) -> Result<bool, StoreError>
where
    J: ExpiredJobs + GetJob + RemoveJob + ChargeStorage,
    F: GetFile + RemoveFile,
{
    // The index may lag: the job itself decides, and one that was submitted again stays.
    let Some(job) = jobs.get_job(key).await? else { return Ok(false) };
    let over = job.ended_at().is_some_and(|ended| ended.plus(jobs.retention()) <= clock.now());
    if !over {
        return Ok(false);
    }
    // Results first: after a crash the job is still there to be removed later, and no results are left
    // without a job.
    for result in results(&job) {
        match files::delete(files, jobs, &result).await {
            Ok(()) | Err(Error::FileNotFound(_)) => {}
            Err(Error::Store(fault)) => return Err(fault),
            Err(other) => return Err(StoreError::permanent("remove a result", other.to_string())),
        }
    }
    for log in logs(&job) {
        // Logs are not charged.
        files.remove_file(&log).await?;
    }
    Ok(jobs.remove_job(&job).await? == Written::Done)
}

/// The logs of all executions that the job remembers.
fn logs(job: &Job) -> impl Iterator<Item = FileKey> {
    job.executions.iter().map(|execution| {
        let name = FileName::Log { job: job.uuid, execution: execution.number };
        FileKey { instance: job.key.instance.clone(), name }
    })
}

/// The results of all executions that the job remembers.
fn results(job: &Job) -> impl Iterator<Item = FileKey> {
    job.executions.iter().flat_map(move |execution| {
        execution.results().iter().map(move |file| {
            let result = ResultId { job: job.uuid, execution: execution.number, name: file.name.clone() };
            FileKey { instance: job.key.instance.clone(), name: FileName::Result(result) }
        })
    })
}

#[cfg(test)]
mod tests;
