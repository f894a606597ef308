//! `GET /jobs/{id}/log`: the log of an execution, line by line.

use lambda_http::{Request, RequestExt};
use satsuma_domain::file::{FileKey, FileName};
use satsuma_domain::log::{self, MAX_LOG_BYTES};
use satsuma_domain::ports::{GetFile, GetJob};
use satsuma_domain::{Error, Execution, Job};
use satsuma_http::{Answer, ApiError, reply, whole};

use crate::get_job::{job_key_before, named_job};

/// The query parameter with the number of an execution.
const EXECUTION: &str = "execution";

/// Returns 200 and the log of the execution `?execution=`, by default the newest one. Returns 404 if the job
/// or the execution does not exist.
///
/// # Errors
/// As described by the API's error object.
pub async fn handle<J: GetJob, F: GetFile>(jobs: &J, files: &F, request: Request) -> Answer {
    let number = execution_number(&request)?;
    let job = named_job(jobs, job_key_before(&request, "log")?).await?;
    let Some(execution) = named_execution(&job, number)? else {
        return Ok(reply::text(log::no_execution(&job)));
    };
    let name = FileName::Log { job: job.uuid, execution: execution.number };
    let key = FileKey { instance: job.key.instance.clone(), name };
    let written = match files.get_file(&key, MAX_LOG_BYTES as u64 * 2).await? {
        Some(Ok(bytes)) => Some(String::from_utf8_lossy(&bytes).into_owned()),
        Some(Err(_)) | None => None,
    };
    Ok(reply::text(log::whole(&job, execution, written.as_deref())))
}

fn execution_number(request: &Request) -> Result<Option<u32>, ApiError> {
    let query = request.query_string_parameters();
    let Some(text) = query.first(EXECUTION) else { return Ok(None) };
    let number = whole(text).and_then(|number| u32::try_from(number).ok()).filter(|number| *number > 0);
    let message = "`execution` is the number of an execution, from 1";
    number.map(Some).ok_or_else(|| Error::invalid("invalid_parameter", Some(EXECUTION), message).into())
}

/// The requested execution. `None` if no number was given and the newest submission has no execution yet.
fn named_execution(job: &Job, number: Option<u32>) -> Result<Option<&Execution>, Error> {
    let Some(number) = number else { return Ok(job.execution()) };
    let found = job.executions.iter().find(|execution| execution.number.0 == number);
    found.map(Some).ok_or_else(|| Error::ExecutionNotFound { job: job.key.id.to_string(), number })
}
