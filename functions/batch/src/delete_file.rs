//! `DELETE /file/{id}`: deletes an upload or a result.

use lambda_http::Request;
use lambda_http::http::StatusCode;
use satsuma_domain::file::{FileKey, FileName};
use satsuma_domain::files::delete;
use satsuma_domain::ports::{ChargeStorage, GetFile, RemoveFile};
use satsuma_http::{Answer, Caller, path, reply};

/// Answers 200 and `1`, 404 where there is no such file.
///
/// # Errors
/// As the API's error object says.
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
