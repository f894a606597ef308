//! The Lambda function `get-file`.

use satsuma_aws::Files;
use satsuma_batch::get_file;
use satsuma_telemetry::logs;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    logs::init();
    let files = Files::from_env().await?;
    satsuma_http::run("get-file", |request| get_file::handle(&files, request)).await
}
