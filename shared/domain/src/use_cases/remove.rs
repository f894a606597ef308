//! Deletes jobs. One that has not ended is canceled first, and removed once its worker has stopped and its
//! notice is published.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::error::Error;
use crate::ids::{InstanceId, JobId, JobUuid};
use crate::job::JobKey;
use crate::job::transition::{Event, transition};
use crate::ports::{GetJob, RemoveJob, ReplaceJob, SendNotice, Written};
use crate::time::Clock;
use crate::use_cases::publish::send_notices;

/// Most jobs that one request may delete: each costs a few requests to the store.
pub const MAX_REMOVED_AT_ONCE: usize = 100;

/// Longest wait of a deletion for the workers of running jobs. A worker notices a cancellation within a
/// second, and has eight more to stop.
pub const REMOVE_TIMEOUT: Duration = Duration::from_secs(10);

/// The pause before the first check whether a job is removed; the pauses double to [`LONGEST_PAUSE`].
const FIRST_PAUSE: Duration = Duration::from_millis(125);

/// The longest pause between two checks.
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// Attempts at a deletion while others write the same job.
const RACES: usize = 5;

/// Result of the deletion of one job.
enum Removed {
    /// It is removed.
    Gone,
    /// It did not exist.
    Unknown,
    /// It is removed when its worker has stopped.
    Leaving(JobUuid),
}

/// Deletes jobs and returns how many were removed. Unknown ones do not count; running ones are canceled and
/// do not count yet. Their notices are published, and those that were still pending as well.
///
/// # Errors
/// [`Error::Invalid`] beyond [`MAX_REMOVED_AT_ONCE`], or a fault of the store or the queue.
pub async fn remove<S, Q>(
    store: &S,
    queue: &Q,
    clock: &dyn Clock,
    instance: &InstanceId,
    ids: &[JobId],
) -> Result<usize, Error>
where
    S: GetJob + ReplaceJob + RemoveJob,
    Q: SendNotice,
{
    remove_within(store, queue, clock, instance, ids, Duration::ZERO).await
}

/// Deletes jobs as [`remove`] does. Running ones count if their workers stop within `timeout`; the others are
/// removed later.
///
/// # Errors
/// As [`remove`].
pub async fn remove_within<S, Q>(
    store: &S,
    queue: &Q,
    clock: &dyn Clock,
    instance: &InstanceId,
    ids: &[JobId],
    timeout: Duration,
) -> Result<usize, Error>
where
    S: GetJob + ReplaceJob + RemoveJob,
    Q: SendNotice,
{
    if ids.len() > MAX_REMOVED_AT_ONCE {
        let message = format!("at most {MAX_REMOVED_AT_ONCE} jobs can be deleted at once, not {}", ids.len());
        return Err(Error::invalid("too_many_ids", Some("ids"), message));
    }
    let mut gone = 0;
    let mut leaving = Vec::new();
    for id in ids {
        let key = JobKey { instance: instance.clone(), id: id.clone() };
        match remove_one(store, queue, clock, &key).await? {
            Removed::Gone => gone += 1,
            Removed::Unknown => {}
            Removed::Leaving(job) if leaving.contains(&(key.clone(), job)) => {}
            Removed::Leaving(job) => leaving.push((key, job)),
        }
    }
    Ok(gone + wait_for(store, leaving, timeout).await)
}

/// Waits until jobs are removed, and counts them.
async fn wait_for<S: GetJob>(store: &S, mut leaving: Vec<(JobKey, JobUuid)>, timeout: Duration) -> usize {
    let (until, all) = (Instant::now() + timeout, leaving.len());
    let mut pause = FIRST_PAUSE;
    while !leaving.is_empty() {
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            break;
        }
        sleep(pause.min(left)).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
        let mut still = Vec::new();
        for (key, job) in leaving {
            match store.get_job_version(&key).await {
                Ok(Some((there, _))) if there == job => still.push((key, job)),
                Ok(_) => {}
                // They are canceled: a failed check does not change that.
                Err(_) => still.push((key, job)),
            }
        }
        leaving = still;
    }
    all - leaving.len()
}

async fn remove_one<S, Q>(store: &S, queue: &Q, clock: &dyn Clock, key: &JobKey) -> Result<Removed, Error>
where
    S: GetJob + ReplaceJob + RemoveJob,
    Q: SendNotice,
{
    for _ in 0..RACES {
        let Some(job) = store.get_job(key).await? else { return Ok(Removed::Unknown) };
        let job = match transition(&job, &Event::Cancel, clock.now()) {
            Ok(canceled) if store.replace_job(&job, &canceled).await? == Written::Done => canceled,
            Ok(_) => continue,
            // It is being canceled, or has ended.
            Err(_) => job,
        };
        if !job.state.is_terminal() {
            return Ok(Removed::Leaving(job.uuid));
        }
        // Should this go wrong, the sweeper finds the note on a job that was canceled, and removes it.
        send_notices(queue, &job).await?;
        if store.remove_job(&job).await? == Written::Done {
            return Ok(Removed::Gone);
        }
    }
    Err(Error::Conflict(format!("the job `{}` is being changed by other requests; try again", key.id)))
}

#[cfg(test)]
mod tests;
