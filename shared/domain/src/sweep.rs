//! The sweeper: sends lost messages again and takes jobs from workers that went silent.

use crate::error::StoreError;
use crate::job::{JobKey, JobState, LEASE, RESEND_AFTER};
use crate::ports::{DueJobs, GetJob, RemoveJob, ReplaceJob, SendMessage, Written};
use crate::submit::announce;
use crate::time::{Clock, Timestamp};
use crate::transition::{Event, transition};

/// Most jobs that one sweep looks at; the next sweep goes on.
pub const MAX_SWEPT: usize = 500;

/// What a sweep did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Swept {
    /// Jobs that were looked at.
    pub seen: usize,
    /// Jobs whose message was sent again.
    pub requeued: usize,
    /// Jobs that ended because their worker did not come back.
    pub ended: usize,
}

/// Looks at every job that is due. One with a lasting fault of its own is logged and left.
///
/// # Errors
/// A fault of the store; what was done until then stays done.
pub async fn sweep<S, Q>(store: &S, queue: &Q, clock: &dyn Clock) -> Result<Swept, StoreError>
where
    S: DueJobs + GetJob + ReplaceJob + RemoveJob,
    Q: SendMessage,
{
    sweep_until(store, queue, clock, clock.now(), &Event::Sweep).await
}

/// Takes up every job that has not ended, whatever its lease and its message: for a service whose
/// workers and queue live and die with one process, once when that process starts and before it
/// takes requests. Called while any other worker runs it costs that worker its job.
///
/// # Errors
/// A fault of the store; what was done until then stays done.
pub async fn restart<S, Q>(store: &S, queue: &Q, clock: &dyn Clock) -> Result<Swept, StoreError>
where
    S: DueJobs + GetJob + ReplaceJob + RemoveJob,
    Q: SendMessage,
{
    // Every job that the former process left is due by then; one that was taken up is due later.
    let horizon = Timestamp(clock.now().plus(LEASE.max(RESEND_AFTER)).0 - 1);
    let mut total = Swept::default();
    loop {
        let swept = sweep_until(store, queue, clock, horizon, &Event::Restart).await?;
        total.seen += swept.seen;
        total.requeued += swept.requeued;
        total.ended += swept.ended;
        if swept.requeued + swept.ended == 0 {
            return Ok(total);
        }
    }
}

async fn sweep_until<S, Q>(
    store: &S,
    queue: &Q,
    clock: &dyn Clock,
    due: Timestamp,
    event: &Event,
) -> Result<Swept, StoreError>
where
    S: DueJobs + GetJob + ReplaceJob + RemoveJob,
    Q: SendMessage,
{
    let mut swept = Swept::default();
    for key in store.due_jobs(due, MAX_SWEPT).await? {
        swept.seen += 1;
        match sweep_one(store, queue, clock, &key, event).await {
            Ok(Some(JobState::Pending)) => swept.requeued += 1,
            Ok(Some(_)) => swept.ended += 1,
            Ok(None) => {}
            Err(fault) if fault.transient => return Err(fault),
            // One job that this version cannot read must not keep all others waiting.
            Err(fault) => tracing::error!(job = %key.id, %fault, "a job cannot be swept"),
        }
    }
    Ok(swept)
}

/// The state that the job was brought to, if any.
async fn sweep_one<S, Q>(
    store: &S,
    queue: &Q,
    clock: &dyn Clock,
    key: &JobKey,
    event: &Event,
) -> Result<Option<JobState>, StoreError>
where
    S: GetJob + ReplaceJob + RemoveJob,
    Q: SendMessage,
{
    // The index may lag: the job itself decides.
    let Some(job) = store.get_job(key).await? else { return Ok(None) };
    let Ok(next) = transition(&job, event, clock.now()) else { return Ok(None) };
    let removed = next.state.is_terminal() && next.remove_when_ended;
    let written =
        if removed { store.remove_job(&job).await? } else { store.replace_job(&job, &next).await? };
    if written != Written::Done {
        return Ok(None);
    }
    if next.state == JobState::Pending {
        announce(queue, &next).await;
    }
    Ok(Some(next.state))
}

#[cfg(test)]
mod tests;
