//! What is sent on: that a job waits, and that one ended.

use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::error::StoreError;
use crate::ids::Revision;
use crate::job::JobKey;
use crate::job::notices::{EndNotice, QueuedNotice};

/// Tells a worker that a job waits.
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

/// Tells a worker later that a job waits.
#[async_trait]
pub trait DeferMessage: Send + Sync {
    /// Sends one message that is not delivered before `delay` is over, as far as the queue can: SQS
    /// waits for 15 minutes at most.
    async fn send_after(&self, message: &JobMessage, delay: Duration) -> Result<(), StoreError>;
}

/// Hands back a message that its receiver is not done with.
#[async_trait]
pub trait ReturnMessage: Send + Sync {
    /// Lets the message that was received under `receipt` come again after `delay`, and not when the queue
    /// would have it. It counts as received: the queue gives it up at last.
    async fn return_message(&self, receipt: &str, delay: Duration) -> Result<(), StoreError>;
}

/// Hands notices of ended jobs to who delivers them; at least once, or not at all.
#[async_trait]
pub trait SendNotice: Send + Sync {
    /// Hands one over. One that is left for one way comes after
    /// [`RETELL_AFTER`](crate::job::notices::RETELL_AFTER).
    async fn send_notice(&self, notice: &QueuedNotice) -> Result<(), StoreError>;
}

/// Tells whoever listens that a job ended.
#[async_trait]
pub trait PublishEnd: Send + Sync {
    /// Tells it; who heard it before hears it again.
    async fn publish_end(&self, notice: &EndNotice) -> Result<(), StoreError>;
}
