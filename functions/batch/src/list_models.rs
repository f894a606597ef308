//! `GET /model`: the models deployed for scoring single records, which are none. Clients of the original API
//! request this list first. Other operations on models get 404
//! ([`NoRoute::Models`](satsuma_http::NoRoute::Models)).

use lambda_http::Request;
use lambda_http::http::StatusCode;
use satsuma_http::{Answer, Caller, reply};

/// Returns 200 and an empty array.
///
/// # Errors
/// As described by the API's error object.
pub async fn handle(request: Request) -> Answer {
    Caller::from_request(&request)?;
    reply::json(StatusCode::OK, &[(); 0])
}
