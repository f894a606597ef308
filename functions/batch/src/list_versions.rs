//! `GET /file/{id}/versions`: the stored versions of an upload, in pages.

use lambda_http::Request;
use lambda_http::http::StatusCode;
use satsuma_domain::file::{FileKey, FileName};
use satsuma_domain::ports::{GetFile, ListVersions};
use satsuma_domain::versions::{self, MAX_VERSIONS};
use satsuma_http::{Answer, Caller, Paging, Settings, path, percent_encode_twice, reply};

use crate::view::VersionView;

/// Returns 200 and an array of versions, newest first, each with its maker. A `Link` header names the next page, if there
/// is one. 404 if there is no such file now.
///
/// # Errors
/// As described by the API's error object.
pub async fn handle<S>(files: &S, settings: &Settings, request: Request) -> Answer
where
    S: GetFile + ListVersions,
{
    let caller = Caller::from_request(&request)?;
    let paging = Paging::from_request(&request)?;
    let paging = Paging { limit: paging.limit.min(MAX_VERSIONS), ..paging };
    let id = FileName::upload_id(&path::file_id_before(&request, "versions")?)?;
    let key = FileKey { instance: caller.instance, name: FileName::Upload(id) };
    let page = versions::list(files, &key, paging.after.as_deref(), paging.limit).await?;
    let views: Vec<VersionView<'_>> = page.items.iter().map(VersionView::from).collect();
    let mut response = reply::json(StatusCode::OK, &views)?;
    let id = percent_encode_twice(&key.name.id());
    let url = format!("{}/pm/v1/file/{id}/versions", settings.base_url(&request));
    paging.link(&mut response, &url, page.next.as_deref());
    Ok(response)
}
