//! The long-poll parameter `wait`.

use std::time::Duration;

use lambda_http::{Request, RequestExt};
use satsuma_domain::Error;
use satsuma_domain::watch::MAX_WAIT;

use crate::error::ApiError;
use crate::whole;

/// Name of the query parameter.
const WAIT: &str = "wait";

/// Longest time to wait, in seconds: `?wait=`, by default zero.
///
/// # Errors
/// `Invalid`, if it is not a number from 0 to [`MAX_WAIT`].
pub fn wait(request: &Request) -> Result<Duration, ApiError> {
    let query = request.query_string_parameters();
    let Some(text) = query.first(WAIT) else { return Ok(Duration::ZERO) };
    let seconds = whole(text).map(Duration::from_secs).filter(|wait| *wait <= MAX_WAIT);
    seconds.ok_or_else(|| {
        let message = format!("`{WAIT}` is a number of seconds from 0 to {}", MAX_WAIT.as_secs());
        Error::invalid("invalid_parameter", Some(WAIT), message).into()
    })
}
