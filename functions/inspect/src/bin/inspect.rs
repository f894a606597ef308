//! The Lambda functions of this crate: one program. The function's `Handler` selects the operation.

use satsuma_aws::{Files, Jobs};
use satsuma_inspect::handle;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    satsuma_telemetry::logs::init();
    let function = satsuma_http::handler()?;
    let jobs = Jobs::from_env().await?;
    let files = Files::from_env().await?;
    satsuma_http::run(&function, |request| handle(&function, &jobs, &files, request)).await
}
