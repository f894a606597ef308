//! `GET /file`: the ids of the caller's uploads, a page at a time.

use lambda_http::Request;
use lambda_http::http::StatusCode;
use satsuma_domain::ports::ListFiles;
use satsuma_http::{Answer, Caller, Paging, Settings, reply};

/// Answers 200 and an array of ids; a `Link` header names the next page where there is one.
///
/// # Errors
/// As the API's error object says.
pub async fn handle<S: ListFiles>(files: &S, settings: &Settings, request: Request) -> Answer {
    let caller = Caller::from_request(&request)?;
    let paging = Paging::from_request(&request)?;
    let page = files.list_files(&caller.instance, paging.after.as_deref(), paging.limit).await?;
    let mut response = reply::json(StatusCode::OK, &page.items)?;
    let url = format!("{}/pm/v1/file", settings.base_url(&request));
    paging.link(&mut response, &url, page.next.as_deref());
    Ok(response)
}
