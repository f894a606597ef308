//! Tells that jobs ended. Messages come from the queue of notices; each is told as an event, and to the
//! instance's webhook where it has one. What cannot be told now comes again, for whom it was not told alone,
//! and goes to the dead letters at last: no job waits for any of this.

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

/// Who tells, and what with.
pub struct Notifier<E, S, Q> {
    /// Where events go.
    pub events: E,
    /// Who has a webhook.
    pub instances: S,
    /// Where the notices come from. One that was told by one way and not by the other goes back there.
    pub queue: Q,
    /// Opens the secrets of webhooks.
    pub keeper: Arc<dyn Unseal>,
    /// Reaches the receivers.
    pub connector: Connector,
    /// The time that calls are signed with.
    pub clock: Arc<dyn Clock>,
}

impl<E: PublishEnd, S: GetInstance, Q: ReturnMessage + SendNotice> Notifier<E, S, Q> {
    /// Tells every notice of a batch, each on its own, and reports those that should come again.
    pub async fn handle(&self, batch: SqsEvent) -> SqsBatchResponse {
        let told = batch.records.iter().map(|record| {
            let span = info_span!("notice", sender_trace_id = traces::of_sender(&record.attributes));
            self.tell(record).instrument(span)
        });
        let told = join_all(told).await;
        let failed = batch.records.iter().zip(told).filter(|(_, told)| !told);
        let mut response = SqsBatchResponse::default();
        response.batch_item_failures = failed.map(|(record, _)| failure_of(record)).collect();
        response
    }

    /// Whether the message is done with. Neither way waits for the other; where one of them fails the notice
    /// goes on for that one alone, so that who took it is not told again.
    async fn tell(&self, record: &SqsMessage) -> bool {
        let body = record.body.as_deref().unwrap_or_default();
        let Ok(queued) = serde_json::from_str::<QueuedNotice>(body) else {
            messages::foreign(record.message_id.as_deref());
            messages::come_again(&self.queue, record.receipt_handle.as_deref(), messages::SOON).await;
            return false;
        };
        let told =
            join(async { !queued.goes_to(Channel::Event) || self.publish(&queued.notice).await }, async {
                !queued.goes_to(Channel::Webhook) || self.call(&queued.notice).await
            });
        match told.await {
            (true, true) => true,
            (true, false) if queued.only.is_none() => self.leave(queued.notice, Channel::Webhook).await,
            (false, true) if queued.only.is_none() => self.leave(queued.notice, Channel::Event).await,
            _ => false,
        }
    }

    /// Hands a notice on for the way that is left. Where that fails, all of it comes again.
    async fn leave(&self, notice: EndNotice, channel: Channel) -> bool {
        let left = QueuedNotice { notice, only: Some(channel) };
        let sent = self.queue.send_notice(&left).await;
        if let Err(fault) = &sent {
            let (instance, job) = (&left.notice.key.instance, &left.notice.key.id);
            tracing::warn!(%instance, %job, %fault, "the notice will come again, also for who was told");
        }
        sent.is_ok()
    }

    async fn publish(&self, notice: &EndNotice) -> bool {
        let (instance, job, state) = (&notice.key.instance, &notice.key.id, notice.state);
        match self.events.publish_end(notice).await {
            Ok(()) => {
                tracing::info!(%instance, %job, %state, execution = notice.execution.0, "told that the job ended");
                true
            }
            Err(fault) => {
                tracing::warn!(%instance, %job, %fault, "the notice will come again");
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
