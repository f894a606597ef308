//! The Lambda function `get-log`.

use satsuma_aws::{Files, Jobs};
use satsuma_batch::get_log;
use satsuma_telemetry::logs;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    logs::init();
    let jobs = Jobs::from_env().await?;
    let files = Files::from_env().await?;
    satsuma_http::run("get-log", |request| get_log::handle(&jobs, &files, request)).await
}
