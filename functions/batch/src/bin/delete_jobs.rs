//! The Lambda function `delete-jobs`.

use satsuma_aws::{Jobs, Queue};
use satsuma_batch::delete_jobs;
use satsuma_domain::SystemClock;
use satsuma_telemetry::logs;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    logs::init();
    let jobs = Jobs::from_env().await?;
    let queue = Queue::from_env().await?;
    satsuma_http::run("delete-jobs", |request| delete_jobs::handle(&jobs, &queue, &SystemClock, request))
        .await
}
