//! The Lambda function `complete-upload`.

use satsuma_aws::Files;
use satsuma_batch::complete_upload;
use satsuma_http::{Settings, logs};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    logs::init();
    let files = Files::from_env().await?;
    let settings = Settings::from_env();
    satsuma_http::run("complete-upload", |request| complete_upload::handle(&files, &settings, request)).await
}
