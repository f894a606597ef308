//! `GET /jobs/{id}/log`: what happened in the course of an execution, line by line.

use lambda_http::{Request, RequestExt};
use satsuma_domain::file::{FileKey, FileName};
use satsuma_domain::log::{self, MAX_LOG_BYTES};
use satsuma_domain::ports::{GetFile, GetJob};
use satsuma_domain::{Error, Execution, Job};
use satsuma_http::{Answer, ApiError, reply, whole};

use crate::get_job::{job_key_before, named_job};

/// The parameter that names an execution.
const EXECUTION: &str = "execution";

/// Answers 200 and the log of the execution that `?execution=` names, else of the newest one; 404 where
/// there is no such job or execution.
///
/// # Errors
/// As the API's error object says.
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

/// The execution that is asked for; nothing where none is and the newest submission has none yet.
fn named_execution(job: &Job, number: Option<u32>) -> Result<Option<&Execution>, Error> {
    let Some(number) = number else { return Ok(job.execution()) };
    let found = job.executions.iter().find(|execution| execution.number.0 == number);
    found.map(Some).ok_or_else(|| Error::ExecutionNotFound { job: job.key.id.to_string(), number })
}
