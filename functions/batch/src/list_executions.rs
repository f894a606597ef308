//! `GET /jobs/{id}/executions`: what became of each attempt to run a job.

use lambda_http::Request;
use lambda_http::http::StatusCode;
use satsuma_domain::ports::GetJob;
use satsuma_http::{Answer, Settings, reply};

use crate::get_job::{job_key_before, named_job};
use crate::view;

/// Answers 200 and the executions that are kept, newest first; 404 where there is no such job.
///
/// # Errors
/// As the API's error object says.
pub async fn handle<S: GetJob>(jobs: &S, settings: &Settings, request: Request) -> Answer {
    let job = named_job(jobs, job_key_before(&request, "executions")?).await?;
    reply::json(StatusCode::OK, &view::executions(&job, settings, &request))
}
