//! The Lambda function `delete-file`.

use satsuma_aws::{Files, Jobs};
use satsuma_batch::delete_file;
use satsuma_telemetry::logs;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    logs::init();
    let files = Files::from_env().await?;
    let usage = Jobs::from_env().await?;
    satsuma_http::run("delete-file", |request| delete_file::handle(&files, &usage, request)).await
}
