//! All Lambda functions of the batch job API: one program, which a function's `Handler` tells apart.

use std::sync::Arc;

use satsuma_aws::{Files, Jobs, KeyManagement, Queue};
use satsuma_batch::{Service, handle};
use satsuma_domain::SystemClock;
use satsuma_http::Settings;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    satsuma_telemetry::logs::init();
    let function = satsuma_http::handler()?;
    let service = Service {
        jobs: Jobs::from_env().await?,
        files: Files::from_env().await?,
        queue: Queue::from_env().await?,
        keeper: Arc::new(KeyManagement::from_env().await?),
        clock: Arc::new(SystemClock),
        settings: Settings::from_env(),
    };
    satsuma_http::run(&function, |request| handle(&function, &service, request)).await
}
