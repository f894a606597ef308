//! Publishes notices of ended jobs: passes messages of the notices queue to the notifier's handler, as
//! Lambda does with SQS. In place of an EventBridge event there is a log line; webhooks are called as on
//! AWS.

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

/// Visibility timeout of a message: longer than publishing takes.
const HIDDEN: Duration = Duration::from_secs(60);

/// How long one request to the queue waits for a message.
const POLL: Duration = Duration::from_secs(20);

/// The pause after the queue could not be reached.
const PAUSE: Duration = Duration::from_secs(1);

/// Most messages received at once.
const AT_ONCE: usize = 10;

/// The deployed notifier on the embedded stores.
pub(crate) fn notifier(stores: &Stores) -> Result<Notifier<Lines, Jobs, Queue>, LocalError> {
    let connector = Connector::new()
        .map_err(|error| LocalError::System { what: "webhooks", detail: error.to_string() })?;
    Ok(Notifier {
        events: Lines,
        instances: stores.jobs.clone(),
        keys: stores.keys.clone(),
        connector,
        clock: Arc::new(SystemClock),
        queue: stores.notices.clone().with_notices(&stores.notices),
    })
}

/// Publishes until the service stops. Notices that are left then are in the outbox of their job, or lost
/// with the queue as SQS may lose them.
pub(crate) async fn run(notifier: Notifier<Lines, Jobs, Queue>, queue: Queue, stop: Stop) {
    loop {
        let received = tokio::select! {
            received = queue.receive(AT_ONCE, POLL, HIDDEN) => received,
            () = stop.stopped() => return,
        };
        match received {
            Ok(messages) => {
                // Concurrently: a slow webhook delays others by its time limit at most.
                join_all(messages.into_iter().map(|message| publish(&notifier, &queue, message))).await;
            }
            Err(fault) => {
                tracing::warn!(%fault, "no notice could be received");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

async fn publish(notifier: &Notifier<Lines, Jobs, Queue>, queue: &Queue, received: Received) {
    let mut message = SqsMessage::default();
    message.message_id = Some(received.receipt.clone());
    message.receipt_handle = Some(received.receipt.clone());
    message.body = Some(received.body);
    let mut event = SqsEvent::default();
    event.records.push(message);
    if !notifier.handle(event).await.batch_item_failures.is_empty() {
        // It is redelivered.
        return;
    }
    if let Err(fault) = queue.delete(&received.receipt).await {
        tracing::warn!(%fault, "a notice was not deleted and will be published again");
    }
}

/// In place of EventBridge: the handler's own log line has all fields of an event.
pub(crate) struct Lines;

#[async_trait]
impl PublishEnd for Lines {
    async fn publish_end(&self, _: &EndNotice) -> Result<(), StoreError> {
        Ok(())
    }
}
