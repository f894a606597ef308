//! Parts of a file.

use serde::{Deserialize, Serialize};

/// Bytes of a file that begin with a record and end with one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ByteRange {
    /// Offset of the first byte.
    pub start: u64,
    /// Offset behind the last byte.
    pub end: u64,
}
