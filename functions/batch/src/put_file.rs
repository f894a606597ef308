//! `PUT /file/{id}`: uploads a file, replacing what its id named before.

use bytes::Bytes;
use lambda_http::Request;
use satsuma_domain::file::FileName;
use satsuma_domain::files::{self, MAX_DIRECT_BYTES};
use satsuma_domain::ports::{ChargeStorage, GetFile, PutFile};
use satsuma_domain::{Error, FileId};
use satsuma_http::{Answer, Caller, Settings, file_part, path, reply};

/// Answers 200 and the file's URL, as plain text. Where the id or the file's own name ends in
/// `.str`, it must be a stream that can be read.
///
/// # Errors
/// As the API's error object says.
pub async fn handle<S, U>(files: &S, usage: &U, settings: &Settings, request: Request) -> Answer
where
    S: GetFile + PutFile,
    U: ChargeStorage,
{
    let caller = Caller::from_request(&request)?;
    let id = upload_id(&path::file_id(&request)?)?;
    let url = settings.file_url(&request, &FileName::Upload(id.clone()));
    let part = file_part(request, MAX_DIRECT_BYTES).await?;
    let name = part.file_name.as_deref();
    let check = |bytes: &[u8]| readable_stream(Bytes::copy_from_slice(bytes));
    files::upload(files, usage, caller.instance, id, name, part.bytes, check).await?;
    Ok(reply::text(url))
}

/// An id that an upload may have: not one of a result, and one under which it can be fetched.
pub(crate) fn upload_id(id: &str) -> Result<FileId, Error> {
    let refused = |message: &str| Err(Error::invalid("invalid_id", Some("id"), message));
    match FileName::parse(id) {
        Ok(FileName::Upload(_)) if id.contains(['?', '%']) => {
            refused("a file's id must not hold `?` or `%`: paths cannot carry them")
        }
        Ok(FileName::Upload(_)) if id.ends_with("/stream") => {
            refused("a file's id must not end in `/stream`: a GET of it explains the stream before that")
        }
        Ok(FileName::Upload(id)) => Ok(id),
        Ok(FileName::Result(_) | FileName::Log { .. }) | Err(Error::FileNotFound(_)) => {
            refused("ids that begin with `result~` name the results of jobs and cannot be uploaded")
        }
        Err(error) => Err(error),
    }
}

/// Looks at the bytes of what must be a stream.
pub(crate) fn readable_stream(bytes: Bytes) -> Result<(), Error> {
    let opened = satsuma_stream::StreamFile::open(bytes);
    let refuse =
        |error| Error::invalid("unreadable_stream", None, format!("the stream cannot be read: {error}"));
    opened.map(|_| ()).map_err(refuse)
}
