//! The Lambda function `list-executions`.

use satsuma_aws::Jobs;
use satsuma_batch::list_executions;
use satsuma_http::Settings;
use satsuma_telemetry::logs;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    logs::init();
    let jobs = Jobs::from_env().await?;
    let settings = Settings::from_env();
    satsuma_http::run("list-executions", |request| list_executions::handle(&jobs, &settings, request)).await
}
