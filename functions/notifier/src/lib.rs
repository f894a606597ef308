//! Tells that jobs ended. Messages come from the queue of notices; each is told as an event. What cannot
//! be told now comes again, and goes to the dead letters at last: no job waits for any of this.

pub mod webhook;

use aws_lambda_events::sqs::{BatchItemFailure, SqsBatchResponse, SqsEvent, SqsMessage};
use futures::future::join_all;
use satsuma_domain::notices::EndNotice;
use satsuma_domain::ports::PublishEnd;

/// Tells every notice of a batch, each on its own, and reports those that should come again.
pub async fn handle<E: PublishEnd>(events: &E, batch: SqsEvent) -> SqsBatchResponse {
    let told = join_all(batch.records.iter().map(|record| tell(events, record))).await;
    let failed = batch.records.iter().zip(told).filter(|(_, told)| !told);
    let mut response = SqsBatchResponse::default();
    response.batch_item_failures = failed.map(|(record, _)| failure_of(record)).collect();
    response
}

/// Whether the message is done with.
async fn tell<E: PublishEnd>(events: &E, record: &SqsMessage) -> bool {
    let body = record.body.as_deref().unwrap_or_default();
    let Ok(notice) = serde_json::from_str::<EndNotice>(body) else {
        // Its text is not logged: nobody knows what it holds.
        tracing::error!(message_id = record.message_id, "a message that is no notice");
        return false;
    };
    let (instance, job, state) = (&notice.key.instance, &notice.key.id, notice.state);
    match events.publish_end(&notice).await {
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

fn failure_of(record: &SqsMessage) -> BatchItemFailure {
    let mut failure = BatchItemFailure::default();
    failure.item_identifier = record.message_id.clone().unwrap_or_default();
    failure
}

#[cfg(test)]
mod tests;
