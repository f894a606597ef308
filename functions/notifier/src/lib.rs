//! Publishes notices of ended jobs. Each message of the notices queue becomes an event, and a call of the
//! instance's webhook if it has one. A channel that fails is retried alone, and the notice goes to the
//! dead-letter queue in the end: no job waits for any of this.

pub mod webhook;

use std::sync::Arc;

use aws_lambda_events::sqs::{BatchItemFailure, SqsBatchResponse, SqsEvent, SqsMessage};
use futures::future::{join, join_all};
use satsuma_domain::Clock;
use satsuma_domain::messages;
use satsuma_domain::notices::{Channel, EndNotice, QueuedNotice};
use satsuma_domain::ports::{GetInstance, PublishEnd, ReturnMessage, SendNotice, Unseal};
use satsuma_telemetry::traces;
use tracing::{Instrument, info_span};

use crate::webhook::Connector;

/// The notifier and its dependencies.
pub struct Notifier<E, S, Q> {
    /// Where events go.
    pub events: E,
    /// The instances, with their webhooks.
    pub instances: S,
    /// The queue of notices. A notice that one channel accepted and the other did not goes back there.
    pub queue: Q,
    /// Opens the secrets of webhooks.
    pub keys: Arc<dyn Unseal>,
    /// Reaches the receivers.
    pub connector: Connector,
    /// The time that calls are signed with.
    pub clock: Arc<dyn Clock>,
}

impl<E: PublishEnd, S: GetInstance, Q: ReturnMessage + SendNotice> Notifier<E, S, Q> {
    /// Publishes every notice of a batch, independently, and reports those to redeliver.
    pub async fn handle(&self, batch: SqsEvent) -> SqsBatchResponse {
        let published = batch.records.iter().map(|record| {
            let span = info_span!("notice", sender_trace_id = traces::of_sender(&record.attributes));
            self.process(record).instrument(span)
        });
        let published = join_all(published).await;
        let failed = batch.records.iter().zip(published).filter(|(_, published)| !published);
        let mut response = SqsBatchResponse::default();
        response.batch_item_failures = failed.map(|(record, _)| failure_of(record)).collect();
        response
    }

    /// True if the message was processed; otherwise it returns to the queue for a retry. Neither channel
    /// waits for the other. If one fails, the notice is queued for that one alone, so that the other does
    /// not publish it twice.
    async fn process(&self, record: &SqsMessage) -> bool {
        let body = record.body.as_deref().unwrap_or_default();
        let Ok(queued) = serde_json::from_str::<QueuedNotice>(body) else {
            messages::log_unrecognised(record.message_id.as_deref());
            messages::redeliver(&self.queue, record.receipt_handle.as_deref(), messages::SHORT_DELAY).await;
            return false;
        };
        let published =
            join(async { !queued.goes_to(Channel::Event) || self.publish(&queued.notice).await }, async {
                !queued.goes_to(Channel::Webhook) || self.call(&queued.notice).await
            });
        match published.await {
            (true, true) => true,
            (true, false) if queued.only.is_none() => self.requeue(queued.notice, Channel::Webhook).await,
            (false, true) if queued.only.is_none() => self.requeue(queued.notice, Channel::Event).await,
            _ => false,
        }
    }

    /// Queues a notice for the remaining channel. If that fails, both channels are retried.
    async fn requeue(&self, notice: EndNotice, channel: Channel) -> bool {
        let remaining = QueuedNotice { notice, only: Some(channel) };
        let sent = self.queue.send_notice(&remaining).await;
        if let Err(fault) = &sent {
            let (instance, job) = (&remaining.notice.key.instance, &remaining.notice.key.id);
            tracing::warn!(%instance, %job, %fault, "the notice will be redelivered to both channels");
        }
        sent.is_ok()
    }

    async fn publish(&self, notice: &EndNotice) -> bool {
        let (instance, job, state) = (&notice.key.instance, &notice.key.id, notice.state);
        match self.events.publish_end(notice).await {
            Ok(()) => {
                tracing::info!(%instance, %job, %state, execution = notice.execution.0, "published the end of the job");
                true
            }
            Err(fault) => {
                tracing::warn!(%instance, %job, %fault, "the notice will be retried");
                false
            }
        }
    }
}

fn failure_of(record: &SqsMessage) -> BatchItemFailure {
    let mut failure = BatchItemFailure::default();
    failure.item_identifier = record.message_id.clone().unwrap_or_default();
    failure
}

#[cfg(test)]
mod tests;
