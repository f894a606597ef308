//! The Lambda function `list-models`.

use satsuma_batch::list_models;
use satsuma_telemetry::logs;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    logs::init();
    satsuma_http::run("list-models", list_models::handle).await
}
