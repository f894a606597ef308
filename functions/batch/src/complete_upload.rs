//! `POST /file/{id}/upload/{upload}`: all parts of a file are there.

use lambda_http::Request;
use satsuma_domain::file::FileName;
use satsuma_domain::ports::{ChargeStorage, CompleteUpload, GetFile, ListParts, Staging};
use satsuma_domain::uploads;
use satsuma_http::{Answer, Caller, Settings, path, reply};

use crate::put_file::readable_stream;

/// Answers 200 and the file's URL, as plain text, like a direct upload; asked for again, the same.
///
/// # Errors
/// As the API's error object says: 409 naming the parts that are missing, 404 for an upload that is not
/// under way, 400 for a stream that cannot be read.
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
