//! Lambda: runs the jobs of a batch of SQS messages.

use std::sync::Arc;
use std::time::Duration;

use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent};
use lambda_runtime::{Error, LambdaEvent, service_fn};
use satsuma_aws::{Files, Jobs, Queue};
use satsuma_domain::{Clock, SystemClock, Timestamp};
use satsuma_worker::{EngineRunner, Metering, OnOwnThreads};

/// Part of Lambda's time limit that is reserved to stop the engine and write the end: a batch, an upload in
/// progress, and the last write's retries.
const MARGIN: Duration = Duration::from_secs(20);

#[tokio::main]
async fn main() -> Result<(), Error> {
    satsuma_telemetry::logs::init();
    let metering = Metering::from_env();
    let jobs = Jobs::from_env().await?.counting(&metering.table);
    let queue = Queue::from_env().await?;
    let files = Arc::new(Files::from_env().await?.counting(&metering.files));
    let scratch = std::env::temp_dir();
    satsuma_worker::scratch::clear(&scratch);
    let engine = EngineRunner::new(files, scratch, satsuma_worker::limits()).metered_by(metering);
    let engine = engine.charging(Arc::new(jobs.clone()));
    let runner = Arc::new(OnOwnThreads::new(Arc::new(engine))?);
    lambda_runtime::run(service_fn(|event: LambdaEvent<SqsEvent>| {
        let (jobs, queue, runner) = (&jobs, &queue, Arc::clone(&runner));
        async move {
            let deadline = Timestamp(i64::try_from(event.context.deadline).unwrap_or(i64::MAX));
            let left = Duration::from_millis(u64::try_from(deadline.0 - SystemClock.now().0).unwrap_or(0));
            let budget = left.saturating_sub(MARGIN);
            Ok::<SqsBatchResponse, Error>(
                satsuma_worker::handle(jobs, queue, runner, &SystemClock, event.payload, budget).await,
            )
        }
    }))
    .await
}
