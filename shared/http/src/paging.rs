//! Pages of lists, with a link to the next page.

use lambda_http::http::header::LINK;
use lambda_http::{Body, Request, RequestExt, Response};
use satsuma_domain::Error;

use crate::error::ApiError;
use crate::reply;
use crate::settings::percent_encode;
use crate::whole;

/// Largest and default page size. Clients of the original API ignore `Link` and expect the whole list.
pub const MAX_LIMIT: usize = 1_000;

/// The requested part of a list: `?after=…&limit=…`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paging {
    /// End of the previous page.
    pub after: Option<String>,
    /// Largest number of entries.
    pub limit: usize,
}

impl Paging {
    /// Parses the query.
    ///
    /// # Errors
    /// `Invalid`, if the limit is not a number from 1 to 1000.
    pub fn from_request(request: &Request) -> Result<Self, ApiError> {
        let query = request.query_string_parameters();
        let limit =
            query.first("limit").map(|text| whole(text).and_then(|limit| usize::try_from(limit).ok()));
        let limit = match limit {
            None => MAX_LIMIT,
            Some(Some(limit @ 1..=MAX_LIMIT)) => limit,
            Some(_) => {
                let message = format!("`limit` is a number from 1 to {MAX_LIMIT}");
                return Err(Error::invalid("invalid_parameter", Some("limit"), message).into());
            }
        };
        let after = query.first("after").filter(|after| !after.is_empty()).map(str::to_owned);
        Ok(Self { after, limit })
    }

    /// Adds a `Link` header (RFC 8288) with the URL of the next page, without the access key. The list's URL
    /// may already have a query.
    pub fn link(&self, response: &mut Response<Body>, list_url: &str, next: Option<&str>) {
        if let Some(next) = next {
            let mark = if list_url.contains('?') { '&' } else { '?' };
            let url = format!("{list_url}{mark}after={}&limit={}", percent_encode(next), self.limit);
            reply::set(response, LINK, &format!("<{url}>; rel=\"next\""));
        }
    }
}
