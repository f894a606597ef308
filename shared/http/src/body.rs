//! JSON request bodies.

use lambda_http::http::header::CONTENT_TYPE;
use lambda_http::{Body, Request};
use satsuma_domain::Error;
use zeroize::Zeroizing;

use crate::error::ApiError;

/// The body, if it is JSON or has no content type.
///
/// # Errors
/// `UnsupportedMediaType` for another content type.
pub fn json_body(request: &Request) -> Result<&[u8], ApiError> {
    let named = content_type(request);
    let essence = named.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if essence.is_empty() || essence == "application/json" || essence.ends_with("+json") {
        return Ok(request.body());
    }
    Err(Error::UnsupportedMediaType { expected: "application/json", actual: essence }.into())
}

/// Moves a body that may hold passwords out of its request. The result wipes its memory on drop. The
/// runtime's own buffers are beyond our control.
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

/// The content type of the request, or an empty text.
pub(crate) fn content_type(request: &Request) -> &str {
    request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default()
}
