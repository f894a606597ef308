//! `GET /jobs`: the jobs of the caller's instance, in pages.

use lambda_http::Request;
use satsuma_domain::ports::ListJobs;
use satsuma_domain::{Error, Job, JobNumber};
use satsuma_http::{Answer, ApiError, Caller, Paging, Settings, reply};

use crate::view::JobView;

/// Largest list in one response. Lambda allows 6 MB after JSON escaping, which doubles each quotation mark of
/// the list.
const MAX_LIST_BYTES: usize = 2_900_000;

/// Returns 200 and an array of jobs. A `Link` header names the next page, if there is one.
///
/// # Errors
/// As described by the API's error object.
pub async fn handle<S: ListJobs>(jobs: &S, settings: &Settings, request: Request) -> Answer {
    let caller = Caller::from_request(&request)?;
    let paging = Paging::from_request(&request)?;
    if paging.after.as_ref().is_some_and(|after| after.parse::<u64>().is_err()) {
        let message = "`after` is a number, copied from the `Link` header of the previous page";
        return Err(Error::invalid("invalid_parameter", Some("after"), message).into());
    }
    let mut list = List::default();
    let mut after = paging.after.clone();
    let next = loop {
        let wanted = paging.limit - list.entries.len();
        let page = jobs.list_jobs(&caller.instance, after.as_deref(), wanted).await?;
        if !list.take(&page.items, settings, &request)? {
            break list.last.map(|number| number.to_string());
        }
        // A store may return fewer entries than requested.
        if page.next.is_none() || list.entries.len() >= paging.limit {
            break page.next;
        }
        after = page.next;
    };
    let mut response = reply::json_as_it_is(&format!("[{}]", list.entries.join(",")));
    let url = format!("{}/pm/v1/jobs", settings.base_url(&request));
    paging.link(&mut response, &url, next.as_deref());
    Ok(response)
}

/// The jobs of one response, as JSON.
#[derive(Default)]
struct List {
    entries: Vec<String>,
    bytes: usize,
    last: Option<JobNumber>,
}

impl List {
    /// Appends jobs while they fit, the first one in any case. Returns whether all of them fitted.
    fn take(&mut self, jobs: &[Job], settings: &Settings, request: &Request) -> Result<bool, ApiError> {
        for job in jobs {
            let text = reply::json_text(&JobView::new(job, settings, request))?;
            let bytes = self.bytes + text.len() + 1;
            if bytes > MAX_LIST_BYTES && !self.entries.is_empty() {
                return Ok(false);
            }
            self.entries.push(text);
            (self.bytes, self.last) = (bytes, Some(job.number));
        }
        Ok(true)
    }
}
