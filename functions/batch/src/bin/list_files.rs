//! The Lambda function `list-files`.

use satsuma_aws::Files;
use satsuma_batch::list_files;
use satsuma_http::Settings;
use satsuma_telemetry::logs;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    logs::init();
    let files = Files::from_env().await?;
    let settings = Settings::from_env();
    satsuma_http::run("list-files", |request| list_files::handle(&files, &settings, request)).await
}
