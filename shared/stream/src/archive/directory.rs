//! Reads and checks the directory of a zip.

use std::collections::HashSet;

use bytes::Bytes;
use rawzip::{CompressionMethod, ZipArchive, ZipFileHeaderRecord, ZipSliceArchive};

use super::Entry;
use crate::error::{ErrorKind, Result, StreamError};
use crate::inflate::check_size;
use crate::limits::{Limits, check};

/// The archive's files, each checked but not inflated.
pub(super) fn read(bytes: &Bytes, limits: &Limits) -> Result<Vec<Entry>> {
    check("bytes in the file", bytes.len() as u64, limits.file_bytes)?;
    let archive = ZipArchive::from_slice(bytes).map_err(not_a_zip)?;
    check("entries in the zip", archive.entries_hint(), limits.entries)?;

    let mut entries: Vec<Entry> = Vec::new();
    let mut names = HashSet::new();
    let mut records = 0;
    let mut total = 0_u64;
    let mut directory = archive.entries();
    while let Some(record) = directory.next_entry().map_err(not_a_zip)? {
        records += 1;
        check("entries in the zip", records, limits.entries)?;
        let name = safe_name(&record)?;
        if !names.insert(name.clone()) {
            return Err(ErrorKind::DuplicateEntry(name).into());
        }
        if record.is_dir() {
            continue;
        }
        let entry = entry(&archive, &record, &name, limits).map_err(|error| error.in_entry(&name))?;
        total = total.saturating_add(entry.size as u64);
        check("bytes in all entries", total, limits.total_bytes)?;
        entries.push(entry);
    }
    if records != archive.entries_hint() {
        let message = "its directory does not hold the number of entries that it says";
        return Err(ErrorKind::NotAZip(message.to_owned()).into());
    }
    refuse_overlaps(&entries)?;
    Ok(entries)
}

fn entry(
    archive: &ZipSliceArchive<&Bytes>,
    record: &ZipFileHeaderRecord<'_>,
    name: &str,
    limits: &Limits,
) -> Result<Entry> {
    let flags = record.flags();
    if flags.is_encrypted() || flags.has_strong_encryption() || flags.is_masked() {
        return Err(ErrorKind::Encrypted.into());
    }
    let method = record.compression_method();
    let deflated = method == CompressionMethod::DEFLATE;
    if !deflated && method != CompressionMethod::STORE {
        return Err(ErrorKind::Compression(method.as_u16()).into());
    }
    let size = record.uncompressed_size_hint();
    check_size(record.compressed_size_hint(), size, limits)?;
    let located = archive.get_entry(record.wayfinder()).map_err(not_a_zip)?;
    let (start, end) = located.compressed_data_range();
    let position = |offset: u64| {
        let too_far = || ErrorKind::NotAZip("an entry lies outside the file".to_owned());
        usize::try_from(offset).map_err(|_| too_far())
    };
    Ok(Entry {
        name: name.to_owned(),
        data: position(start)?..position(end)?,
        deflated,
        size: position(size)?,
        crc32: record.crc32(),
        time: time(record),
    })
}

/// The record's name, if it is a plain relative path.
fn safe_name(record: &ZipFileHeaderRecord<'_>) -> Result<String> {
    let raw = record.file_path();
    let raw: &[u8] = raw.as_ref();
    let unsafe_name = || ErrorKind::UnsafeName(String::from_utf8_lossy(raw).into_owned());
    let name = std::str::from_utf8(raw).map_err(|_| unsafe_name())?;
    let path = name.strip_suffix('/').unwrap_or(name);
    if !is_plain_path(path) {
        return Err(unsafe_name().into());
    }
    Ok(name.to_owned())
}

/// Whether a name is always a path within a folder.
pub(crate) fn is_plain_path(path: &str) -> bool {
    let plain = path.split('/').all(|part| !matches!(part, "" | "." | ".."));
    let odd = |c: char| c == '\\' || c.is_control();
    let has_drive = path.as_bytes().get(1) == Some(&b':');
    plain && !has_drive && !path.contains(odd)
}

fn time(record: &ZipFileHeaderRecord<'_>) -> [u8; 4] {
    let time = record.last_modified_dos();
    let [low, high] = time.packed_time().to_le_bytes();
    let [day, year] = time.packed_date().to_le_bytes();
    [low, high, day, year]
}

fn refuse_overlaps(entries: &[Entry]) -> Result<()> {
    let mut ordered: Vec<_> = entries.iter().collect();
    ordered.sort_by_key(|entry| (entry.data.start, entry.data.end));
    for pair in ordered.windows(2) {
        let [first, second] = pair else { continue };
        if first.data.end > second.data.start {
            let (first, second) = (first.name.clone(), second.name.clone());
            return Err(ErrorKind::OverlappingEntries(first, second).into());
        }
    }
    Ok(())
}

fn not_a_zip(error: rawzip::Error) -> StreamError {
    let message = error.to_string();
    let mut letters = message.chars();
    let first = letters.next().map(|first| first.to_ascii_lowercase());
    let message = first.into_iter().chain(letters).collect();
    ErrorKind::NotAZip(message).into()
}
