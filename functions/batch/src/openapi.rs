//! `GET /openapi.json`: the API, described.

use lambda_http::http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL};
use satsuma_http::{Answer, reply};

/// The document as it is checked in; made by the crate `satsuma-openapi`.
const DOCUMENT: &str = include_str!("../../../docs/openapi.json");

/// Answers 200 and the OpenAPI document, to whoever asks: it is the same for everybody, pages of other
/// origins that show such documents included.
///
/// # Errors
/// None.
pub async fn handle() -> Answer {
    let mut response = reply::json_as_it_is(DOCUMENT);
    reply::set(&mut response, CACHE_CONTROL, "public, max-age=300");
    reply::set(&mut response, ACCESS_CONTROL_ALLOW_ORIGIN, "*");
    Ok(response)
}
