//! Idempotency keys of requests.

use lambda_http::Request;
use satsuma_domain::{Error, IdempotencyKey};

use crate::error::ApiError;

/// The header with the idempotency key, as in the IETF draft.
const HEADER: &str = "idempotency-key";

/// The idempotency key of a request, if there is one.
///
/// # Errors
/// `Invalid`, if the text is not a valid key.
pub fn idempotency_key(request: &Request) -> Result<Option<IdempotencyKey>, ApiError> {
    let Some(value) = request.headers().get(HEADER) else { return Ok(None) };
    let text = value.to_str().unwrap_or_default();
    // The prefix separates these keys from those of inbox objects.
    match IdempotencyKey::new(format!("http {text}")) {
        Ok(key) if !text.is_empty() => Ok(Some(key)),
        _ => {
            let message = "an Idempotency-Key has 1 to 250 visible characters";
            Err(Error::invalid("invalid_parameter", Some("Idempotency-Key"), message).into())
        }
    }
}
