//! Telling that a job ended: at least once, and never in the way of the job.
//!
//! The write that ends a job also notes on it what is still to be said (an *outbox*): the two cannot
//! come apart. Who ended the job says it right then and takes the note away with one more write. Where
//! that does not come to pass, the note makes the job due, and the sweeper finds it. A job that is
//! deleted ends as well, where it has not: it is removed once that was said, in place of its note.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::error::StoreError;
use crate::ids::{ExecutionNumber, JobUuid};
use crate::job::{Job, JobKey, JobState};
use crate::ports::{RemoveJob, ReplaceJob, SendNotice, Written};
use crate::time::{Clock, Timestamp};
use crate::transition::{Event, transition};

/// How long whoever ended a job has to say so before the sweeper does.
pub const ANNOUNCE_AFTER: Duration = Duration::from_secs(60);

/// How long a notice waits that one way took and the other did not, before that is tried again.
pub const RETELL_AFTER: Duration = Duration::from_secs(60);

/// Most notices that wait on one job, the newest: each takes an end and a resubmission.
pub const MAX_UNSENT: usize = 10;

/// How often a note is taken away again when others write the same job.
const RACES: usize = 5;

/// An end that nobody was told of yet, as it is noted on its job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UnsentNotice {
    /// The execution that ended; of a job that was deleted before it ran, the one that would have come.
    pub execution: ExecutionNumber,
    /// The state that the job came to.
    pub state: JobState,
    /// When.
    pub since: Timestamp,
}

/// What is told of an end: ids, and nothing of what the job holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EndNotice {
    /// Which job.
    #[serde(flatten)]
    pub key: JobKey,
    /// The job's own identity.
    pub uuid: JobUuid,
    /// The execution that ended; of a job that was deleted before it ran, the one that would have come.
    pub execution: ExecutionNumber,
    /// The state that the job came to.
    pub state: JobState,
}

impl EndNotice {
    fn of(job: &Job, unsent: &UnsentNotice) -> Self {
        Self { key: job.key.clone(), uuid: job.uuid, execution: unsent.execution, state: unsent.state }
    }

    /// Names the notice, the same every time that it is told: who heard it before may ignore it.
    #[must_use]
    pub fn id(&self) -> String {
        format!("{}-{}", self.uuid, self.execution)
    }
}

/// A way in which ends are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Channel {
    /// An event, to whoever listens.
    Event,
    /// A call to the instance's webhook.
    Webhook,
}

/// A notice in its queue: what is told, and by which way it still is. What one way took is not told again
/// because the other failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueuedNotice {
    /// What is told.
    #[serde(flatten)]
    pub notice: EndNotice,
    /// The one way that is left; all of them where this is missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub only: Option<Channel>,
}

impl QueuedNotice {
    /// Whether it is still to be told this way.
    #[must_use]
    pub fn goes_to(&self, channel: Channel) -> bool {
        self.only.is_none_or(|only| only == channel)
    }
}

impl From<EndNotice> for QueuedNotice {
    fn from(notice: EndNotice) -> Self {
        Self { notice, only: None }
    }
}

/// Says what is still to be said of a job; that it was said is not noted.
///
/// # Errors
/// A fault of the queue.
pub(crate) async fn say_ends<Q: SendNotice>(queue: &Q, job: &Job) -> Result<(), StoreError> {
    for unsent in &job.unsent_notices {
        queue.send_notice(&EndNotice::of(job, unsent).into()).await?;
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

#[cfg(test)]
mod tests;
