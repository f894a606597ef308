//! The zip archive of a stream file.

mod directory;
mod local;
mod rewrite;
mod write;

use std::collections::HashMap;
use std::ops::Range;

use bytes::Bytes;

use crate::error::{ErrorKind, Result, StreamError};
use crate::inflate::{Framing, inflate};
use crate::limits::Limits;

pub(crate) use directory::is_plain_path;
pub use local::read_entry_run;
pub(crate) use rewrite::Changes;
pub use write::write_archive;

/// A zip archive in memory. Its directory is checked when it is opened. Entries are inflated one at a time,
/// when they are read, so that unused entries cost nothing.
#[derive(Debug, Clone)]
pub struct Archive {
    bytes: Bytes,
    entries: Vec<Entry>,
    by_name: HashMap<String, usize>,
}

/// A file in the archive.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Entry {
    name: String,
    data: Range<usize>,
    deflated: bool,
    size: usize,
    crc32: u32,
    /// Time and date of its last change, in the zip format.
    time: [u8; 4],
}

impl Archive {
    /// Opens an archive.
    ///
    /// Refuses bytes that are not a zip archive, names that are not plain relative paths, duplicate,
    /// overlapping and encrypted entries, methods other than stored and deflated, and anything beyond
    /// `limits`.
    ///
    /// # Errors
    /// The first of these problems.
    pub fn open(bytes: impl Into<Bytes>, limits: &Limits) -> Result<Self> {
        let bytes = bytes.into();
        let entries = directory::read(&bytes, limits)?;
        let by_name = entries.iter().enumerate();
        let by_name = by_name.map(|(position, entry)| (entry.name.clone(), position)).collect();
        Ok(Archive { bytes, entries, by_name })
    }

    /// Names of all files, in the order of the archive's directory.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|entry| entry.name.as_str())
    }

    /// Whether the archive has a file with this name.
    pub fn contains(&self, name: &str) -> bool {
        self.by_name.contains_key(name)
    }

    /// Size of a file in bytes, inflated.
    pub fn size(&self, name: &str) -> Option<usize> {
        self.entry(name).map(|entry| entry.size)
    }

    /// Inflates one file and checks it against its checksum.
    ///
    /// # Errors
    /// [`ErrorKind::NoEntry`] or [`ErrorKind::Damaged`].
    pub fn read(&self, name: &str) -> Result<Vec<u8>> {
        let entry = self.entry(name).ok_or_else(|| StreamError::new(ErrorKind::NoEntry(name.to_owned())))?;
        self.inflate(entry).map_err(|error| error.in_entry(name))
    }

    /// The archive's bytes as they were opened.
    pub fn bytes(&self) -> &Bytes {
        &self.bytes
    }

    fn entry(&self, name: &str) -> Option<&Entry> {
        self.entries.get(*self.by_name.get(name)?)
    }

    fn inflate(&self, entry: &Entry) -> Result<Vec<u8>> {
        let data = self.bytes.get(entry.data.clone()).unwrap_or_default();
        let content =
            if entry.deflated { inflate(data, Framing::Deflate, entry.size)? } else { data.to_vec() };
        if content.len() != entry.size || rawzip::crc32(&content) != entry.crc32 {
            let message = "it does not match its checksum".to_owned();
            return Err(ErrorKind::Damaged(message).into());
        }
        Ok(content)
    }
}

#[cfg(test)]
mod tests;
