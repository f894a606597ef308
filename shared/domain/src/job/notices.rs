//! Notices of ended jobs: as a job holds them, as they travel.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{JobKey, JobState};
use crate::ids::{ExecutionNumber, JobUuid};
use crate::time::Timestamp;

/// How long whoever ended a job has to say so before the sweeper does.
pub const ANNOUNCE_AFTER: Duration = Duration::from_secs(60);

/// How long a notice waits that one way took and the other did not, before that is tried again.
pub const RETELL_AFTER: Duration = Duration::from_secs(60);

/// Most notices that wait on one job, the newest: each takes an end and a resubmission.
pub const MAX_UNSENT: usize = 10;

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
