//! `GET /jobs/{id}`: one job with its definition and its result.

use lambda_http::Request;
use lambda_http::http::StatusCode;
use satsuma_domain::job::JobKey;
use satsuma_domain::ports::GetJob;
use satsuma_domain::{Error, Job};
use satsuma_http::{Answer, ApiError, Caller, Settings, path, reply};

use crate::view::JobView;

/// Returns 200 and the job, or 404 if it does not exist.
///
/// # Errors
/// As described by the API's error object.
pub async fn handle<S: GetJob>(jobs: &S, settings: &Settings, request: Request) -> Answer {
    let caller = Caller::from_request(&request)?;
    let key = JobKey { instance: caller.instance, id: path::job_id(&request)? };
    let job = named_job(jobs, key).await?;
    reply::json(StatusCode::OK, &JobView::new(&job, settings, &request))
}

/// Reads the job with this key.
pub(crate) async fn named_job<S: GetJob>(jobs: &S, key: JobKey) -> Result<Job, ApiError> {
    let job = jobs.get_job(&key).await?;
    job.ok_or_else(|| Error::JobNotFound(key.id.to_string()).into())
}

/// The key of the caller's job, from a path whose last part is `last`.
pub(crate) fn job_key_before(request: &Request, last: &str) -> Result<JobKey, ApiError> {
    let caller = Caller::from_request(request)?;
    Ok(JobKey { instance: caller.instance, id: path::job_id_before(request, last)? })
}
