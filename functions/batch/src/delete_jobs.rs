//! `DELETE /jobs/{ids}`: deletes jobs. A running job is canceled first; the response waits some seconds for
//! its worker to stop.

use lambda_http::Request;
use lambda_http::http::StatusCode;
use satsuma_domain::Clock;
use satsuma_domain::ports::{GetJob, RemoveJob, ReplaceJob, SendNotice};
use satsuma_domain::remove::{REMOVE_TIMEOUT, remove_within};
use satsuma_http::{Answer, Caller, path, reply};

/// Returns 200 and the number of deleted jobs.
///
/// # Errors
/// As described by the API's error object.
pub async fn handle<S, Q>(jobs: &S, queue: &Q, clock: &dyn Clock, request: Request) -> Answer
where
    S: GetJob + ReplaceJob + RemoveJob,
    Q: SendNotice,
{
    let caller = Caller::from_request(&request)?;
    let ids = path::job_ids(&request)?;
    let gone = remove_within(jobs, queue, clock, &caller.instance, &ids, REMOVE_TIMEOUT).await?;
    reply::json(StatusCode::OK, &gone)
}
