//! The Lambda function `get-job`.

use satsuma_aws::Jobs;
use satsuma_batch::get_job;
use satsuma_http::Settings;
use satsuma_telemetry::logs;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    logs::init();
    let jobs = Jobs::from_env().await?;
    let settings = Settings::from_env();
    satsuma_http::run("get-job", |request| get_job::handle(&jobs, &settings, request)).await
}
