//! `GET /jobs/{id}/status`: the status of a job. With `?wait=`, a long poll.

use lambda_http::Request;
use lambda_http::http::StatusCode;
use satsuma_domain::outlook;
use satsuma_domain::ports::{GetJob, GetUsage};
use satsuma_domain::usage::usage_now;
use satsuma_domain::watch::wait_for_change;
use satsuma_domain::{Clock, Error};
use satsuma_http::{Answer, Settings, reply, wait};

use crate::get_job::job_key_before;
use crate::view::StatusView;

/// Returns 200 and the status, or 404 if the job does not exist. A long poll gets its response when the
/// status changes, or when its time has passed.
///
/// # Errors
/// As described by the API's error object.
pub async fn handle<S: GetJob + GetUsage>(
    jobs: &S,
    clock: &dyn Clock,
    settings: &Settings,
    request: Request,
) -> Answer {
    let (key, wait) = (job_key_before(&request, "status")?, wait(&request)?);
    let job = wait_for_change(jobs, &key, wait).await?;
    let job = job.ok_or_else(|| Error::JobNotFound(key.id.to_string()))?;
    let usage = match outlook::depends_on_usage(&job) {
        true => Some(usage_now(jobs, clock, &job.key.instance).await?),
        false => None,
    };
    let status = StatusView::new(&job, settings, &request).at(clock.now(), &job, usage.as_ref());
    reply::json(StatusCode::OK, &status)
}
