//! The Lambda function `resubmit-job`.

use satsuma_aws::{Jobs, KeyManagement, Queue};
use satsuma_batch::resubmit_job;
use satsuma_domain::SystemClock;
use satsuma_http::Settings;
use satsuma_telemetry::logs;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    logs::init();
    let jobs = Jobs::from_env().await?;
    let queue = Queue::from_env().await?;
    let keys = KeyManagement::from_env().await?;
    let settings = Settings::from_env();
    satsuma_http::run("resubmit-job", |request| {
        resubmit_job::handle(&jobs, &queue, &keys, &SystemClock, &settings, request)
    })
    .await
}
