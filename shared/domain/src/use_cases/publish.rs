//! Telling that a job ended: at least once, and never in the way of the job.
//!
//! The write that ends a job also notes on it what is still to be said (an *outbox*): the two cannot
//! come apart. Who ended the job says it right then and takes the note away with one more write. Where
//! that does not come to pass, the note makes the job due, and the sweeper finds it. A job that is
//! deleted ends as well, where it has not: it is removed once that was said, in place of its note.

use crate::error::StoreError;
use crate::job::Job;
use crate::job::notices::{EndNotice, UnsentNotice};
use crate::job::transition::{Event, transition};
use crate::ports::{RemoveJob, ReplaceJob, SendNotice, Written};
use crate::time::Clock;

/// How often a note is taken away again when others write the same job.
const RACES: usize = 5;

/// Says what is still to be said of a job; that it was said is not noted.
///
/// # Errors
/// A fault of the queue.
pub(crate) async fn say_ends<Q: SendNotice>(queue: &Q, job: &Job) -> Result<(), StoreError> {
    for unsent in &job.unsent_notices {
        queue.send_notice(&end_notice(job, unsent).into()).await?;
    }
    Ok(())
}

/// Says what is still to be said of a job, and notes that it was said, or removes the job where that was
/// all that it waited for; tells how much was said.
///
/// # Errors
/// A fault of the queue or the store; what is not noted as said is said again.
pub async fn announce_ends<S, Q>(
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
    say_ends(queue, job).await?;
    let said = Event::Announced { execution: newest.execution };
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
