//! `POST /file/{id}/rollback`: brings an earlier version of an upload back.

use lambda_http::http::StatusCode;
use lambda_http::{Request, RequestExt};
use satsuma_domain::file::{FileKey, FileName, FileVersion};
use satsuma_domain::ports::{ChargeStorage, GetFile, ListVersions, RestoreVersion};
use satsuma_domain::versions::{self, StoredVersion};
use satsuma_domain::{Clock, Error};
use satsuma_http::{Answer, Caller, path, reply};

use crate::view::VersionView;

/// The query parameter that names the version.
const VERSION: &str = "version";

/// Longest id of a version, in bytes: S3's own limit. Its ids need no escapes in URLs.
const MAX_VERSION_BYTES: usize = 1024;

/// Returns 200 and the new current version, which has the content of the wanted one: by default, the one before the
/// current version.
///
/// # Errors
/// As described by the API's error object.
pub async fn handle<S, U>(files: &S, usage: &U, clock: &dyn Clock, request: Request) -> Answer
where
    S: GetFile + ListVersions + RestoreVersion,
    U: ChargeStorage,
{
    let caller = Caller::from_request(&request)?;
    let id = FileName::upload_id(&path::file_id_before(&request, "rollback")?)?;
    let query = request.query_string_parameters();
    let wanted = query.first(VERSION).filter(|wanted| !wanted.is_empty());
    let is_no_id = |wanted: &str| {
        wanted.len() > MAX_VERSION_BYTES || !wanted.bytes().all(|byte| byte.is_ascii_graphic())
    };
    if wanted.is_some_and(is_no_id) {
        let message = "the id of a version is one that GET /pm/v1/file/<id>/versions lists";
        return Err(Error::invalid("invalid_parameter", Some(VERSION), message).into());
    }
    let wanted = wanted.map(|wanted| FileVersion(wanted.to_owned()));
    let key = FileKey { instance: caller.instance, name: FileName::Upload(id) };
    let info = versions::rollback(files, usage, &key, wanted).await?;
    let current = StoredVersion {
        version: info.version,
        bytes: info.bytes,
        stored_at: clock.now(),
        is_current: true,
        by: *info.by,
    };
    reply::json(StatusCode::OK, &VersionView::from(&current))
}
