//! Bodies of JSON.

use lambda_http::Request;
use lambda_http::http::header::CONTENT_TYPE;
use satsuma_domain::Error;

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

/// The content type as it was sent, or nothing.
pub(crate) fn content_type(request: &Request) -> &str {
    request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default()
}
