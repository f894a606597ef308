//! Lambda: sweeps jobs, on a schedule.

use lambda_runtime::{Error, LambdaEvent, service_fn};
use satsuma_aws::{Files, Jobs, Queue};
use satsuma_domain::SystemClock;
use serde_json::Value;

#[tokio::main]
async fn main() -> Result<(), Error> {
    satsuma_telemetry::logs::init();
    let jobs = Jobs::from_env().await?;
    let queue = Queue::from_env().await?;
    let files = Files::from_env().await?;
    lambda_runtime::run(service_fn(|_: LambdaEvent<Value>| async {
        satsuma_sweeper::handle(&jobs, &queue, &files, &SystemClock).await?;
        Ok::<(), Error>(())
    }))
    .await
}
