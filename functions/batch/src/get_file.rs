//! `GET /file/{id}`: the bytes of an upload or a result.

use lambda_http::Request;
use satsuma_domain::StoreError;
use satsuma_domain::file::{FileKey, FileName};
use satsuma_domain::files::{Fetched, fetch};
use satsuma_domain::ports::{GetFile, LinkFile};
use satsuma_http::{Answer, Caller, path, reply};

/// Media type of every upload, whatever its content.
const BYTES: &str = "application/octet-stream";

/// Returns 200 and the bytes. A file that exceeds one response gets 307 and a link to the store. An unknown
/// file gets 404.
///
/// # Errors
/// As described by the API's error object.
pub async fn handle<S: GetFile + LinkFile>(files: &S, request: Request) -> Answer {
    let caller = Caller::from_request(&request)?;
    let key = FileKey { instance: caller.instance, name: FileName::parse(&path::file_id(&request)?)? };
    match fetch(files, &key).await? {
        Fetched::Link(url) => Ok(reply::elsewhere(&url)),
        Fetched::Bytes(bytes) => {
            let media_type = media_type(files, &key).await?;
            Ok(reply::file(&media_type, key.name.save_as(), bytes))
        }
    }
}

async fn media_type<S: GetFile>(files: &S, key: &FileKey) -> Result<String, StoreError> {
    if matches!(key.name, FileName::Upload(_)) {
        return Ok(BYTES.to_owned());
    }
    let info = files.file_info(key).await?;
    Ok(info.map_or_else(|| BYTES.to_owned(), |info| info.media_type))
}
