//! All Lambda functions of the batch job API: one program. The function's `Handler` selects the operation.

use std::sync::Arc;

use satsuma_aws::{Files, Jobs, KeyManagement, Queue};
use satsuma_batch::{Service, handle, list_models, openapi};
use satsuma_domain::SystemClock;
use satsuma_http::{Settings, run};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    satsuma_telemetry::logs::init();
    let function = satsuma_http::handler()?;
    match function.as_str() {
        // These two use no store. Clients of the SDK would be three quarters of their cold start.
        "list-models" => run(&function, list_models::handle).await,
        "openapi" => run(&function, |_| openapi::handle()).await,
        _ => {
            let service = service().await?;
            run(&function, |request| handle(&function, &service, request)).await
        }
    }
}

async fn service() -> Result<Service<Jobs, Files, Queue>, lambda_http::Error> {
    Ok(Service {
        jobs: Jobs::from_env().await?,
        files: Files::from_env().await?,
        queue: Queue::from_env().await?,
        keys: Arc::new(KeyManagement::from_env().await?),
        clock: Arc::new(SystemClock),
        settings: Settings::from_env(),
    })
}
