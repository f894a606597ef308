//! A batch of messages, each handled on its own.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use aws_lambda_events::sqs::{BatchItemFailure, SqsBatchResponse, SqsEvent, SqsMessage};
use futures::FutureExt;
use futures::future::join_all;
use satsuma_domain::messages::{self, FAULT_DELAY, SHORT_DELAY};
use satsuma_domain::ports::{
    DeferMessage, GetJob, JobMessage, RemoveJob, ReplaceJob, ReturnMessage, SendNotice,
};
use satsuma_domain::publish::publish_notices;
use satsuma_domain::work::{self, Handled, Runner};
use satsuma_domain::{Clock, Job, metrics};
use satsuma_telemetry::traces;
use tracing::field::Empty;
use tracing::{Instrument, info_span};

/// Least time for which a job is claimed. With less, after a slow start, it could only fail at its time
/// limit: it is left alone, and its message is redelivered soon.
const LEAST_BUDGET: Duration = Duration::from_secs(10);

/// Handles a batch within `budget` from now, and reports the messages to redeliver.
pub async fn handle<S, Q>(
    store: &S,
    queue: &Q,
    runner: Arc<dyn Runner>,
    clock: &dyn Clock,
    event: SqsEvent,
    budget: Duration,
) -> SqsBatchResponse
where
    S: GetJob + ReplaceJob + RemoveJob,
    Q: DeferMessage + ReturnMessage + SendNotice,
{
    let handled = event.records.iter().map(|record| {
        let taken = take(store, queue, Arc::clone(&runner), clock, record, budget);
        // True if the message was processed; otherwise it returns to the queue for a retry.
        let done = async move {
            let Err(again) = taken.await else { return true };
            messages::redeliver(queue, record.receipt_handle.as_deref(), again).await;
            false
        };
        AssertUnwindSafe(done).catch_unwind()
    });
    let done = join_all(handled).await;
    let failed = event.records.iter().zip(done).filter(|(_, done)| !matches!(done, Ok(true)));
    let mut response = SqsBatchResponse::default();
    response.batch_item_failures = failed.map(|(record, _)| failure_of(record)).collect();
    response
}

/// Processes a message; the error is the delay of its redelivery.
async fn take<S, Q>(
    store: &S,
    queue: &Q,
    runner: Arc<dyn Runner>,
    clock: &dyn Clock,
    record: &SqsMessage,
    budget: Duration,
) -> Result<(), Duration>
where
    S: GetJob + ReplaceJob + RemoveJob,
    Q: DeferMessage + SendNotice,
{
    let body = record.body.as_deref().unwrap_or_default();
    let Ok(message) = serde_json::from_str::<JobMessage>(body) else {
        messages::log_unrecognised(record.message_id.as_deref());
        return Err(SHORT_DELAY);
    };
    let (instance, job) = (&message.key.instance, &message.key.id);
    if budget < LEAST_BUDGET {
        tracing::warn!(%instance, %job, budget_ms = budget.as_millis() as u64, "too little time is left to run a job");
        return Err(SHORT_DELAY);
    }
    // Unknown values are filled in when the job is claimed.
    let span = info_span!(
        "job",
        %instance,
        %job,
        revision = message.revision.0,
        execution = Empty,
        attempt = Empty,
        request_id = Empty,
        sender_trace_id = traces::of_sender(&record.attributes),
    );
    let handled = work::handle(store, runner, clock, &message, budget).instrument(span.clone()).await;
    if let Ok(Handled::Waits(delay)) = &handled {
        send_later(queue, &message, *delay).instrument(info_span!(parent: &span, "defer")).await;
    }
    if let Ok(Handled::Ended(ended)) = &handled {
        announce(store, queue, clock, ended).instrument(info_span!(parent: &span, "announce")).await;
    }
    let _in_span = span.enter();
    match handled {
        Ok(Handled::Ended(ended)) => {
            metrics::job_ended(&ended);
            Ok(())
        }
        Ok(Handled::Nothing(refusal)) => {
            let reason =
                refusal.map_or_else(|| "the job was deleted".to_owned(), |refusal| refusal.to_string());
            tracing::info!(reason, "nothing to run");
            Ok(())
        }
        Ok(Handled::Lost | Handled::Waits(_)) => Ok(()),
        Err(fault) => {
            tracing::error!(%fault, "the message will be redelivered");
            Err(FAULT_DELAY)
        }
    }
}

/// The job is safe already, so a failure here is only logged.
async fn send_later<Q: DeferMessage>(queue: &Q, message: &JobMessage, delay: Duration) {
    tracing::info!(
        delay_s = delay.as_secs(),
        "the instance runs its maximum number of jobs; the job is retried later"
    );
    if let Err(fault) = queue.send_after(message, delay).await {
        tracing::warn!(%fault, "message not sent, the sweeper will send it");
    }
}

/// The end is noted on the job, so a failure here is only logged.
async fn announce<S, Q>(store: &S, queue: &Q, clock: &dyn Clock, ended: &Job)
where
    S: ReplaceJob + RemoveJob,
    Q: SendNotice,
{
    if let Err(fault) = publish_notices(store, queue, clock, ended).await {
        tracing::warn!(%fault, "the notice was not published; the sweeper will publish it");
    }
}

fn failure_of(record: &SqsMessage) -> BatchItemFailure {
    let mut failure = BatchItemFailure::default();
    failure.item_identifier = record.message_id.clone().unwrap_or_default();
    failure
}
