//! `GET /model`: the models that are deployed for scoring one record at a time: none. The original's
//! clients ask for them before anything else. Its other operations on models are not found
//! ([`NoRoute::Models`](satsuma_http::NoRoute::Models)).

use lambda_http::Request;
use lambda_http::http::StatusCode;
use satsuma_http::{Answer, Caller, reply};

/// Answers 200 and an empty array.
///
/// # Errors
/// As the API's error object says.
pub async fn handle(request: Request) -> Answer {
    Caller::from_request(&request)?;
    reply::json(StatusCode::OK, &[(); 0])
}
