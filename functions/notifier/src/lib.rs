//! Tells that jobs ended. Messages come from the queue of notices; each is told as an event, and to the
//! instance's webhook where it has one. What cannot be told now comes again, and goes to the dead letters
//! at last: no job waits for any of this.

pub mod webhook;

use std::sync::Arc;

use aws_lambda_events::sqs::{BatchItemFailure, SqsBatchResponse, SqsEvent, SqsMessage};
use futures::future::{join, join_all};
use satsuma_domain::Clock;
use satsuma_domain::messages;
use satsuma_domain::notices::EndNotice;
use satsuma_domain::ports::{GetInstance, PublishEnd, ReturnMessage, Unseal};

use crate::webhook::Connector;

/// Who tells, and what with.
pub struct Notifier<E, S> {
    /// Where events go.
    pub events: E,
    /// Who has a webhook.
    pub instances: S,
    /// Opens the secrets of webhooks.
    pub keeper: Arc<dyn Unseal>,
    /// Reaches the receivers.
    pub connector: Connector,
    /// The time that calls are signed with.
    pub clock: Arc<dyn Clock>,
    /// Where the notices come from.
    pub queue: Arc<dyn ReturnMessage>,
}

impl<E: PublishEnd, S: GetInstance> Notifier<E, S> {
    /// Tells every notice of a batch, each on its own, and reports those that should come again.
    pub async fn handle(&self, batch: SqsEvent) -> SqsBatchResponse {
        let told = join_all(batch.records.iter().map(|record| self.tell(record))).await;
        let failed = batch.records.iter().zip(told).filter(|(_, told)| !told);
        let mut response = SqsBatchResponse::default();
        response.batch_item_failures = failed.map(|(record, _)| failure_of(record)).collect();
        response
    }

    /// Whether the message is done with. Neither way waits for the other; where one fails both come again.
    async fn tell(&self, record: &SqsMessage) -> bool {
        let body = record.body.as_deref().unwrap_or_default();
        let Ok(notice) = serde_json::from_str::<EndNotice>(body) else {
            messages::foreign(record.message_id.as_deref());
            messages::come_again(&*self.queue, record.receipt_handle.as_deref(), messages::SOON).await;
            return false;
        };
        let (published, called) = join(self.publish(&notice), self.call(&notice)).await;
        published && called
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
