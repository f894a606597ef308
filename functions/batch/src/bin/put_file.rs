//! The Lambda function `put-file`.

use satsuma_aws::{Files, Jobs};
use satsuma_batch::put_file;
use satsuma_http::Settings;
use satsuma_telemetry::logs;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    logs::init();
    let files = Files::from_env().await?;
    let usage = Jobs::from_env().await?;
    let settings = Settings::from_env();
    satsuma_http::run("put-file", |request| put_file::handle(&files, &usage, &settings, request)).await
}
