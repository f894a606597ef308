//! The Lambda function `list-jobs`.

use satsuma_aws::Jobs;
use satsuma_batch::list_jobs;
use satsuma_http::Settings;
use satsuma_telemetry::logs;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    logs::init();
    let jobs = Jobs::from_env().await?;
    let settings = Settings::from_env();
    satsuma_http::run("list-jobs", |request| list_jobs::handle(&jobs, &settings, request)).await
}
