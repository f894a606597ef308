//! `GET /jobs/{id}`: one job, its definition and what became of it.

use lambda_http::Request;
use lambda_http::http::StatusCode;
use satsuma_domain::job::JobKey;
use satsuma_domain::ports::GetJob;
use satsuma_domain::{Error, Job};
use satsuma_http::{Answer, ApiError, Caller, Settings, path, reply};

use crate::view::JobView;

/// Answers 200 and the job, 404 where there is none.
///
/// # Errors
/// As the API's error object says.
pub async fn handle<S: GetJob>(jobs: &S, settings: &Settings, request: Request) -> Answer {
    let caller = Caller::from_request(&request)?;
    let key = JobKey { instance: caller.instance, id: path::job_id(&request)? };
    let job = named_job(jobs, key).await?;
    reply::json(StatusCode::OK, &JobView::new(&job, settings, &request))
}

/// The job of this key.
pub(crate) async fn named_job<S: GetJob>(jobs: &S, key: JobKey) -> Result<Job, ApiError> {
    let job = jobs.get_job(&key).await?;
    job.ok_or_else(|| Error::JobNotFound(key.id.to_string()).into())
}

/// What names the caller's job that the path has before its last part.
pub(crate) fn job_key_before(request: &Request, last: &str) -> Result<JobKey, ApiError> {
    let caller = Caller::from_request(request)?;
    Ok(JobKey { instance: caller.instance, id: path::job_id_before(request, last)? })
}
