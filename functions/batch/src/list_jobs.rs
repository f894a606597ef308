//! `GET /jobs`: the jobs of the caller's instance, a page at a time.

use lambda_http::Request;
use lambda_http::http::StatusCode;
use satsuma_domain::ports::{ListJobs, Page};
use satsuma_domain::{Error, Job};
use satsuma_http::{Answer, ApiError, Caller, Paging, Settings, reply};

use crate::view::JobView;

/// Largest list that one answer carries. Lambda allows 6 MB, in which every quote of the list has
/// become two characters.
const MAX_LIST_BYTES: usize = 2_900_000;

/// Answers 200 and an array of jobs; a `Link` header names the next page where there is one.
///
/// # Errors
/// As the API's error object says.
pub async fn handle<S: ListJobs>(jobs: &S, settings: &Settings, request: Request) -> Answer {
    let caller = Caller::from_request(&request)?;
    let paging = Paging::from_request(&request)?;
    if paging.after.as_ref().is_some_and(|after| after.parse::<u64>().is_err()) {
        let message = "`after` is a number, as the `Link` header of the page before says it";
        return Err(Error::invalid("invalid_parameter", Some("after"), message).into());
    }
    let mut limit = paging.limit;
    loop {
        let page = jobs.list_jobs(&caller.instance, paging.after.as_deref(), limit).await?;
        let fits = limit == 1 || views_text(&page, settings, &request)?.len() <= MAX_LIST_BYTES;
        if !fits {
            // Definitions are rarely this large: asking again is cheaper than being clever.
            limit = limit.min(page.items.len()).div_ceil(2);
            continue;
        }
        let mut response = reply::json(StatusCode::OK, &views(&page, settings, &request))?;
        let url = format!("{}/pm/v1/jobs", settings.base_url(&request));
        paging.link(&mut response, &url, page.next.as_deref());
        return Ok(response);
    }
}

fn views<'a>(page: &'a Page<Job>, settings: &Settings, request: &Request) -> Vec<JobView<'a>> {
    page.items.iter().map(|job| JobView::new(job, settings, request)).collect()
}

fn views_text(page: &Page<Job>, settings: &Settings, request: &Request) -> Result<String, ApiError> {
    reply::json_text(&views(page, settings, request))
}
