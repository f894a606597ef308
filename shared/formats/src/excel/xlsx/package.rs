//! The parts of a workbook: files in a zip.

use std::collections::HashMap;
use std::io::{BufReader, Cursor, Read, Take};
use std::ops::Range;

use bytes::Bytes;
use flate2::read::DeflateDecoder;
use rawzip::{CompressionMethod, ZipArchive};

use super::super::EXCEL;
use crate::error::{FormatError, check_limit};

/// Entries of a zip. A workbook of a thousand sheets has some three thousand.
const MAX_ENTRIES: u64 = 20_000;
/// Bytes of an inflated part. A full sheet of 16 million cells has some 600 MB; parts are not held in memory.
const MAX_PART_BYTES: u64 = 4 << 30;

/// A workbook's zip.
#[derive(Clone)]
pub(super) struct Package {
    bytes: Bytes,
    parts: HashMap<String, Part>,
}

#[derive(Clone)]
struct Part {
    data: Range<usize>,
    deflated: bool,
    size: u64,
}

/// The inflated bytes of a part.
pub(super) type PartReader = BufReader<Take<Box<dyn Read + Send>>>;

impl Package {
    pub(super) fn open(bytes: Bytes) -> Result<Self, FormatError> {
        let archive = ZipArchive::from_slice(&bytes).map_err(damaged)?;
        check_limit("entries in the Excel workbook", archive.entries_hint(), MAX_ENTRIES)?;
        let mut parts = HashMap::new();
        let mut entries = archive.entries();
        while let Some(record) = entries.next_entry().map_err(damaged)? {
            check_limit("entries in the Excel workbook", parts.len() as u64, MAX_ENTRIES)?;
            let name = String::from_utf8_lossy(record.file_path().as_ref()).replace('\\', "/");
            let flags = record.flags();
            if flags.is_encrypted() || flags.has_strong_encryption() || flags.is_masked() {
                return Err(FormatError::Unsupported("an encrypted Excel workbook".to_owned()));
            }
            let method = record.compression_method();
            let deflated = method == CompressionMethod::DEFLATE;
            if record.is_dir() || !(deflated || method == CompressionMethod::STORE) {
                continue;
            }
            let size = record.uncompressed_size_hint();
            check_limit("bytes in a part of the Excel workbook", size, MAX_PART_BYTES)?;
            let (start, end) =
                archive.get_entry(record.wayfinder()).map_err(damaged)?.compressed_data_range();
            let place = |offset: u64| usize::try_from(offset).map_err(damaged);
            parts.insert(part_key(&name), Part { data: place(start)?..place(end)?, deflated, size });
        }
        Ok(Self { bytes, parts })
    }

    /// The content of a part, inflated as it is read; `None` where there is no such part.
    pub(super) fn part(&self, name: &str) -> Option<PartReader> {
        let part = self.parts.get(&part_key(name))?;
        let range = part.data.clone();
        let data = if range.end <= self.bytes.len() && range.start <= range.end {
            self.bytes.slice(range)
        } else {
            Bytes::new()
        };
        let data = Cursor::new(data);
        let content: Box<dyn Read + Send> =
            if part.deflated { Box::new(DeflateDecoder::new(data)) } else { Box::new(data) };
        Some(BufReader::new(content.take(part.size)))
    }

    /// Whether there is a part of a name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.parts.contains_key(&part_key(name))
    }
}

/// Names of parts do not differ in case alone.
fn part_key(name: &str) -> String {
    name.trim_start_matches('/').to_ascii_lowercase()
}

fn damaged(error: impl std::fmt::Display) -> FormatError {
    FormatError::damaged_in(EXCEL, "in its zip", error.to_string())
}
