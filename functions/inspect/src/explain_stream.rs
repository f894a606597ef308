//! `GET /file/{id}/stream`: explains a stream, as JSON or as a drawing.

use std::fmt::Write;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use lambda_http::http::StatusCode;
use lambda_http::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, ETAG, HeaderValue, IF_NONE_MATCH, VARY,
};
use lambda_http::{Body, Request, Response};
use satsuma_domain::Error;
use satsuma_domain::file::{FileKey, FileName};
use satsuma_domain::ports::GetFile;
use satsuma_engine::Effort;
use satsuma_http::{Answer, ApiError, Caller, path, reply};
use satsuma_stream::svg;
use sha2::{Digest, Sha256};

use crate::{accept, explained, sized, stored};

/// The media type of drawings.
const SVG: &str = "image/svg+xml";

/// Policy of drawings, because their texts are untrusted: they load nothing, run nothing, and have no access
/// to pages of this service.
const DRAWING_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

/// Time limit of the engine's checks. API Gateway waits 30 seconds for the response.
const EFFORT: Effort = Effort(Duration::from_secs(15));

/// Answers 200 with the explanation or, for `Accept: image/svg+xml`, the drawing; 304 if the caller has it;
/// 400 for a file that is not a stream, 404 if there is none, 413 if it exceeds a response.
///
/// # Errors
/// As described by the API's error object.
pub async fn handle<F: GetFile>(files: &F, request: Request) -> Answer {
    let caller = Caller::from_request(&request)?;
    let name = FileName::parse(&path::file_id_before(&request, "stream")?)?;
    let key = FileKey { instance: caller.instance, name };
    let draws = accept::prefers(&request, SVG);
    let bytes = stored::fetch(files, &key).await?;
    let id = key.name.id();
    // A thread of its own, so that large streams do not block other requests.
    let made = tokio::task::spawn_blocking(move || make(&id, bytes, draws)).await;
    let content = made.map_err(|_| ApiError::Panicked)??;

    let tag = tag(&content);
    let known = request.headers().get_all(IF_NONE_MATCH).iter().any(|header| names(header, &tag));
    let mut response = match known {
        true => not_modified(),
        false => reply::bytes(if draws { SVG } else { "application/json" }, content),
    };
    reply::set(&mut response, ETAG, &tag);
    reply::set(&mut response, VARY, "Accept");
    reply::set(&mut response, CACHE_CONTROL, "private, no-cache");
    if draws {
        reply::set(&mut response, CONTENT_SECURITY_POLICY, DRAWING_POLICY);
    }
    Ok(response)
}

fn make(id: &str, bytes: Bytes, draws: bool) -> Result<Bytes, Error> {
    let file = stored::open(bytes).map_err(|error| {
        let message = format!("the file `{id}` is not a readable stream: {error}");
        Error::invalid("unreadable_stream", None, message)
    })?;
    let file = Arc::new(file);
    match draws {
        true => sized::text(svg(&file), "the drawing (`satsuma inspect FILE --svg` draws it locally)"),
        false => sized::json(
            &explained(&file, EFFORT),
            "the explanation (`satsuma inspect FILE --json` writes it locally)",
        ),
    }
}

/// The tag of a response by its content: a later version of the service may explain the same stream
/// differently.
fn tag(content: &[u8]) -> String {
    let digest = Sha256::digest(content);
    let mut tag = String::from("\"");
    for byte in digest.iter().take(16) {
        let _ = write!(tag, "{byte:02x}");
    }
    tag + "\""
}

/// Whether an `If-None-Match` header names the tag (RFC 9110, 13.1.2).
fn names(header: &HeaderValue, tag: &str) -> bool {
    let text = header.to_str().unwrap_or_default();
    text.split(',').map(str::trim).any(|known| known == "*" || known.trim_start_matches("W/") == tag)
}

fn not_modified() -> Response<Body> {
    let mut response = Response::new(Body::Empty);
    *response.status_mut() = StatusCode::NOT_MODIFIED;
    response
}
