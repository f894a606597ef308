//! The single file of a `multipart/form-data` body.

use std::convert::Infallible;

use bytes::Bytes;
use futures::stream;
use lambda_http::{Body, Request};
use multer::{Constraints, Multipart, SizeLimit};
use satsuma_domain::Error;

use crate::body::content_type;
use crate::error::ApiError;

/// Most parts that are read. Clients send the file, and at most a field or two with it.
const MAX_PARTS: usize = 8;

/// The content type of an upload, and its curl options, because many callers try `-T` first.
const FORM: &str = "multipart/form-data (curl sends it with -X PUT -F file=@NAME, and not with -T or -d)";

/// An uploaded file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilePart {
    /// The file name that the client sent.
    pub file_name: Option<String>,
    /// Its bytes.
    pub bytes: Bytes,
}

/// Extracts the file from the body: the part with a file name, otherwise the only part. The name of the part
/// does not matter.
///
/// # Errors
/// `UnsupportedMediaType`, if the body is not a form. `TooLargeForOneRequest`, if the file has more than
/// `limit` bytes. `Invalid`, if the form is malformed, or does not have exactly one file.
pub async fn file_part(request: Request, limit: u64) -> Result<FilePart, ApiError> {
    let named = content_type(&request);
    let boundary = multer::parse_boundary(named).map_err(|error| match error {
        multer::Error::NoBoundary => broken("the content type has no boundary"),
        _ => Error::UnsupportedMediaType { expected: FORM, actual: named.to_owned() },
    })?;
    let body = match request.into_body() {
        Body::Text(text) => Bytes::from(text),
        Body::Binary(bytes) => Bytes::from(bytes),
        _ => Bytes::new(),
    };
    let total = body.len() as u64;
    let once = stream::once(async move { Ok::<_, Infallible>(body) });
    let limits = Constraints::new().size_limit(SizeLimit::new().per_field(limit));
    let parts = read_parts(Multipart::with_constraints(once, boundary, limits)).await;
    Ok(only_file(parts.map_err(|error| refusal(&error, total, limit))?)?)
}

async fn read_parts(mut form: Multipart<'_>) -> Result<Vec<FilePart>, multer::Error> {
    let mut parts = Vec::new();
    while let Some(part) = form.next_field().await? {
        if parts.len() == MAX_PARTS {
            break;
        }
        let file_name = part.file_name().map(str::to_owned);
        parts.push(FilePart { file_name, bytes: part.bytes().await? });
    }
    Ok(parts)
}

fn only_file(mut parts: Vec<FilePart>) -> Result<FilePart, Error> {
    if parts.iter().any(|part| part.file_name.is_some()) {
        parts.retain(|part| part.file_name.is_some());
    }
    let count = parts.len();
    match parts.pop() {
        Some(part) if count == 1 => Ok(part),
        None => Err(broken("the form contains no file")),
        Some(_) => Err(broken("the form contains more than one file; send one per request")),
    }
}

fn refusal(error: &multer::Error, total: u64, limit: u64) -> Error {
    match error {
        multer::Error::FieldSizeExceeded { .. } => {
            Error::TooLargeForOneRequest { what: "the upload", bytes: total, limit }
        }
        _ => broken(&format!("the form cannot be read: {error}")),
    }
}

fn broken(message: &str) -> Error {
    Error::invalid("invalid_form", None, message)
}

#[cfg(test)]
mod tests {
    use lambda_http::http::header::CONTENT_TYPE;

    use super::*;

    async fn part(content_type: &str, body: &str, limit: u64) -> Result<FilePart, String> {
        let mut request = Request::new(Body::Text(body.replace('\n', "\r\n")));
        request.headers_mut().insert(CONTENT_TYPE, content_type.parse().unwrap());
        let taken = file_part(request, limit).await;
        taken.map_err(|error| match error {
            ApiError::Domain(error) => format!("{}: {error}", error.code()),
            other => format!("{other:?}"),
        })
    }

    const TYPE: &str = "multipart/form-data; boundary=X";
    const FILE: &str = "Content-Disposition: form-data; name=\"model_file\"; filename=\"a.str\"\n\n";
    const FIELD: &str = "Content-Disposition: form-data; name=\"note\"\n\n";

    #[tokio::test]
    async fn the_file_is_found_whatever_its_part_is_called() {
        let found = part(TYPE, &format!("--X\n{FIELD}hello\n--X\n{FILE}bytes\n--X--\n"), 100).await.unwrap();
        assert_eq!((found.file_name.as_deref(), &found.bytes[..]), (Some("a.str"), &b"bytes"[..]));
        let unnamed = part(TYPE, &format!("--X\n{FIELD}bytes\n--X--\n"), 100).await.unwrap();
        assert_eq!((unnamed.file_name, &unnamed.bytes[..]), (None, &b"bytes"[..]));
        let empty = part(TYPE, &format!("--X\n{FILE}\n--X--\n"), 100).await.unwrap();
        assert!(empty.bytes.is_empty());
    }

    #[tokio::test]
    async fn what_is_wrong_with_a_form_is_said() {
        let refusals = [
            part("application/json", "{}", 9).await,
            part("multipart/form-data", "", 9).await,
            part(TYPE, "", 9).await,
            part(TYPE, "--X--\n", 9).await,
            part(TYPE, "no form at all", 9).await,
            part(TYPE, &format!("--X\n{FILE}cut"), 9).await,
            part(TYPE, &format!("--X\n{FILE}a\n--X\n{FILE}b\n--X--\n"), 9).await,
            part(TYPE, &format!("--X\n{FILE}0123456789\n--X--\n"), 9).await,
        ];
        let refusals: Vec<String> = refusals.into_iter().map(Result::unwrap_err).collect();
        insta::assert_snapshot!(refusals.join("\n"));
    }
}
