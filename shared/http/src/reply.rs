//! Successful responses.

use bytes::Bytes;
use lambda_http::http::StatusCode;
use lambda_http::http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, HeaderName, HeaderValue, LOCATION,
    X_CONTENT_TYPE_OPTIONS,
};
use lambda_http::{Body, Response};
use satsuma_domain::StoreError;
use serde::Serialize;

use crate::Answer;
use crate::error::ApiError;
use crate::settings::percent_encode;

/// A JSON response.
///
/// # Errors
/// `Store` (500), if the value cannot be serialized.
pub fn json<T: Serialize + ?Sized>(status: StatusCode, value: &T) -> Answer {
    Ok(with_type(status, "application/json", Body::Text(json_text(value)?)))
}

/// A response with a JSON text.
#[must_use]
pub fn json_as_it_is(text: &str) -> Response<Body> {
    with_type(StatusCode::OK, "application/json", Body::Text(text.to_owned()))
}

/// A value as JSON text.
///
/// # Errors
/// `Store` (500), if the value cannot be serialized.
pub fn json_text<T: Serialize + ?Sized>(value: &T) -> Result<String, ApiError> {
    let text = serde_json::to_string(value);
    text.map_err(|fault| StoreError::permanent("write a response", fault.to_string()).into())
}

/// A plain text response.
#[must_use]
pub fn text(text: impl Into<String>) -> Response<Body> {
    with_type(StatusCode::OK, "text/plain; charset=utf-8", Body::Text(text.into()))
}

/// A response of bytes.
#[must_use]
pub fn bytes(media_type: &str, bytes: Bytes) -> Response<Body> {
    with_type(StatusCode::OK, media_type, Body::Binary(bytes.into()))
}

/// A file response with a file name for saving it (RFC 6266).
#[must_use]
pub fn file(media_type: &str, name: &str, bytes: Bytes) -> Response<Body> {
    let mut response = with_type(StatusCode::OK, media_type, Body::Binary(bytes.into()));
    let plain: String = name.chars().map(|char| if is_plain(char) { char } else { '_' }).collect();
    let encoded = percent_encode(name);
    set(
        &mut response,
        CONTENT_DISPOSITION,
        &format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}"),
    );
    response
}

/// Redirects the caller to the URL of the bytes. The URL grants access to its bearer, so no cache may store
/// it.
#[must_use]
pub fn elsewhere(url: &str) -> Response<Body> {
    let mut response = with_type(StatusCode::TEMPORARY_REDIRECT, "text/plain; charset=utf-8", Body::Empty);
    set(&mut response, LOCATION, url);
    no_store(&mut response);
    response
}

/// Prevents caches from storing the response.
pub fn no_store(response: &mut Response<Body>) {
    set(response, CACHE_CONTROL, "no-store");
}

/// Characters that the quoted file name for old clients may contain.
fn is_plain(char: char) -> bool {
    char.is_ascii_graphic() && !matches!(char, '"' | '\\' | '/' | '%') || char == ' '
}

/// A response with a content type. Its headers prevent browsers from guessing another one, because the
/// content may be untrusted and must not act as a page of this service.
pub(crate) fn with_type(status: StatusCode, media_type: &str, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    set(&mut response, CONTENT_TYPE, media_type);
    set(&mut response, X_CONTENT_TYPE_OPTIONS, "nosniff");
    response
}

/// Sets a header. A value that is invalid in headers is omitted.
pub fn set(response: &mut Response<Body>, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}
