//! Publishes notices of ended jobs: at least once, without delaying the job.
//!
//! The write that ends a job also adds a notice to the job's *outbox*, so that neither exists without the
//! other. The worker that ended the job then publishes the notice and removes it from the outbox with one
//! more write. If that fails, the notice makes the job due, and the sweeper publishes it. Deleting a job
//! ends it, too, if it has not ended: it is removed once its notice is published.

use crate::error::StoreError;
use crate::job::Job;
use crate::job::notices::{EndNotice, UnsentNotice};
use crate::job::transition::{Event, transition};
use crate::ports::{RemoveJob, ReplaceJob, SendNotice, Written};
use crate::time::Clock;

/// Attempts at removing notices while others write the same job.
const RACES: usize = 5;

/// Publishes the job's pending notices without removing them from its outbox.
///
/// # Errors
/// A fault of the queue.
pub(crate) async fn send_notices<Q: SendNotice>(queue: &Q, job: &Job) -> Result<(), StoreError> {
    for unsent in &job.unsent_notices {
        queue.send_notice(&end_notice(job, unsent).into()).await?;
    }
    Ok(())
}

/// Publishes the job's pending notices and removes them from its outbox, or removes the job if it only
/// waited for that. Returns the number of notices.
///
/// # Errors
/// A fault of the queue or the store; notices that stay in the outbox are published again.
pub async fn publish_notices<S, Q>(
    store: &S,
    queue: &Q,
    clock: &dyn Clock,
    job: &Job,
) -> Result<usize, StoreError>
where
    S: ReplaceJob + RemoveJob,
    Q: SendNotice,
{
    let Some(newest) = job.unsent_notices.last() else { return Ok(0) };
    send_notices(queue, job).await?;
    let said = Event::Published { execution: newest.execution };
    let mut held = job.clone();
    for _ in 0..RACES {
        let Ok(next) = transition(&held, &said, clock.now()) else { break };
        let is_done_with =
            next.remove_when_ended && next.state.is_terminal() && next.unsent_notices.is_empty();
        let written = if is_done_with {
            store.remove_job(&held).await?
        } else {
            store.replace_job(&held, &next).await?
        };
        match written {
            Written::Conflict(Some(current)) if current.uuid == job.uuid => held = *current,
            _ => break,
        }
    }
    Ok(job.unsent_notices.len())
}

fn end_notice(job: &Job, unsent: &UnsentNotice) -> EndNotice {
    EndNotice { key: job.key.clone(), uuid: job.uuid, execution: unsent.execution, state: unsent.state }
}

#[cfg(test)]
mod tests;
