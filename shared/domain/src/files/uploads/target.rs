//! What an upload makes, and from which parts.

use crate::files::file::FileKey;

/// What an upload makes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadTarget {
    /// The file.
    pub key: FileKey,
    /// Drawn for this upload; the object that it makes bears it. Letters and digits.
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
    /// What the store calls its content.
    pub tag: String,
}
