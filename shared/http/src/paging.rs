//! Lists come in pages, and a page names the next one.

use lambda_http::http::header::LINK;
use lambda_http::{Body, Request, RequestExt, Response};
use satsuma_domain::Error;

use crate::error::ApiError;
use crate::reply;
use crate::settings::percent_encode;
use crate::whole;

/// Most entries of a page, and the default: clients of the original expect the whole list, and do not know
/// `Link`.
pub const MAX_LIMIT: usize = 1_000;

/// Which part of a list is asked for: `?after=…&limit=…`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paging {
    /// Where the page before it ended.
    pub after: Option<String>,
    /// Most entries.
    pub limit: usize,
}

impl Paging {
    /// Reads the query.
    ///
    /// # Errors
    /// Invalid, where the limit is not a number from 1 to 1000.
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

    /// Names the next page in a `Link` header (RFC 8288), without the caller's key. The list's URL may have
    /// a query of its own.
    pub fn link(&self, response: &mut Response<Body>, list_url: &str, next: Option<&str>) {
        if let Some(next) = next {
            let mark = if list_url.contains('?') { '&' } else { '?' };
            let url = format!("{list_url}{mark}after={}&limit={}", percent_encode(next), self.limit);
            reply::set(response, LINK, &format!("<{url}>; rel=\"next\""));
        }
    }
}
