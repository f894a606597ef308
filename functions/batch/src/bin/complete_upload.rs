//! The Lambda function `complete-upload`.

use satsuma_aws::{Files, Jobs};
use satsuma_batch::complete_upload;
use satsuma_http::Settings;
use satsuma_telemetry::logs;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    logs::init();
    let files = Files::from_env().await?;
    let usage = Jobs::from_env().await?;
    let settings = Settings::from_env();
    let handle = |request| complete_upload::handle(&files, &usage, &settings, request);
    satsuma_http::run("complete-upload", handle).await
}
