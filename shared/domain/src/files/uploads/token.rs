//! The token by which a caller names an upload in progress.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{MAX_UPLOAD_BYTES, UploadTarget, UploadedPart};
use crate::error::Error;
use crate::files::file::FileKey;

/// Longest token that is parsed, in bytes: most of it is the store's upload id.
const MAX_TOKEN_BYTES: usize = 2048;

/// Most parts of an upload: each costs a URL of about a kilobyte in one answer.
const MAX_PARTS: u64 = 100;

/// Least size of a part, in bytes: large enough that few files need many. S3 requires 5 MB.
const MIN_PART_BYTES: u64 = 16 * 1024 * 1024;

/// Parts are multiples of this, so that their sizes are easy on the eye: 1 MiB.
const PART_STEP: u64 = 1024 * 1024;

/// An upload in progress. A caller may read and change its token: the token only names an upload of the
/// store and its announced size, and the store knows no such upload for another key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UploadToken {
    /// The store's own id of the upload.
    #[serde(rename = "u")]
    upload: String,
    #[serde(rename = "m")]
    mark: Uuid,
    #[serde(rename = "b")]
    bytes: u64,
    #[serde(rename = "p")]
    part_bytes: u64,
    #[serde(rename = "s")]
    staged: bool,
}

impl UploadToken {
    /// An upload that the store does not know yet.
    pub(super) fn new(bytes: u64, staged: bool) -> Self {
        let part_bytes = bytes.div_ceil(MAX_PARTS).next_multiple_of(PART_STEP).max(MIN_PART_BYTES);
        Self { upload: String::new(), mark: Uuid::new_v4(), bytes, part_bytes, staged }
    }

    /// The same upload by the store's id.
    pub(super) fn named(mut self, upload: String) -> Self {
        self.upload = upload;
        self
    }

    /// Parses a token; `None` if it was not made here.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > MAX_TOKEN_BYTES {
            return None;
        }
        let token: Self = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
        let plain = !token.upload.is_empty() && token.upload.bytes().all(|byte| byte.is_ascii_graphic());
        let sizes = (1..=MAX_UPLOAD_BYTES).contains(&token.bytes)
            && token.part_bytes > 0
            && token.bytes.div_ceil(token.part_bytes) <= MAX_PARTS;
        (plain && sizes).then_some(token)
    }

    /// Size of the whole file, in bytes.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Size of every part but the last, in bytes.
    #[must_use]
    pub fn part_bytes(&self) -> u64 {
        self.part_bytes
    }

    /// The store's id of the upload.
    pub(super) fn upload(&self) -> &str {
        &self.upload
    }

    /// The target of the upload, if it is one of this file.
    pub(super) fn target(&self, key: FileKey) -> UploadTarget {
        UploadTarget { key, mark: self.mark.simple().to_string(), staged: self.staged }
    }

    /// Number and size of every part.
    pub(super) fn parts(&self) -> impl Iterator<Item = (u32, u64)> {
        let (bytes, part) = (self.bytes, self.part_bytes);
        let starts = (0..bytes.div_ceil(part)).map(move |index| index * part);
        (1..).zip(starts.map(move |start| part.min(bytes - start)))
    }

    /// The parts of the whole file among those that arrived.
    pub(super) fn whole(&self, arrived: Vec<UploadedPart>) -> Result<Vec<UploadedPart>, Error> {
        let planned: Vec<(u32, u64)> = self.parts().collect();
        let right = arrived.into_iter().filter(|part| planned.contains(&(part.number, part.bytes)));
        let right: Vec<UploadedPart> = right.collect();
        if right.len() == planned.len() {
            return Ok(right);
        }
        let has = |number: u32| right.iter().any(|part| part.number == number);
        let wanting: Vec<u32> =
            planned.iter().map(|(number, _)| *number).filter(|number| !has(*number)).collect();
        let message = format!(
            "of {} parts these are missing, or not of their planned size: {}; PUT them to their URLs and \
             complete again, or ask for new URLs: POST /pm/v1/file/<id>/upload with this \"upload\"",
            planned.len(),
            ranges(&wanting)
        );
        Err(Error::UploadIncomplete(message))
    }
}

impl fmt::Display for UploadToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let json = serde_json::to_vec(self).map_err(|_| fmt::Error)?;
        f.write_str(&URL_SAFE_NO_PAD.encode(json))
    }
}

/// Numbers in order as a person writes them: `1, 3-7`.
fn ranges(numbers: &[u32]) -> String {
    let runs = numbers.chunk_by(|a, b| a + 1 == *b);
    let shown = runs.filter_map(|run| match run {
        [] => None,
        [one] => Some(one.to_string()),
        [first, .., last] => Some(format!("{first}-{last}")),
    });
    shown.collect::<Vec<_>>().join(", ")
}
