//! The Lambda function `start-upload`.

use satsuma_aws::{Files, Jobs};
use satsuma_batch::start_upload;
use satsuma_domain::SystemClock;
use satsuma_http::Settings;
use satsuma_telemetry::logs;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    logs::init();
    let files = Files::from_env().await?;
    let jobs = Jobs::from_env().await?;
    let settings = Settings::from_env();
    let handle = |request| start_upload::handle(&files, &jobs, &SystemClock, &settings, request);
    satsuma_http::run("start-upload", handle).await
}
