//! Deleting jobs: one that has not ended is canceled first, and goes once its worker let go and its end
//! was said.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::error::Error;
use crate::ids::{InstanceId, JobId, JobUuid};
use crate::job::JobKey;
use crate::notices::say_ends;
use crate::ports::{GetJob, RemoveJob, ReplaceJob, SendNotice, Written};
use crate::time::Clock;
use crate::transition::{Event, transition};

/// Most jobs that one request may delete: each costs a few requests to the store.
pub const MAX_REMOVED_AT_ONCE: usize = 100;

/// How long a deletion waits for the workers of jobs that run. A worker hears of it within a second, and
/// is left alone after eight more.
pub const REMOVE_PATIENCE: Duration = Duration::from_secs(10);

/// The pause before the first look whether a job is gone; the pauses double to [`LONGEST_PAUSE`].
const FIRST_PAUSE: Duration = Duration::from_millis(125);

/// The longest pause between two looks.
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// How often one deletion is tried again when others write the same job.
const RACES: usize = 5;

/// What became of one job.
enum Removed {
    /// It is gone.
    Gone,
    /// There was none.
    Unknown,
    /// It goes when its worker has stopped.
    Leaving(JobUuid),
}

/// Deletes jobs and tells how many are gone. Unknown ones count nothing; running ones are canceled
/// and count nothing yet. What ends by it is said, and what was not said of earlier ends is.
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

/// Deletes jobs as [`remove`] does. Running ones count if their workers let go within `patience`; the
/// others go later.
///
/// # Errors
/// As [`remove`].
pub async fn remove_within<S, Q>(
    store: &S,
    queue: &Q,
    clock: &dyn Clock,
    instance: &InstanceId,
    ids: &[JobId],
    patience: Duration,
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
    Ok(gone + wait_for(store, leaving, patience).await)
}

/// Waits until jobs are gone, and counts them.
async fn wait_for<S: GetJob>(store: &S, mut leaving: Vec<(JobKey, JobUuid)>, patience: Duration) -> usize {
    let (until, all) = (Instant::now() + patience, leaving.len());
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
            match store.glance_at_job(&key).await {
                Ok(Some((there, _))) if there == job => still.push((key, job)),
                Ok(_) => {}
                // They are canceled: no fault of a look undoes that.
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
        say_ends(queue, &job).await?;
        if store.remove_job(&job).await? == Written::Done {
            return Ok(Removed::Gone);
        }
    }
    Err(Error::Conflict(format!("the job `{}` is being changed by others; try again", key.id)))
}

#[cfg(test)]
mod tests;
