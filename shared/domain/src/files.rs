//! Uploaded files: stored, listed, fetched, deleted.

pub mod file;
pub mod origin;
pub mod quota;
pub mod uploads;
pub mod versions;

use bytes::Bytes;

use crate::error::Error;
use crate::files::file::{FileKey, FileName};
use crate::files::quota::{release, reserve, size_of};
use crate::ids::{FileId, InstanceId};
use crate::ports::{ChargeStorage, GetFile, LinkFile, PutFile, RemoveFile};

/// Largest file that one request or answer carries: Lambda allows 6 MB, and binary bodies travel as
/// base64 with some room for headers.
pub const MAX_DIRECT_BYTES: u64 = 4_400_000;

/// True if an upload must be a readable stream: its id or its original file name ends in `.str`.
#[must_use]
pub fn is_stream(id: &FileId, file_name: Option<&str>) -> bool {
    let says_so = |name: &str| name.to_ascii_lowercase().ends_with(".str");
    says_so(id.as_str()) || file_name.is_some_and(says_so)
}

/// Stores an upload in place of an earlier one with the same id. `check` examines the bytes of a stream.
///
/// # Errors
/// [`Error::TooLargeForOneRequest`] beyond [`MAX_DIRECT_BYTES`], [`Error::QuotaExceeded`], the error of
/// `check` for an unreadable stream, or a fault of the store.
pub async fn upload<S, U>(
    store: &S,
    usage: &U,
    instance: InstanceId,
    id: FileId,
    file_name: Option<&str>,
    bytes: Bytes,
    check: impl FnOnce(Bytes) -> Result<(), Error>,
) -> Result<(), Error>
where
    S: GetFile + PutFile,
    U: ChargeStorage,
{
    if bytes.len() as u64 > MAX_DIRECT_BYTES {
        let (bytes, limit) = (bytes.len() as u64, MAX_DIRECT_BYTES);
        return Err(Error::TooLargeForOneRequest { what: "the file", bytes, limit });
    }
    if is_stream(&id, file_name) {
        check(bytes.clone())?;
    }
    let key = FileKey { instance, name: FileName::Upload(id) };
    let more = reserve(store, usage, &key, bytes.len() as u64).await?;
    let put = store.put_file(&key, "application/octet-stream", bytes).await;
    if put.is_err() {
        release(usage, &key.instance, more).await;
    }
    Ok(put?)
}

/// The content of a file, or a link to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fetched {
    /// Its bytes.
    Bytes(Bytes),
    /// A link to its bytes: it is larger than one response.
    Link(String),
}

/// Fetches an upload or a result; beyond [`MAX_DIRECT_BYTES`], a link to it.
///
/// # Errors
/// [`Error::FileNotFound`], or a fault of the store.
pub async fn fetch<S: GetFile + LinkFile>(store: &S, key: &FileKey) -> Result<Fetched, Error> {
    match store.get_file(key, MAX_DIRECT_BYTES).await? {
        None => Err(Error::FileNotFound(key.name.id())),
        Some(Ok(bytes)) => Ok(Fetched::Bytes(bytes)),
        Some(Err(_)) => Ok(Fetched::Link(store.link_to(key, key.name.save_as()).await?)),
    }
}

/// Deletes an upload or a result.
///
/// # Errors
/// [`Error::FileNotFound`], or a fault of the store.
pub async fn delete<S, U>(store: &S, usage: &U, key: &FileKey) -> Result<(), Error>
where
    S: GetFile + RemoveFile,
    U: ChargeStorage,
{
    let bytes = size_of(store, key).await?;
    if !store.remove_file(key).await? {
        return Err(Error::FileNotFound(key.name.id()));
    }
    release(usage, &key.instance, bytes).await;
    Ok(())
}
