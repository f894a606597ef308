//! The target and the parts of an upload.

use crate::files::file::FileKey;

/// The target of an upload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadTarget {
    /// The file.
    pub key: FileKey,
    /// Tag of this upload, which its object bears. Letters and digits.
    pub mark: String,
    /// Whether the object is staged before it becomes the file.
    pub staged: bool,
}

/// A part that the store has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadedPart {
    /// Its number, from 1.
    pub number: u32,
    /// Its size in bytes.
    pub bytes: u64,
    /// The store's tag of its content.
    pub tag: String,
}
