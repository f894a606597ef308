//! Explanations of streams, and dry runs of jobs.
//!
//! These are the API functions that link the engine: only it knows what it can run. A module an
//! operation, each a `handle` that takes just the ports that it needs. [`handle()`] reaches all of them by
//! function name: on Lambda in the one program `inspect`, and through [`call`] in the local service and the
//! tests.

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
use satsuma_http::{Answer, ApiError, NoRoute, answer};

pub use explanation::explained;
pub use validation::Validation;

/// The functions of this crate, by the names that the routes have for them.
pub const FUNCTIONS: &[&str] = &["explain-stream", "validate-job"];

/// Answers a request by one of the [`FUNCTIONS`], like [`satsuma_http::run`] on Lambda.
pub async fn call<J: GetJob, F: GetFile + ListFiles>(
    function: &str,
    jobs: &J,
    files: &F,
    request: Request,
) -> Response<Body> {
    answer(function, request, |request| handle(function, jobs, files, request)).await
}

/// The operation of one of the [`FUNCTIONS`].
///
/// # Errors
/// As the API's error object says; 404 for a name that is none of them.
pub async fn handle<J: GetJob, F: GetFile + ListFiles>(
    function: &str,
    jobs: &J,
    files: &F,
    request: Request,
) -> Answer {
    match function {
        "explain-stream" => explain_stream::handle(files, request).await,
        "validate-job" => validate_job::handle(jobs, files, request).await,
        _ => Err(ApiError::NoRoute(NoRoute::Nothing)),
    }
}

#[cfg(test)]
mod tests;
