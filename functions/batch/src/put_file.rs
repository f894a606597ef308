//! `PUT /file/{id}`: uploads a file and replaces an existing one with this id.

use bytes::Bytes;
use lambda_http::Request;
use satsuma_domain::Error;
use satsuma_domain::file::FileName;
use satsuma_domain::files::{self, MAX_DIRECT_BYTES};
use satsuma_domain::ports::{ChargeStorage, GetFile, PutFile};
use satsuma_http::{Answer, Caller, Settings, file_part, path, reply};

/// Returns 200 and the file's URL as plain text. If the id or the file name ends in `.str`, the content must
/// be a readable stream.
///
/// # Errors
/// As described by the API's error object.
pub async fn handle<S, U>(files: &S, usage: &U, settings: &Settings, request: Request) -> Answer
where
    S: GetFile + PutFile,
    U: ChargeStorage,
{
    let caller = Caller::from_request(&request)?;
    let id = FileName::upload_id(&path::file_id(&request)?)?;
    let url = settings.file_url(&request, &FileName::Upload(id.clone()));
    let part = file_part(request, MAX_DIRECT_BYTES).await?;
    let name = part.file_name.as_deref();
    files::upload(files, usage, caller.instance, id, name, part.bytes, readable_stream).await?;
    Ok(reply::text(url))
}

/// Checks that the bytes are a readable stream.
pub(crate) fn readable_stream(bytes: Bytes) -> Result<(), Error> {
    let opened = satsuma_stream::StreamFile::open(bytes);
    let refuse =
        |error| Error::invalid("unreadable_stream", None, format!("the stream cannot be read: {error}"));
    opened.map(|_| ()).map_err(refuse)
}
