//! Lambda: publishes a batch of notices of ended jobs.

use std::sync::Arc;

use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent};
use lambda_runtime::{Error, LambdaEvent, service_fn};
use satsuma_aws::{Events, Jobs, KeyManagement, Queue};
use satsuma_domain::SystemClock;
use satsuma_notifier::Notifier;
use satsuma_notifier::webhook::Connector;

#[tokio::main]
async fn main() -> Result<(), Error> {
    satsuma_telemetry::logs::init();
    let notifier = Notifier {
        events: Events::from_env().await?,
        instances: Jobs::from_env().await?,
        keys: Arc::new(KeyManagement::from_env().await?.for_webhooks()),
        connector: Connector::new()?,
        clock: Arc::new(SystemClock),
        queue: Queue::of_notices_from_env().await?,
    };
    lambda_runtime::run(service_fn(|event: LambdaEvent<SqsEvent>| async {
        Ok::<SqsBatchResponse, Error>(notifier.handle(event.payload).await)
    }))
    .await
}
