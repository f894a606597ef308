//! `GET /jobs/{id}/executions`: the executions of a job and their results.

use lambda_http::Request;
use lambda_http::http::StatusCode;
use satsuma_domain::ports::GetJob;
use satsuma_http::{Answer, Settings, reply};

use crate::get_job::{job_key_before, named_job};
use crate::view;

/// Returns 200 and the stored executions, newest first, or 404 if the job does not exist.
///
/// # Errors
/// As described by the API's error object.
pub async fn handle<S: GetJob>(jobs: &S, settings: &Settings, request: Request) -> Answer {
    let job = named_job(jobs, job_key_before(&request, "executions")?).await?;
    reply::json(StatusCode::OK, &view::executions(&job, settings, &request))
}
