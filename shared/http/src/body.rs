//! Bodies of JSON.

use lambda_http::http::header::CONTENT_TYPE;
use lambda_http::{Body, Request};
use satsuma_domain::Error;
use zeroize::Zeroizing;

use crate::error::ApiError;

/// The body, where it is or may be JSON: a request that names no content type is believed.
///
/// # Errors
/// Unsupported media type, where it says that it is something else.
pub fn json_body(request: &Request) -> Result<&[u8], ApiError> {
    let named = content_type(request);
    let essence = named.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if essence.is_empty() || essence == "application/json" || essence.ends_with("+json") {
        return Ok(request.body());
    }
    Err(Error::UnsupportedMediaType { expected: "application/json", actual: essence }.into())
}

/// Takes a body that may hold passwords out of its request; it is wiped from memory when it is dropped.
/// What the runtime read it from is not ours to wipe.
///
/// # Errors
/// As [`json_body`].
pub fn secret_json_body(request: &mut Request) -> Result<Zeroizing<Vec<u8>>, ApiError> {
    json_body(request)?;
    Ok(Zeroizing::new(match std::mem::take(request.body_mut()) {
        Body::Text(text) => text.into_bytes(),
        Body::Binary(bytes) => bytes,
        _ => Vec::new(),
    }))
}

/// The content type as it was sent, or nothing.
pub(crate) fn content_type(request: &Request) -> &str {
    request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default()
}
