//! The Lambda function `openapi`.

use satsuma_batch::openapi;
use satsuma_telemetry::logs;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    logs::init();
    satsuma_http::run("openapi", |_| openapi::handle()).await
}
