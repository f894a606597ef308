//! `POST /file/{id}/upload/{upload}`: assembles the file from its uploaded parts.

use lambda_http::Request;
use satsuma_domain::file::FileName;
use satsuma_domain::ports::{ChargeStorage, CompleteUpload, GetFile, ListParts, Staging};
use satsuma_domain::uploads;
use satsuma_http::{Answer, Caller, Settings, path, reply};

use crate::put_file::readable_stream;

/// Returns 200 and the file's URL as plain text, like a direct upload. A repeated request gets the same
/// response.
///
/// # Errors
/// As described by the API's error object: 409 with the missing parts, 404 for an unknown upload, 400 for an
/// unreadable stream.
pub async fn handle<S, U>(files: &S, usage: &U, settings: &Settings, request: Request) -> Answer
where
    S: GetFile + ListParts + CompleteUpload + Staging,
    U: ChargeStorage,
{
    let caller = Caller::from_request(&request)?;
    let (id, upload) = path::upload_of_file(&request)?;
    let id = FileName::upload_id(&id)?;
    let url = settings.file_url(&request, &FileName::Upload(id.clone()));
    uploads::complete(files, usage, caller.instance, id, &upload, readable_stream).await?;
    Ok(reply::text(url))
}
