//! Requests that callers mark.

use lambda_http::Request;
use satsuma_domain::{Error, IdempotencyKey};

use crate::error::ApiError;

/// The header that marks a request, as the IETF's draft names it.
const HEADER: &str = "idempotency-key";

/// The mark of a request, where its caller gave one.
///
/// # Errors
/// Invalid, where it is not a text that an id could be.
pub fn idempotency_key(request: &Request) -> Result<Option<IdempotencyKey>, ApiError> {
    let Some(value) = request.headers().get(HEADER) else { return Ok(None) };
    let text = value.to_str().unwrap_or_default();
    // Marks of other origins (dropped objects) begin otherwise.
    match IdempotencyKey::new(format!("http {text}")) {
        Ok(key) if !text.is_empty() => Ok(Some(key)),
        _ => {
            let message = "an Idempotency-Key has 1 to 250 visible characters";
            Err(Error::invalid("invalid_parameter", Some("Idempotency-Key"), message).into())
        }
    }
}
