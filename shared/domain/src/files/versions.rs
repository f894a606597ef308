//! Versions of uploaded files: listed, and brought back.
//!
//! The store keeps replaced versions for a time and charges no quota for them. A rollback makes a copy of an earlier
//! version the newest one, so that no version is lost and the rollback can itself be rolled back.

use crate::error::Error;
use crate::files::file::{FileInfo, FileKey, FileVersion};
use crate::files::origin::Origin;
use crate::files::quota::{release, reserve};
use crate::ports::{ChargeStorage, GetFile, ListVersions, Page, Replaced, RestoreVersion};
use crate::time::Timestamp;

/// Most versions of one page. Each costs a request to the store.
pub const MAX_VERSIONS: usize = 100;

/// A stored version of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredVersion {
    /// Which content.
    pub version: FileVersion,
    /// Its size in bytes.
    pub bytes: u64,
    /// When it was stored.
    pub stored_at: Timestamp,
    /// Whether it is the present content of the file.
    pub is_current: bool,
    /// Who made it.
    pub by: Origin,
}

/// The versions of a file, newest first.
///
/// # Errors
/// [`Error::FileNotFound`] if there is no such file now, or a fault of the store.
pub async fn list<S>(
    store: &S,
    key: &FileKey,
    after: Option<&str>,
    limit: usize,
) -> Result<Page<StoredVersion>, Error>
where
    S: GetFile + ListVersions,
{
    present(store, key).await?;
    Ok(store.list_versions(key, after, limit.min(MAX_VERSIONS)).await?)
}

/// Brings a version back: the wanted one, or the one before the present one. A repetition that names the version
/// changes nothing more.
///
/// # Errors
/// [`Error::FileNotFound`], [`Error::VersionNotFound`], [`Error::Conflict`] if there is no earlier version or the file
/// is changed at the same time, [`Error::QuotaExceeded`], or a fault of the store.
pub async fn rollback<S, U>(
    store: &S,
    usage: &U,
    key: &FileKey,
    wanted: Option<FileVersion>,
) -> Result<FileInfo, Error>
where
    S: GetFile + ListVersions + RestoreVersion,
    U: ChargeStorage,
{
    let current = present(store, key).await?;
    let wanted = match wanted {
        Some(wanted) => wanted,
        None => before(store, key, &current).await?,
    };
    let is_back = matches!(&*current.by, Origin::Rollback { to, .. } if *to == wanted);
    if is_back || current.version == wanted {
        return Ok(current);
    }
    let found = store.version_info(key, &wanted).await?;
    let found = found.ok_or_else(|| Error::VersionNotFound(wanted.0.clone()))?;
    let more = reserve(store, usage, key, found.bytes).await?;
    let by = Origin::Rollback { to: wanted.clone(), over: current.version.clone() };
    let restored = store.restore_version(key, &wanted, &current, &by).await;
    if !matches!(restored, Ok(Replaced::Done)) {
        release(usage, &key.instance, more).await;
    }
    match restored? {
        Replaced::Done => present(store, key).await,
        Replaced::Changed => {
            let message = "the file was changed at the same time; look at its versions and try again";
            Err(Error::Conflict(message.to_owned()))
        }
    }
}

async fn present<S: GetFile>(store: &S, key: &FileKey) -> Result<FileInfo, Error> {
    store.file_info(key).await?.ok_or_else(|| Error::FileNotFound(key.name.id()))
}

/// The version before the present one.
async fn before<S: ListVersions>(store: &S, key: &FileKey, current: &FileInfo) -> Result<FileVersion, Error> {
    let newest = store.list_versions(key, None, 2).await?.items;
    match newest.as_slice() {
        [first, second, ..] if first.version == current.version => Ok(second.version.clone()),
        [first, ..] if first.version != current.version => {
            let message = "the file was changed at the same time; look at its versions and try again";
            Err(Error::Conflict(message.to_owned()))
        }
        _ => {
            let message =
                "the file has no earlier version; the store keeps replaced versions for a limited time";
            Err(Error::Conflict(message.to_owned()))
        }
    }
}

#[cfg(test)]
mod tests;
