//! Explanations of streams, and dry runs of jobs.
//!
//! These API functions link the engine, because only the engine can check what it supports. Each operation is
//! a module with a `handle` function that takes only the ports that it needs. The binaries in `src/bin`
//! supply the AWS adapters. [`call`] dispatches to all of them by function name, for the local service and
//! the tests.

mod accept;
pub mod explain_stream;
mod explanation;
mod nearest;
mod sized;
mod stored;
pub mod validate_job;
mod validation;

use lambda_http::{Body, Request, Response};
use satsuma_domain::ports::{GetFile, GetJob, ListFiles};
use satsuma_http::{ApiError, NoRoute, answer};

pub use explanation::explained;
pub use validation::Validation;

/// Names of this crate's functions in the route table.
pub const FUNCTIONS: &[&str] = &["explain-stream", "validate-job"];

/// Handles a request with one of the [`FUNCTIONS`].
pub async fn call<J: GetJob, F: GetFile + ListFiles>(
    function: &str,
    jobs: &J,
    files: &F,
    request: Request,
) -> Response<Body> {
    answer(function, request, async |request| match function {
        "explain-stream" => explain_stream::handle(files, request).await,
        "validate-job" => validate_job::handle(jobs, files, request).await,
        _ => Err(ApiError::NoRoute(NoRoute::Nothing)),
    })
    .await
}

#[cfg(test)]
mod tests;
