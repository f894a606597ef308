//! The Lambda function `get-job-status`.

use satsuma_aws::Jobs;
use satsuma_batch::get_job_status;
use satsuma_domain::SystemClock;
use satsuma_http::Settings;
use satsuma_telemetry::logs;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    logs::init();
    let jobs = Jobs::from_env().await?;
    let settings = Settings::from_env();
    satsuma_http::run("get-job-status", |request| {
        get_job_status::handle(&jobs, &SystemClock, &settings, request)
    })
    .await
}
