//! Deletes jobs. One that has not ended is canceled first, and removed once its worker has stopped and its
//! notice is published.

use crate::error::Error;
use crate::ids::{InstanceId, JobId};
use crate::job::JobKey;
use crate::job::transition::{Event, transition};
use crate::ports::{GetJob, RemoveJob, ReplaceJob, SendNotice, Written};
use crate::time::Clock;
use crate::use_cases::publish::send_notices;

/// Most jobs that one request may delete: each costs a few requests to the store.
pub const MAX_REMOVED_AT_ONCE: usize = 100;

/// Attempts at a deletion while others write the same job.
const RACES: usize = 5;

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
    if ids.len() > MAX_REMOVED_AT_ONCE {
        let message = format!("at most {MAX_REMOVED_AT_ONCE} jobs can be deleted at once, not {}", ids.len());
        return Err(Error::invalid("too_many_ids", Some("ids"), message));
    }
    let mut gone = 0;
    for id in ids {
        let key = JobKey { instance: instance.clone(), id: id.clone() };
        gone += usize::from(remove_one(store, queue, clock, &key).await?);
    }
    Ok(gone)
}

async fn remove_one<S, Q>(store: &S, queue: &Q, clock: &dyn Clock, key: &JobKey) -> Result<bool, Error>
where
    S: GetJob + ReplaceJob + RemoveJob,
    Q: SendNotice,
{
    for _ in 0..RACES {
        let Some(job) = store.get_job(key).await? else { return Ok(false) };
        let job = match transition(&job, &Event::Cancel, clock.now()) {
            Ok(canceled) if store.replace_job(&job, &canceled).await? == Written::Done => canceled,
            Ok(_) => continue,
            // It is being canceled, or has ended.
            Err(_) => job,
        };
        if !job.state.is_terminal() {
            return Ok(false);
        }
        // Should this go wrong, the sweeper finds the note on a job that was canceled, and removes it.
        send_notices(queue, &job).await?;
        if store.remove_job(&job).await? == Written::Done {
            return Ok(true);
        }
    }
    Err(Error::Conflict(format!("the job `{}` is being changed by others; try again", key.id)))
}
