//! Lambda: tells of a batch of ended jobs.

use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent};
use lambda_runtime::{Error, LambdaEvent, service_fn};
use satsuma_aws::Events;

#[tokio::main]
async fn main() -> Result<(), Error> {
    satsuma_http::logs::init();
    let events = Events::from_env().await?;
    lambda_runtime::run(service_fn(|event: LambdaEvent<SqsEvent>| async {
        Ok::<SqsBatchResponse, Error>(satsuma_notifier::handle(&events, event.payload).await)
    }))
    .await
}
