//! `PUT /jobs/{id}`: submits a new job, or resubmits a job with a new definition.

use lambda_http::Request;
use lambda_http::http::StatusCode;
use satsuma_domain::job::JobKey;
use satsuma_domain::ports::{CreateJob, GetJob, ReplaceJob, Seal, SendMessage};
use satsuma_domain::submit::{self, Submission, Submitted};
use satsuma_domain::{Clock, Revision};
use satsuma_http::{Answer, Caller, Settings, idempotency_key, path, reply, secret_json_body};

use crate::view::JobView;

/// Returns 201 for a new job, 200 for an existing one, 409 for a running one.
///
/// # Errors
/// As described by the API's error object.
pub async fn handle<S, Q>(
    jobs: &S,
    queue: &Q,
    keeper: &dyn Seal,
    clock: &dyn Clock,
    settings: &Settings,
    mut request: Request,
) -> Answer
where
    S: GetJob + CreateJob + ReplaceJob,
    Q: SendMessage,
{
    let caller = Caller::from_request(&request)?;
    let key = JobKey { instance: caller.instance, id: path::job_id(&request)? };
    let mark = idempotency_key(&request)?;
    let body = secret_json_body(&mut request)?;
    let submission = Submission::read(&body, &key, keeper).await?.marked(mark);
    let submitted = submit::create_or_resubmit(jobs, queue, clock, key, submission).await?;
    let (status, job) = match submitted {
        Submitted::Created(job) => (StatusCode::CREATED, job),
        // A repetition of the request that created the job gets the status of the lost response.
        Submitted::Repeated(job) if job.revision == Revision(1) => (StatusCode::CREATED, job),
        Submitted::Resubmitted(job) | Submitted::Repeated(job) => (StatusCode::OK, job),
    };
    reply::json(status, &JobView::new(&job, settings, &request))
}
