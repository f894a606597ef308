//! Tells that jobs ended: takes messages from the queue of notices and gives them to the notifier's
//! handler, as Lambda does with SQS. What is an event on AWS is a line of the log here; webhooks are called
//! as there.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use aws_lambda_events::sqs::{SqsEvent, SqsMessage};
use futures::future::join_all;
use satsuma_aws::{Jobs, Queue, Received};
use satsuma_domain::notices::EndNotice;
use satsuma_domain::ports::PublishEnd;
use satsuma_domain::{StoreError, SystemClock};
use satsuma_notifier::Notifier;
use satsuma_notifier::webhook::Connector;

use crate::error::LocalError;
use crate::stop::Stop;
use crate::stores::Stores;

/// How long a message stays hidden: longer than telling takes.
const HIDDEN: Duration = Duration::from_secs(60);

/// How long one request to the queue waits for a message.
const POLL: Duration = Duration::from_secs(20);

/// The pause after the queue could not be reached.
const PAUSE: Duration = Duration::from_secs(1);

/// Most messages that are taken at once.
const AT_ONCE: usize = 10;

/// The deployed notifier on the embedded stores.
pub(crate) fn notifier(stores: &Stores) -> Result<Notifier<Lines, Jobs, Queue>, LocalError> {
    let connector = Connector::new()
        .map_err(|error| LocalError::System { what: "webhooks", detail: error.to_string() })?;
    Ok(Notifier {
        events: Lines,
        instances: stores.jobs.clone(),
        keeper: stores.keeper.clone(),
        connector,
        clock: Arc::new(SystemClock),
        queue: stores.notices.clone().with_notices(&stores.notices),
    })
}

/// Tells until it is time to stop. What is not told by then is noted on its job, or lost with the queue
/// as SQS may lose it.
pub(crate) async fn run(notifier: Notifier<Lines, Jobs, Queue>, queue: Queue, stop: Stop) {
    loop {
        let received = tokio::select! {
            received = queue.receive(AT_ONCE, POLL, HIDDEN) => received,
            () = stop.stopped() => return,
        };
        match received {
            Ok(messages) => {
                // Each on its own: one slow webhook keeps those of others waiting for its own time alone.
                join_all(messages.into_iter().map(|message| tell(&notifier, &queue, message))).await;
            }
            Err(fault) => {
                tracing::warn!(%fault, "no notice could be received");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

async fn tell(notifier: &Notifier<Lines, Jobs, Queue>, queue: &Queue, received: Received) {
    let mut message = SqsMessage::default();
    message.message_id = Some(received.receipt.clone());
    message.receipt_handle = Some(received.receipt.clone());
    message.body = Some(received.body);
    let mut event = SqsEvent::default();
    event.records.push(message);
    if !notifier.handle(event).await.batch_item_failures.is_empty() {
        // It comes again.
        return;
    }
    if let Err(fault) = queue.delete(&received.receipt).await {
        tracing::warn!(%fault, "a notice was not deleted and is told again");
    }
}

/// In place of EventBridge: the handler's own line of the log says all that an event would.
pub(crate) struct Lines;

#[async_trait]
impl PublishEnd for Lines {
    async fn publish_end(&self, _: &EndNotice) -> Result<(), StoreError> {
        Ok(())
    }
}
