//! Lambda: recounts the usage of instances, on a schedule.

use std::time::Duration;

use lambda_runtime::{Error, LambdaEvent, service_fn};
use satsuma_aws::{Files, Jobs};
use satsuma_domain::{Clock, SystemClock, Timestamp};
use serde_json::Value;

/// Kept back for the last words before Lambda ends the function.
const MARGIN: Duration = Duration::from_secs(10);

#[tokio::main]
async fn main() -> Result<(), Error> {
    satsuma_telemetry::logs::init();
    let jobs = Jobs::from_env().await?;
    let files = Files::from_env().await?;
    lambda_runtime::run(service_fn(|event: LambdaEvent<Value>| {
        let (jobs, files) = (&jobs, &files);
        async move {
            let deadline = Timestamp(i64::try_from(event.context.deadline).unwrap_or(i64::MAX));
            let left = deadline.0.saturating_sub(SystemClock.now().0);
            let left = Duration::from_millis(u64::try_from(left).unwrap_or(0));
            satsuma_sweeper::recounter::handle(jobs, files, &SystemClock, left.saturating_sub(MARGIN))
                .await?;
            Ok::<(), Error>(())
        }
    }))
    .await
}
