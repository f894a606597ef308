//! Uploads of large files: their owners send the parts directly to the store.
//!
//! *Starting* returns a plan with a URL for every part. *Completing* asks the store which parts arrived, so
//! that callers need not remember any of them. A file becomes visible as a whole. A stream is assembled in a
//! staging area, checked, and only then copied to its key.
//!
//! Only the store keeps the state of an upload. Its token is useless to another instance, because the key of
//! the object is derived from the caller's instance and the file's id. An object has the tag of the upload
//! that made it. The tag identifies a completion whose response was lost when it is repeated.

mod plan;
mod target;
mod token;

use bytes::Bytes;

pub use self::plan::{LINK_LIFE, MAX_UPLOAD_BYTES, Plan, PlannedPart, UploadRequest};
pub use self::target::{UploadTarget, UploadedPart};
pub use self::token::UploadToken;
use crate::error::Error;
use crate::files::file::{FileKey, FileName};
use crate::files::is_stream;
use crate::files::quota::{release, reserve};
use crate::ids::{FileId, InstanceId};
use crate::ports::{ChargeStorage, CompleteUpload, GetFile, ListParts, Staging, StartUpload};
use crate::time::Clock;

/// Starts or resumes an upload: the plan has the missing parts. A file that must be a readable stream has at
/// most `stream_limit` bytes.
///
/// # Errors
/// [`Error::TooLarge`] for more than a file or stream may have, [`Error::UploadNotFound`] if the upload to
/// resume is not in progress, or a fault of the store.
pub async fn start<S>(
    store: &S,
    clock: &dyn Clock,
    instance: InstanceId,
    id: FileId,
    request: &UploadRequest,
    stream_limit: u64,
) -> Result<Plan, Error>
where
    S: StartUpload + ListParts,
{
    let staged = is_stream(&id, request.file_name.as_deref());
    let (what, limit) = if staged {
        ("the stream", stream_limit.min(MAX_UPLOAD_BYTES))
    } else {
        ("the file", MAX_UPLOAD_BYTES)
    };
    if request.bytes > limit {
        return Err(Error::TooLarge { what, bytes: request.bytes, limit });
    }
    let key = FileKey { instance, name: FileName::Upload(id) };
    let expires_at = clock.now().plus(LINK_LIFE);
    let (token, arrived) = match request.token()? {
        Some(token) => {
            let arrived = store.list_parts(&token.target(key.clone()), token.upload()).await?;
            (token, arrived.ok_or(Error::UploadNotFound)?)
        }
        None => {
            let token = UploadToken::new(request.bytes, staged);
            let upload = store.begin_upload(&token.target(key.clone())).await?;
            (token.named(upload), Vec::new())
        }
    };
    let target = token.target(key);
    let mut parts = Vec::new();
    for (number, bytes) in token.parts() {
        if arrived.iter().any(|part| part.number == number && part.bytes == bytes) {
            continue;
        }
        let url = store.link_part(&target, token.upload(), number, bytes, LINK_LIFE).await?;
        parts.push(PlannedPart { number, bytes, url });
    }
    Ok(Plan { part_bytes: token.part_bytes(), token, parts, expires_at })
}

/// Completes an upload, which makes the file visible. A repetition has the same result. `check` examines a
/// stream's bytes.
///
/// # Errors
/// [`Error::QuotaExceeded`], [`Error::UploadIncomplete`] naming the missing parts,
/// [`Error::UploadNotFound`], the error of `check` for an unreadable stream, or a fault of the store.
pub async fn complete<S, U>(
    store: &S,
    usage: &U,
    instance: InstanceId,
    id: FileId,
    token: &str,
    check: impl FnOnce(Bytes) -> Result<(), Error>,
) -> Result<(), Error>
where
    S: GetFile + ListParts + CompleteUpload + Staging,
    U: ChargeStorage,
{
    let token = UploadToken::parse(token).ok_or(Error::UploadNotFound)?;
    let target = token.target(FileKey { instance, name: FileName::Upload(id) });
    if let Some(arrived) = store.list_parts(&target, token.upload()).await? {
        let parts = token.whole(arrived)?;
        if target.staged {
            store.complete_upload(&target, token.upload(), &parts).await?;
        } else {
            let more = reserve(store, usage, &target.key, token.bytes()).await?;
            let done = store.complete_upload(&target, token.upload(), &parts).await;
            if matches!(done, Ok(true)) {
                return Ok(());
            }
            release(usage, &target.key.instance, more).await;
            done?;
        }
    }
    // Completed already, by another request or by this one's own former try.
    if store.is_complete(&target).await? {
        return Ok(());
    }
    if target.staged {
        publish(store, usage, &target, token.bytes(), check).await
    } else {
        Err(Error::UploadNotFound)
    }
}

async fn publish<S, U>(
    store: &S,
    usage: &U,
    target: &UploadTarget,
    limit: u64,
    check: impl FnOnce(Bytes) -> Result<(), Error>,
) -> Result<(), Error>
where
    S: GetFile + Staging,
    U: ChargeStorage,
{
    let bytes = match store.get_staged(target, limit).await? {
        None => return Err(Error::UploadNotFound),
        Some(Err(info)) => return Err(Error::TooLarge { what: "the stream", bytes: info.bytes, limit }),
        Some(Ok(bytes)) => bytes,
    };
    let size = bytes.len() as u64;
    let checked = check(bytes);
    if checked.is_ok() {
        let more = reserve(store, usage, &target.key, size).await?;
        let published = store.publish_staged(target).await;
        if published.is_err() {
            release(usage, &target.key.instance, more).await;
        }
        published?;
    }
    if let Err(fault) = store.remove_staged(target).await {
        tracing::warn!(%fault, "a staged upload was not removed; the bucket's lifecycle removes it");
    }
    checked
}

#[cfg(test)]
mod tests;
