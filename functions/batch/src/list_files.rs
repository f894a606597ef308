//! `GET /file`: the ids of the caller's uploads, or of its results, in pages.

use lambda_http::http::StatusCode;
use lambda_http::{Request, RequestExt};
use satsuma_domain::Error;
use satsuma_domain::ports::ListFiles;
use satsuma_http::{Answer, ApiError, Caller, Paging, Settings, reply};

/// The query parameter that selects results.
const RESULTS: &str = "results";

/// Returns 200 and an array of ids. A `Link` header names the next page, if there is one.
///
/// # Errors
/// As described by the API's error object.
pub async fn handle<S: ListFiles>(files: &S, settings: &Settings, request: Request) -> Answer {
    let caller = Caller::from_request(&request)?;
    let paging = Paging::from_request(&request)?;
    let (instance, after) = (&caller.instance, paging.after.as_deref());
    let url = format!("{}/pm/v1/file", settings.base_url(&request));
    if asks_for_results(&request)? {
        let page = files.list_results(instance, after, paging.limit).await?;
        let mut response = reply::json(StatusCode::OK, &page.items)?;
        paging.link(&mut response, &format!("{url}?{RESULTS}=true"), page.next.as_deref());
        return Ok(response);
    }
    let page = files.list_files(instance, after, paging.limit).await?;
    let mut response = reply::json(StatusCode::OK, &page.items)?;
    paging.link(&mut response, &url, page.next.as_deref());
    Ok(response)
}

/// Whether the request lists results instead of uploads.
fn asks_for_results(request: &Request) -> Result<bool, ApiError> {
    match request.query_string_parameters().first(RESULTS) {
        None | Some("false") => Ok(false),
        Some("true") => Ok(true),
        Some(_) => {
            let message = format!("`{RESULTS}` is `true` or `false`");
            Err(Error::invalid("invalid_parameter", Some(RESULTS), message).into())
        }
    }
}
