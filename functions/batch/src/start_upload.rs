//! `POST /file/{id}/upload`: starts an upload in parts, for a file that exceeds one request.

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

/// Returns 200 and a plan: the URL for each part, and the request that completes the upload.
///
/// # Errors
/// As described by the API's error object.
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
    // No instance can store more than this. The quota itself is checked when the upload completes.
    if wanted.bytes > usage.quotas.storage_bytes {
        let (quota, limit) = (Quota::StorageBytes, usage.quotas.storage_bytes);
        let exceeded = Exceeded { quota, used: usage.storage_bytes, limit, waiting: usage.queued_jobs };
        return Err(Error::QuotaExceeded(exceeded).into());
    }
    let base =
        format!("{}/pm/v1/file/{}/upload", settings.base_url(&request), percent_encode_twice(id.as_str()));
    let plan = uploads::start(files, clock, caller.instance, id, &wanted, Limits::FILE_BYTES).await?;
    let mut response = reply::json(StatusCode::OK, &PlanView::new(plan, &base))?;
    // The URLs grant access to their bearer, so no cache may store them.
    reply::no_store(&mut response);
    Ok(response)
}

/// The plan of an upload in parts.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "UploadPlan"))]
#[serde(rename_all = "camelCase")]
pub struct PlanView {
    /// Token of the upload, for later requests.
    upload: String,
    /// Size of every part except the last, in bytes.
    part_bytes: u64,
    /// The parts that have not been uploaded yet.
    parts: Vec<PartView>,
    /// The request to send when all parts are uploaded.
    complete: CompleteView,
    /// When the URLs expire. They may expire earlier, together with the credentials that signed them.
    expires_at: Timestamp,
}

#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "UploadPart"))]
struct PartView {
    /// Its number, from 1.
    number: u32,
    /// Its exact size in bytes. The store rejects other sizes.
    bytes: u64,
    /// URL for the PUT request of this part, without the access key.
    url: String,
}

#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "UploadCompletion"))]
struct CompleteView {
    /// The method: POST.
    method: &'static str,
    /// The URL; append the access key to its query.
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
