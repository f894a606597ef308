//! The request for an upload, and the plan in its response.

use std::time::Duration;

use serde::Deserialize;

use super::UploadToken;
use crate::error::Error;
use crate::json::{self, Expected};
use crate::time::Timestamp;

/// Largest file, in bytes: S3's limit for a single copy operation.
pub const MAX_UPLOAD_BYTES: u64 = 5 * 1024 * 1024 * 1024;

/// Validity of the URLs of parts: 5 GB in this time is 2 Mbit/s, a slow line. An upload that takes longer,
/// or outlives the credentials that signed it, resumes with new URLs.
pub const LINK_LIFE: Duration = Duration::from_secs(6 * 60 * 60);

const UPLOAD: Expected = Expected { code: "invalid_upload", what: "an upload" };

/// Longest original name of a file, in bytes: the limit of file systems.
const MAX_FILE_NAME_BYTES: usize = 255;

/// The request that starts or continues an upload in parts.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UploadRequest {
    /// Size of the whole file, in bytes.
    #[serde(deserialize_with = "json::whole")]
    #[cfg_attr(feature = "schema", schemars(range(min = 1, max = MAX_UPLOAD_BYTES)))]
    pub bytes: u64,
    /// The original name of the file. A name that ends in `.str` requires a readable stream.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(length(max = MAX_FILE_NAME_BYTES)))]
    pub file_name: Option<String>,
    /// The token of an upload to continue.
    #[serde(default)]
    pub upload: Option<String>,
}

impl UploadRequest {
    /// Reads the body of a request.
    ///
    /// # Errors
    /// [`Error::Invalid`] naming the field that is unknown, missing or of the wrong kind.
    pub fn parse(json: &[u8]) -> Result<Self, Error> {
        let request: Self = json::read(json, &UPLOAD)?;
        if request.bytes == 0 {
            let message = "an upload in parts has at least 1 byte; use PUT for an empty file";
            return Err(Error::invalid("invalid_upload", Some("bytes"), message));
        }
        if request.file_name.as_ref().is_some_and(|name| name.len() > MAX_FILE_NAME_BYTES) {
            let message = format!("a file's name has at most {MAX_FILE_NAME_BYTES} bytes");
            return Err(Error::invalid("invalid_upload", Some("fileName"), message));
        }
        Ok(request)
    }

    /// The token of the upload to resume.
    pub(super) fn token(&self) -> Result<Option<UploadToken>, Error> {
        let Some(text) = &self.upload else { return Ok(None) };
        let token = UploadToken::parse(text).ok_or(Error::UploadNotFound)?;
        if token.bytes() != self.bytes {
            let message = format!("the upload was started for {} bytes", token.bytes());
            return Err(Error::invalid("invalid_upload", Some("bytes"), message));
        }
        Ok(Some(token))
    }
}

/// The parts to send, and their URLs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// Token of the upload, for later requests.
    pub token: UploadToken,
    /// Size of every part except the last, in bytes.
    pub part_bytes: u64,
    /// The parts that have not been uploaded yet.
    pub parts: Vec<PlannedPart>,
    /// When the URLs expire.
    pub expires_at: Timestamp,
}

/// A part to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedPart {
    /// Its number, from 1.
    pub number: u32,
    /// Its exact size in bytes.
    pub bytes: u64,
    /// The URL for the PUT request. Anyone who has it may use it.
    pub url: String,
}
