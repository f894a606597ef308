//! Messages to workers, and notices of ended jobs.

use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::error::StoreError;
use crate::ids::Revision;
use crate::job::JobKey;
use crate::job::notices::{EndNotice, QueuedNotice};

/// The message that a job is pending.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct JobMessage {
    /// Which job.
    #[serde(flatten)]
    pub key: JobKey,
    /// Which submission of it.
    pub revision: Revision,
}

/// Sends messages to the workers; delivery is at least once, or lost.
#[async_trait]
pub trait SendMessage: Send + Sync {
    /// Sends one message.
    async fn send(&self, message: &JobMessage) -> Result<(), StoreError>;
}

/// Sends messages to the workers with a delay.
#[async_trait]
pub trait DeferMessage: Send + Sync {
    /// Sends one message that is not delivered before `delay` is over, as far as the queue can: SQS
    /// waits for 15 minutes at most.
    async fn send_after(&self, message: &JobMessage, delay: Duration) -> Result<(), StoreError>;
}

/// Returns a received message to its queue.
#[async_trait]
pub trait ReturnMessage: Send + Sync {
    /// Makes the message with this receipt visible again after `delay`, instead of after the queue's own
    /// timeout. It counts as received, so that the queue stops redelivering it in the end.
    async fn return_message(&self, receipt: &str, delay: Duration) -> Result<(), StoreError>;
}

/// Queues notices of ended jobs for the notifier: at least once, or not at all.
#[async_trait]
pub trait SendNotice: Send + Sync {
    /// Queues one. A notice that only one channel still needs is delivered after
    /// [`NOTICE_RETRY_DELAY`](crate::job::notices::NOTICE_RETRY_DELAY).
    async fn send_notice(&self, notice: &QueuedNotice) -> Result<(), StoreError>;
}

/// Publishes events of ended jobs.
#[async_trait]
pub trait PublishEnd: Send + Sync {
    /// Publishes one; subscribers may receive it more than once.
    async fn publish_end(&self, notice: &EndNotice) -> Result<(), StoreError>;
}
