//! `GET /jobs/{id}/status`: where a job stands; with `?wait=` as soon as that changes.

use lambda_http::Request;
use lambda_http::http::StatusCode;
use satsuma_domain::Error;
use satsuma_domain::ports::GetJob;
use satsuma_domain::watch::wait_for_change;
use satsuma_http::{Answer, Settings, reply, wait};

use crate::get_job::job_key;
use crate::view::StatusView;

/// Answers 200 and the status, 404 where there is no such job. A caller who waits is answered when
/// the status is another one than at first, or after that time.
///
/// # Errors
/// As the API's error object says.
pub async fn handle<S: GetJob>(jobs: &S, settings: &Settings, request: Request) -> Answer {
    let (key, wait) = (job_key(&request)?, wait(&request)?);
    let job = wait_for_change(jobs, &key, wait).await?;
    let job = job.ok_or_else(|| Error::JobNotFound(key.id.to_string()))?;
    reply::json(StatusCode::OK, &StatusView::new(&job, settings, &request))
}
