//! The sweeper: sends lost messages again and takes jobs from workers that went silent.

use crate::error::StoreError;
use crate::job::JobState;
use crate::ports::{DueJobs, GetJob, RemoveJob, ReplaceJob, SendMessage, Written};
use crate::submit::announce;
use crate::time::Clock;
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

/// Looks at every job that is due.
///
/// # Errors
/// A fault of the store; what was done until then stays done.
pub async fn sweep<S, Q>(store: &S, queue: &Q, clock: &dyn Clock) -> Result<Swept, StoreError>
where
    S: DueJobs + GetJob + ReplaceJob + RemoveJob,
    Q: SendMessage,
{
    let mut swept = Swept::default();
    for key in store.due_jobs(clock.now(), MAX_SWEPT).await? {
        swept.seen += 1;
        // The index may lag: the job itself decides.
        let Some(job) = store.get_job(&key).await? else { continue };
        let Ok(next) = transition(&job, &Event::Sweep, clock.now()) else { continue };
        let removed = next.state.is_terminal() && next.remove_when_ended;
        let written = if removed { store.remove_job(&job).await? } else { store.replace_job(&next).await? };
        if written != Written::Done {
            continue;
        }
        if next.state == JobState::Pending {
            announce(queue, &next).await;
            swept.requeued += 1;
        } else {
            swept.ended += 1;
        }
    }
    Ok(swept)
}
