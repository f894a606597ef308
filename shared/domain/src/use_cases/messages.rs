//! Messages that their receiver is not done with, and how soon they come again.
//!
//! A queue gives such a message out again by itself, but only when a job that runs for as long as it may
//! would be over, an hour and a half later; and it gives a message up that came again a few times. So
//! whoever is not done with one says how soon it should come: then what is no message of ours is among the
//! dead letters a minute later, and not a working day.

use std::time::Duration;

use crate::metrics;
use crate::ports::ReturnMessage;

/// How soon a message comes again that is none of ours, or that came too late to be worked on. Not at once:
/// while a new version is being deployed, the next receiver may know what this one does not.
pub const SOON: Duration = Duration::from_secs(15);

/// How soon a message comes again whose job could not be claimed or ended, because the store is out of
/// reach. The sweeper's own message is there sooner; five receives are over within the half hour after which
/// an alarm rings for a message that nobody takes.
pub const AFTER_A_FAULT: Duration = Duration::from_secs(300);

/// Says that a message is none of ours. Its text is not logged: nobody knows what it holds.
pub fn foreign(message_id: Option<&str>) {
    tracing::error!(
        target: metrics::FOREIGN_MESSAGE,
        message_id,
        foreign_messages = 1,
        "a message that is none of ours"
    );
}

/// Lets a message come again after `delay`. Where that cannot be said, the queue's own time is what counts.
pub async fn come_again<Q>(queue: &Q, receipt: Option<&str>, delay: Duration)
where
    Q: ReturnMessage + ?Sized,
{
    let Some(receipt) = receipt else { return };
    if let Err(fault) = queue.return_message(receipt, delay).await {
        tracing::warn!(%fault, "the message comes again when the queue's own time is over");
    }
}
