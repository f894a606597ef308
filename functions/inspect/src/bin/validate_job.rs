//! The Lambda function `validate-job`.

use satsuma_aws::{Files, Jobs};
use satsuma_inspect::validate_job;
use satsuma_telemetry::logs;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    logs::init();
    let jobs = Jobs::from_env().await?;
    let files = Files::from_env().await?;
    satsuma_http::run("validate-job", |request| validate_job::handle(&jobs, &files, request)).await
}
