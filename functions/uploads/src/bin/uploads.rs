//! Lambda: processes inbox objects.

use aws_lambda_events::s3::S3Event;
use lambda_runtime::{Error, LambdaEvent, service_fn};
use satsuma_aws::{Files, Jobs, KeyManagement, Queue};
use satsuma_domain::SystemClock;

#[tokio::main]
async fn main() -> Result<(), Error> {
    satsuma_telemetry::logs::init();
    let jobs = Jobs::from_env().await?;
    let files = Files::from_env().await?;
    let queue = Queue::from_env().await?;
    let keys = KeyManagement::from_env().await?;
    lambda_runtime::run(service_fn(|event: LambdaEvent<S3Event>| async {
        satsuma_uploads::handle(&jobs, &files, &queue, &keys, &SystemClock, event.payload).await?;
        Ok::<(), Error>(())
    }))
    .await
}
