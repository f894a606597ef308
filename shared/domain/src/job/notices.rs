//! Notices of ended jobs: in the job's outbox, and in the queue.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{JobKey, JobState};
use crate::ids::{ExecutionNumber, JobUuid};
use crate::time::Timestamp;

/// Time after which the sweeper publishes a notice that the worker did not publish.
pub const NOTICE_OVERDUE_AFTER: Duration = Duration::from_secs(60);

/// Delay before a notice is retried that one channel accepted and the other did not.
pub const NOTICE_RETRY_DELAY: Duration = Duration::from_secs(60);

/// Most pending notices of one job, the newest: each needs an end and a resubmission.
pub const MAX_UNSENT: usize = 10;

/// A pending notice in the job's outbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UnsentNotice {
    /// The execution that ended; if the job was deleted before it ran, the number of its next execution.
    pub execution: ExecutionNumber,
    /// The final state.
    pub state: JobState,
    /// Time of the end.
    pub since: Timestamp,
}

/// The published notice of an end: ids, and no content of the job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EndNotice {
    /// The job.
    #[serde(flatten)]
    pub key: JobKey,
    /// The job's identity.
    pub uuid: JobUuid,
    /// The execution that ended; if the job was deleted before it ran, the number of its next execution.
    pub execution: ExecutionNumber,
    /// The final state.
    pub state: JobState,
}

impl EndNotice {
    /// Id of the notice, the same each time it is published: receivers use it to ignore duplicates.
    #[must_use]
    pub fn id(&self) -> String {
        format!("{}-{}", self.uuid, self.execution)
    }
}

/// A channel on which notices are published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Channel {
    /// An event on the bus.
    Event,
    /// A call to the instance's webhook.
    Webhook,
}

/// A notice in its queue, with the channels that still need it. A channel that accepted the notice does not
/// receive it again because the other one failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueuedNotice {
    /// The notice.
    #[serde(flatten)]
    pub notice: EndNotice,
    /// The one remaining channel; `None` means all of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub only: Option<Channel>,
}

impl QueuedNotice {
    /// True if the channel still needs the notice.
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
