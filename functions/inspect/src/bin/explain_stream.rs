//! The Lambda function `explain-stream`.

use satsuma_aws::Files;
use satsuma_inspect::explain_stream;
use satsuma_telemetry::logs;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    logs::init();
    let files = Files::from_env().await?;
    satsuma_http::run("explain-stream", |request| explain_stream::handle(&files, request)).await
}
