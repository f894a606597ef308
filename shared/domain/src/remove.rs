//! Deleting jobs: one that runs is canceled first and goes when its worker lets go.

use crate::error::Error;
use crate::ids::{InstanceId, JobId};
use crate::job::{JobKey, JobState};
use crate::ports::{GetJob, RemoveJob, ReplaceJob, Written};
use crate::time::Clock;
use crate::transition::{Event, transition};

/// Most jobs that one request may delete: each costs a few requests to the store.
pub const MAX_REMOVED_AT_ONCE: usize = 100;

/// How often one deletion is tried again when others write the same job.
const RACES: usize = 5;

/// Deletes jobs and tells how many are gone. Unknown ones count nothing; running ones are canceled
/// and count nothing yet.
///
/// # Errors
/// [`Error::Invalid`] beyond [`MAX_REMOVED_AT_ONCE`], or a fault of the store.
pub async fn remove<S>(
    store: &S,
    clock: &dyn Clock,
    instance: &InstanceId,
    ids: &[JobId],
) -> Result<usize, Error>
where
    S: GetJob + ReplaceJob + RemoveJob,
{
    if ids.len() > MAX_REMOVED_AT_ONCE {
        let message = format!("at most {MAX_REMOVED_AT_ONCE} jobs can be deleted at once, not {}", ids.len());
        return Err(Error::invalid("too_many_ids", Some("ids"), message));
    }
    let mut gone = 0;
    for id in ids {
        let key = JobKey { instance: instance.clone(), id: id.clone() };
        gone += usize::from(remove_one(store, clock, &key).await?);
    }
    Ok(gone)
}

async fn remove_one<S>(store: &S, clock: &dyn Clock, key: &JobKey) -> Result<bool, Error>
where
    S: GetJob + ReplaceJob + RemoveJob,
{
    for _ in 0..RACES {
        let Some(job) = store.get_job(key).await? else { return Ok(false) };
        let written = match job.state {
            JobState::Canceling => return Ok(false),
            JobState::Running => {
                let Ok(canceling) = transition(&job, &Event::Cancel, clock.now()) else { continue };
                if canceling.state.is_terminal() {
                    store.remove_job(&job).await?
                } else if store.replace_job(&job, &canceling).await? == Written::Done {
                    return Ok(false);
                } else {
                    continue;
                }
            }
            JobState::Pending | JobState::Canceled | JobState::Failed | JobState::Success => {
                store.remove_job(&job).await?
            }
        };
        if written == Written::Done {
            return Ok(true);
        }
    }
    Err(Error::Conflict(format!("the job `{}` is being changed by others; try again", key.id)))
}
