//! Messages that must be redelivered, and their delays.
//!
//! A queue redelivers a message by itself only after its visibility timeout, which exceeds the longest job:
//! an hour and a half. After a few deliveries the message goes to the dead-letter queue. So the receiver
//! sets a shorter delay: an unrecognised message is then a dead letter after a minute, not after a working
//! day.

use std::time::Duration;

use crate::metrics;
use crate::ports::ReturnMessage;

/// Delay of a message that was not recognised, or that arrived too late to be processed. It is not zero:
/// during a deployment the next receiver may know a format that this one does not.
pub const SHORT_DELAY: Duration = Duration::from_secs(15);

/// Delay of a message whose job could not be claimed or ended, because the store is unreachable. The
/// sweeper's own message arrives sooner. Five deliveries fit into the half hour after which an alarm reports
/// a message that no worker processes.
pub const FAULT_DELAY: Duration = Duration::from_secs(300);

/// Logs and counts an unrecognised message. Its text is not logged, because it may hold anything.
pub fn log_unrecognised(message_id: Option<&str>) {
    tracing::error!(
        target: metrics::UNRECOGNISED_MESSAGE,
        message_id,
        unrecognised_messages = 1,
        "unrecognised message"
    );
}

/// Makes a message visible again after `delay`. If that fails, the queue's own timeout applies.
pub async fn redeliver<Q>(queue: &Q, receipt: Option<&str>, delay: Duration)
where
    Q: ReturnMessage + ?Sized,
{
    let Some(receipt) = receipt else { return };
    if let Err(fault) = queue.return_message(receipt, delay).await {
        tracing::warn!(%fault, "the message is redelivered after the queue's own timeout");
    }
}
