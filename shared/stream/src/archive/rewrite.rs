//! Rewrites an archive with some changed files. The others keep their compressed bytes, times and flags.

use std::collections::BTreeMap;
use std::io::Write;

use bytes::Bytes;
use flate2::Compression;
use flate2::write::DeflateEncoder;

use super::Archive;
use crate::error::{ErrorKind, Result, StreamError};

const LOCAL_SIGNATURE: u32 = 0x0403_4B50;
const RECORD_SIGNATURE: u32 = 0x0201_4B50;
const END_SIGNATURE: u32 = 0x0605_4B50;
const DESCRIPTOR_SIGNATURE: u32 = 0x0807_4B50;
/// Version 2.0, the first with deflate.
const VERSION: u16 = 20;
/// Sizes follow the data; the name is UTF-8.
const FLAGS: u16 = 0x0808;
const DEFLATE: u16 = 8;
/// The earliest time of the zip format: midnight of 1 January 1980.
const EPOCH: [u8; 4] = [0, 0, 0x21, 0];

/// Changes to an opened archive.
#[derive(Debug, Clone, Default)]
pub(crate) struct Changes {
    /// New content of files, by name. New files are last, sorted by name.
    pub(crate) written: BTreeMap<String, Bytes>,
    /// Files to omit.
    pub(crate) removed: Vec<String>,
}

/// A file of the new archive.
struct Stored<'a> {
    data: &'a [u8],
    method: u16,
    crc32: u32,
    size: usize,
}

impl Archive {
    /// The archive with changes: the same order, new files last.
    pub(crate) fn rewrite(&self, changes: &Changes) -> Result<Vec<u8>> {
        let mut out = Output::default();
        for entry in &self.entries {
            if changes.removed.contains(&entry.name) {
                continue;
            }
            match changes.written.get(&entry.name) {
                Some(content) => {
                    let deflated = deflate(content)?;
                    out.push(&entry.name, entry.time, &Stored::new(content, &deflated))?;
                }
                None => {
                    let data = self.bytes.get(entry.data.clone()).unwrap_or_default();
                    let method = if entry.deflated { DEFLATE } else { 0 };
                    let stored = Stored { data, method, crc32: entry.crc32, size: entry.size };
                    out.push(&entry.name, entry.time, &stored)?;
                }
            }
        }
        let time = self.entries.first().map_or(EPOCH, |entry| entry.time);
        for (name, content) in &changes.written {
            if !self.contains(name) {
                let deflated = deflate(content)?;
                out.push(name, time, &Stored::new(content, &deflated))?;
            }
        }
        out.finish()
    }
}

impl<'a> Stored<'a> {
    fn new(content: &[u8], deflated: &'a [u8]) -> Self {
        Stored { data: deflated, method: DEFLATE, crc32: rawzip::crc32(content), size: content.len() }
    }
}

fn deflate(content: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(content).map_err(unwritable)?;
    encoder.finish().map_err(unwritable)
}

/// An archive during writing.
#[derive(Default)]
struct Output {
    bytes: Vec<u8>,
    directory: Vec<u8>,
    count: u16,
}

impl Output {
    fn push(&mut self, name: &str, time: [u8; 4], stored: &Stored<'_>) -> Result<()> {
        let offset = number(self.bytes.len())?;
        let name_length = u16::try_from(name.len()).map_err(unwritable)?.to_le_bytes();
        let (stored_size, size) = (number(stored.data.len())?, number(stored.size)?);
        let kind = [VERSION, FLAGS, stored.method].map(u16::to_le_bytes).concat();

        // Checksum and sizes follow the data, and are zero here.
        let local = [&LOCAL_SIGNATURE.to_le_bytes(), kind.as_slice(), &time, &[0; 12], &name_length, &[0; 2]];
        self.bytes.extend(local.concat());
        self.bytes.extend(name.as_bytes());
        self.bytes.extend(stored.data);
        let descriptor = [DESCRIPTOR_SIGNATURE, stored.crc32, stored_size, size];
        self.bytes.extend(descriptor.map(u32::to_le_bytes).concat());

        let made_by = VERSION.to_le_bytes();
        let sizes = [stored.crc32, stored_size, size].map(u32::to_le_bytes).concat();
        let signature = RECORD_SIGNATURE.to_le_bytes();
        let record = [
            signature.as_slice(),
            &made_by,
            &kind,
            &time,
            &sizes,
            &name_length,
            &[0; 12],
            &offset.to_le_bytes(),
        ];
        self.directory.extend(record.concat());
        self.directory.extend(name.as_bytes());
        self.count = self.count.checked_add(1).ok_or_else(|| unwritable("too many files for a zip"))?;
        Ok(())
    }

    fn finish(mut self) -> Result<Vec<u8>> {
        let (offset, size) = (number(self.bytes.len())?, number(self.directory.len())?);
        let counts = [0, 0, self.count, self.count].map(u16::to_le_bytes).concat();
        let places = [size, offset].map(u32::to_le_bytes).concat();
        self.bytes.append(&mut self.directory);
        self.bytes.extend([END_SIGNATURE.to_le_bytes().as_slice(), &counts, &places, &[0; 2]].concat());
        Ok(self.bytes)
    }
}

fn number(value: usize) -> Result<u32> {
    u32::try_from(value).map_err(|_| unwritable("more than 4 GB"))
}

fn unwritable(error: impl std::fmt::Display) -> StreamError {
    ErrorKind::Write(error.to_string()).into()
}
