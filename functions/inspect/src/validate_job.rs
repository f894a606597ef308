//! `POST /jobs/{id}/validate`: dry run of a job.

use std::time::Duration;

use lambda_http::Request;
use satsuma_domain::file::{FileKey, FileName};
use satsuma_domain::job::JobKey;
use satsuma_domain::ports::{GetFile, GetJob, ListFiles};
use satsuma_domain::{Error, JobDefinition, passwords};
use satsuma_engine::Effort;
use satsuma_http::{Answer, ApiError, Caller, path, reply, secret_json_body};
use satsuma_stream::ErrorKind;
use satsuma_worker::rehearsal::{Rehearsal, rehearse};

use crate::nearest::nearest;
use crate::validation::Validation;
use crate::{sized, stored};

/// Time limit of the engine's checks. API Gateway waits 30 seconds for the response.
const EFFORT: Effort = Effort(Duration::from_secs(15));

/// Returns 200 and the dry run of the definition in the body or, without a body, of the stored job. Returns
/// 400 for an invalid definition, and 404 if there is neither a body nor a job. Nothing is stored, queued or
/// changed.
///
/// # Errors
/// As described by the API's error object.
pub async fn handle<J: GetJob, F: GetFile + ListFiles>(jobs: &J, files: &F, mut request: Request) -> Answer {
    let caller = Caller::from_request(&request)?;
    let key = JobKey { instance: caller.instance, id: path::job_id_before(&request, "validate")? };
    let body = secret_json_body(&mut request)?;
    let stored = jobs.get_job(&key).await?;
    let definition = match body.is_empty() {
        false => {
            let (definition, given) = JobDefinition::read(&body)?;
            passwords::check(&definition, &given, stored.as_ref())?;
            definition
        }
        true => stored.ok_or_else(|| Error::JobNotFound(key.id.to_string()))?.definition,
    };
    definition.check_owner(&key.instance)?;
    let rehearsed = rehearsed(files, &key, &definition).await?;
    let validation = Validation::of(&definition, &rehearsed);
    Ok(reply::bytes("application/json", sized::json(&validation, "the result of the dry run")?))
}

/// Reports a missing or unreadable stream as an obstacle.
async fn rehearsed<F: GetFile + ListFiles>(
    files: &F,
    key: &JobKey,
    definition: &JobDefinition,
) -> Result<Rehearsal, ApiError> {
    let id = &definition.model.id;
    let stream = FileKey { instance: key.instance.clone(), name: FileName::Upload(id.clone()) };
    let bytes = match stored::fetch(files, &stream).await {
        Ok(bytes) => bytes,
        Err(Error::FileNotFound(_)) => {
            let mut rehearsal = Rehearsal::without_stream(definition);
            let near = nearest(files, &key.instance, id).await?;
            if let (Some(near), Some(missing)) = (near, rehearsal.obstacles.first_mut()) {
                missing.reason.push_str(&format!("; there is a file `{near}`"));
            }
            return Ok(rehearsal);
        }
        Err(error @ Error::TooLarge { .. }) => {
            return Ok(Rehearsal::unexamined(definition, &error.to_string()));
        }
        Err(error) => return Err(error.into()),
    };
    let opened = tokio::task::spawn_blocking(move || stored::open(bytes)).await;
    match opened.map_err(|_| ApiError::Panicked)? {
        Ok(stream) => Ok(rehearse(files, &key.instance, definition, stream, EFFORT).await?),
        // A run accepts larger streams than a dry run.
        Err(error) if matches!(error.kind(), ErrorKind::Limit { .. }) => {
            Ok(Rehearsal::unexamined(definition, &error.to_string()))
        }
        Err(error) => Ok(Rehearsal::without_readable_stream(definition, &error)),
    }
}
