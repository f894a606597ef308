//! `POST /file/{id}/upload`: how to send a file that one request cannot carry.

use lambda_http::Request;
use lambda_http::http::StatusCode;
use satsuma_domain::file::FileName;
use satsuma_domain::ports::{GetUsage, ListParts, StartUpload};
use satsuma_domain::uploads::{self, Plan, UploadRequest};
use satsuma_domain::usage::{Exceeded, Quota, usage_now};
use satsuma_domain::{Clock, Error, Timestamp};
use satsuma_http::{Answer, Caller, Settings, json_body, path, percent_encode_twice, reply};
use satsuma_stream::Limits;
use serde::Serialize;

/// Answers 200 and a plan: where to PUT which part, and what to POST to when all are there.
///
/// # Errors
/// As the API's error object says.
pub async fn handle<S, U>(
    files: &S,
    usage: &U,
    clock: &dyn Clock,
    settings: &Settings,
    request: Request,
) -> Answer
where
    S: StartUpload + ListParts,
    U: GetUsage,
{
    let caller = Caller::from_request(&request)?;
    let id = FileName::upload_id(&path::upload_file_id(&request)?)?;
    let wanted = UploadRequest::parse(json_body(&request)?)?;
    let usage = usage_now(usage, clock, &caller.instance).await?;
    // More than there may ever be; what there is room for is seen when the file is whole.
    if wanted.bytes > usage.quotas.storage_bytes {
        let (quota, limit) = (Quota::StorageBytes, usage.quotas.storage_bytes);
        let exceeded = Exceeded { quota, used: usage.storage_bytes, limit, waiting: usage.queued_jobs };
        return Err(Error::QuotaExceeded(exceeded).into());
    }
    let base =
        format!("{}/pm/v1/file/{}/upload", settings.base_url(&request), percent_encode_twice(id.as_str()));
    let plan = uploads::start(files, clock, caller.instance, id, &wanted, Limits::FILE_BYTES).await?;
    let mut response = reply::json(StatusCode::OK, &PlanView::new(plan, &base))?;
    // The URLs admit whoever holds them: nobody shall keep them.
    reply::no_store(&mut response);
    Ok(response)
}

/// A plan, as it is shown.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "UploadPlan"))]
#[serde(rename_all = "camelCase")]
pub struct PlanView {
    /// Names the upload.
    upload: String,
    /// Size of every part but the last, in bytes.
    part_bytes: u64,
    /// The parts that have not arrived yet.
    parts: Vec<PartView>,
    /// What to ask for when all parts are there.
    complete: CompleteView,
    /// When the URLs stop admitting; they may sooner, with the credentials that signed them.
    expires_at: Timestamp,
}

#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "UploadPart"))]
struct PartView {
    /// Its number, from 1.
    number: u32,
    /// Its size in bytes: exactly so many are taken.
    bytes: u64,
    /// Where to PUT it, without the access key.
    url: String,
}

#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "UploadCompletion"))]
struct CompleteView {
    /// The method: POST.
    method: &'static str,
    /// Where, with the access key added.
    url: String,
}

impl PlanView {
    fn new(plan: Plan, base: &str) -> Self {
        let upload = plan.token.to_string();
        let part =
            |part: uploads::PlannedPart| PartView { number: part.number, bytes: part.bytes, url: part.url };
        Self {
            part_bytes: plan.part_bytes,
            parts: plan.parts.into_iter().map(part).collect(),
            complete: CompleteView { method: "POST", url: format!("{base}/{upload}") },
            upload,
            expires_at: plan.expires_at,
        }
    }
}
