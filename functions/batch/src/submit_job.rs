//! `POST /jobs/{id}`: submits a job under an id that must be free.

use lambda_http::Request;
use lambda_http::http::StatusCode;
use satsuma_domain::Clock;
use satsuma_domain::job::JobKey;
use satsuma_domain::ports::{CreateJob, Seal, SendMessage};
use satsuma_domain::submit::{self, Submission};
use satsuma_http::{Answer, Caller, Settings, idempotency_key, path, reply, secret_json_body};

use crate::view::JobView;

/// Answers 200 and the stored job; 409 where the id is taken.
///
/// # Errors
/// As the API's error object says.
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
