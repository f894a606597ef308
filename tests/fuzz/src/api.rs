//! Requests and messages.

use std::fmt::Debug;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use lambda_http::http::{HeaderValue, Uri, header::CONTENT_TYPE};
use lambda_http::{Body, Request, RequestExt as _};
use satsuma_domain::definition::MAX_DEFINITION_BYTES;
use satsuma_domain::file::FileName;
use satsuma_domain::notices::QueuedNotice;
use satsuma_domain::ports::JobMessage;
use satsuma_domain::uploads::{MAX_UPLOAD_BYTES, UploadRequest, UploadToken};
use satsuma_domain::{FileId, IdempotencyKey, InstanceId, JobDefinition, JobId};
use satsuma_http::path::{file_id, file_id_before, job_id, job_ids, upload_file_id, upload_of_file};
use satsuma_http::{Paging, file_part, idempotency_key, json_body, wait};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Most bytes of a file in a form.
const LARGEST_FILE: u64 = 1 << 16;

/// A job definition. The response for an accepted one can be submitted again, and contains no password.
pub fn definition(data: &[u8]) {
    let Ok((definition, _)) = JobDefinition::read(data) else { return };
    let stored = serde_json::to_string(&definition).expect("what was read can be stored");
    let again: JobDefinition = serde_json::from_str(&stored).expect("what was stored can be read");
    assert_eq!(again, definition);
    if stored.len() <= MAX_DEFINITION_BYTES {
        let shown = JobDefinition::read(stored.as_bytes()).expect("what is shown can be sent back");
        assert!(shown.1.is_empty());
    }
}

/// The request that starts an upload in parts, and the token that resumes one: the input is their content.
pub fn upload(data: &[u8]) {
    let _ = UploadRequest::parse(data);
    let Some(token) = UploadToken::parse(&URL_SAFE_NO_PAD.encode(data)) else { return };
    assert!((1..=MAX_UPLOAD_BYTES).contains(&token.bytes()) && token.part_bytes() > 0);
    assert_eq!(UploadToken::parse(&token.to_string()).expect("a token of ours"), token);
}

/// Messages of the worker and of the notifier.
pub fn message(data: &[u8]) {
    sent_as_read::<JobMessage>(data);
    sent_as_read::<QueuedNotice>(data);
}

/// A `T` that was parsed is serialized and parsed to the same value.
fn sent_as_read<T: Serialize + DeserializeOwned + PartialEq + Debug>(data: &[u8]) {
    let Ok(message) = serde_json::from_slice::<T>(data) else { return };
    let text = serde_json::to_string(&message).expect("what was read can be written");
    let again: T = serde_json::from_str(&text).expect("what was written can be read");
    assert_eq!(again, message);
}

/// Ids of all kinds.
pub fn ids(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(id) = JobId::new(text) {
        assert_eq!(id.as_str(), text);
        let _ = id.is_addressable();
    }
    let _ = (InstanceId::new(text).is_ok(), IdempotencyKey::new(text).is_ok(), FileId::new(text).is_ok());
    if let Ok(name) = FileName::parse(text) {
        let _ = name.save_as();
        assert_eq!(FileName::parse(&name.id()).expect("an id of ours"), name);
    }
}

/// A path and its query, percent-encoded or not, and headers.
pub fn path(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let raw = Request::default().with_raw_http_path(text);
    read_path(&raw);
    if let Ok(uri) = text.parse::<Uri>() {
        let mut request = Request::default();
        *request.uri_mut() = uri;
        read_path(&request);
    }
    if let Ok(value) = HeaderValue::from_bytes(data) {
        let mut request = Request::default();
        request.headers_mut().insert("idempotency-key", value.clone());
        request.headers_mut().insert(CONTENT_TYPE, value);
        let _ = (idempotency_key(&request).is_ok(), json_body(&request).is_ok());
    }
}

fn read_path(request: &Request) {
    if let Ok(id) = job_id(request) {
        assert!(id.is_addressable());
    }
    let _ = (job_ids(request).is_ok(), Paging::from_request(request).is_ok(), wait(request).is_ok());
    if let Ok((file, upload)) = upload_of_file(request) {
        let _ = (FileName::parse(&file).is_ok(), UploadToken::parse(&upload).is_some());
    }
    let _ = (upload_file_id(request).is_ok(), file_id_before(request, "stream").is_ok());
    if let Ok(id) = file_id(request) {
        let _ = FileName::parse(&id);
    }
}

/// A form with a file. The first line is the content type.
pub fn multipart(data: &[u8]) {
    let end = data.iter().position(|byte| *byte == b'\n').unwrap_or_default();
    let (kind, body) = data.split_at(end);
    let Ok(kind) = HeaderValue::from_bytes(kind) else { return };
    let mut request = Request::new(Body::Binary(body.get(1..).unwrap_or_default().to_vec()));
    request.headers_mut().insert(CONTENT_TYPE, kind);
    if let Ok(part) = futures::executor::block_on(file_part(request, LARGEST_FILE)) {
        assert!(part.bytes.len() as u64 <= LARGEST_FILE);
    }
}
