//! `GET /jobs/{id}/status`: where a job stands.

use lambda_http::Request;
use lambda_http::http::StatusCode;
use satsuma_domain::ports::GetJob;
use satsuma_http::{Answer, Settings, reply};

use crate::get_job::named_job;
use crate::view::StatusView;

/// Answers 200 and the status, 404 where there is no such job.
///
/// # Errors
/// As the API's error object says.
pub async fn handle<S: GetJob>(jobs: &S, settings: &Settings, request: Request) -> Answer {
    let job = named_job(jobs, &request).await?;
    reply::json(StatusCode::OK, &StatusView::new(&job, settings, &request))
}
