//! `DELETE /file/{id}`: deletes an upload or a result.

use lambda_http::Request;
use lambda_http::http::StatusCode;
use satsuma_domain::file::{FileKey, FileName};
use satsuma_domain::files::delete;
use satsuma_domain::ports::{ChargeStorage, GetFile, RemoveFile};
use satsuma_http::{Answer, Caller, path, reply};

/// Returns 200 and `1`, or 404 if the file does not exist.
///
/// # Errors
/// As described by the API's error object.
pub async fn handle<S, U>(files: &S, usage: &U, request: Request) -> Answer
where
    S: GetFile + RemoveFile,
    U: ChargeStorage,
{
    let caller = Caller::from_request(&request)?;
    let key = FileKey { instance: caller.instance, name: FileName::parse(&path::file_id(&request)?)? };
    delete(files, usage, &key).await?;
    reply::json(StatusCode::OK, &1)
}
