//! Tells that jobs ended: takes messages from the queue of notices and gives them to the notifier's
//! handler, as Lambda does with SQS. What is an event on AWS is a line of the log here.

use std::time::Duration;

use async_trait::async_trait;
use aws_lambda_events::sqs::{SqsEvent, SqsMessage};
use satsuma_aws::{Queue, Received};
use satsuma_domain::StoreError;
use satsuma_domain::notices::EndNotice;
use satsuma_domain::ports::PublishEnd;

use crate::stop::Stop;

/// How long a message stays hidden: longer than telling takes.
const HIDDEN: Duration = Duration::from_secs(60);

/// How long one request to the queue waits for a message.
const POLL: Duration = Duration::from_secs(20);

/// The pause after the queue could not be reached.
const PAUSE: Duration = Duration::from_secs(1);

/// Most messages that are taken at once.
const AT_ONCE: usize = 10;

/// Tells until it is time to stop. What is not told by then is noted on its job, or lost with the queue
/// as SQS may lose it.
pub(crate) async fn run(queue: Queue, stop: Stop) {
    loop {
        let received = tokio::select! {
            received = queue.receive(AT_ONCE, POLL, HIDDEN) => received,
            () = stop.stopped() => return,
        };
        match received {
            Ok(messages) => {
                for message in messages {
                    tell(&queue, message).await;
                }
            }
            Err(fault) => {
                tracing::warn!(%fault, "no notice could be received");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

async fn tell(queue: &Queue, received: Received) {
    let mut message = SqsMessage::default();
    message.message_id = Some(received.receipt.clone());
    message.body = Some(received.body);
    let mut event = SqsEvent::default();
    event.records.push(message);
    if !satsuma_notifier::handle(&Lines, event).await.batch_item_failures.is_empty() {
        // It comes again.
        return;
    }
    if let Err(fault) = queue.delete(&received.receipt).await {
        tracing::warn!(%fault, "a notice was not deleted and is told again");
    }
}

/// In place of EventBridge: the handler's own line of the log says all that an event would.
struct Lines;

#[async_trait]
impl PublishEnd for Lines {
    async fn publish_end(&self, _: &EndNotice) -> Result<(), StoreError> {
        Ok(())
    }
}
