//! `POST /jobs/{id}`: submits a job under an unused id.

use lambda_http::Request;
use lambda_http::http::StatusCode;
use satsuma_domain::Clock;
use satsuma_domain::job::JobKey;
use satsuma_domain::ports::{CreateJob, Seal, SendMessage};
use satsuma_domain::submit::{self, Submission};
use satsuma_http::{Answer, Caller, Settings, idempotency_key, path, reply, secret_json_body};

use crate::view::JobView;

/// Returns 200 and the stored job, or 409 if the id is in use.
///
/// # Errors
/// As described by the API's error object.
pub async fn handle<S: CreateJob, Q: SendMessage>(
    jobs: &S,
    queue: &Q,
    keeper: &dyn Seal,
    clock: &dyn Clock,
    settings: &Settings,
    mut request: Request,
) -> Answer {
    let caller = Caller::from_request(&request)?;
    let key = JobKey { instance: caller.instance, id: path::job_id(&request)? };
    let mark = idempotency_key(&request)?;
    let body = secret_json_body(&mut request)?;
    let submission = Submission::read(&body, &key, keeper).await?.marked(mark);
    let job = submit::create(jobs, queue, clock, key, submission).await?;
    reply::json(StatusCode::OK, &JobView::new(&job, settings, &request))
}
