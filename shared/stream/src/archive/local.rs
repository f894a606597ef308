//! Zips without a directory: consecutive entries, the format of projects in text analytics nodes.

use crate::archive::is_plain_path;
use crate::error::{ErrorKind, Result, StreamError};
use crate::inflate::inflate_to_end;
use crate::limits::{Limits, check};

const SIGNATURE: [u8; 4] = *b"PK\x03\x04";
const DESCRIPTOR: [u8; 4] = *b"PK\x07\x08";
/// Bit 3 of an entry's flags: checksum and sizes follow the data.
const SIZES_FOLLOW: u16 = 8;
const STORED: u16 = 0;
const DEFLATED: u16 = 8;

/// Reads consecutive entries by name and in order, up to the first byte of something else. `tmwb_project`
/// contents have this format. Open other zips with [`Archive::open`](crate::Archive::open), which checks
/// their directory.
///
/// # Errors
/// There is no entry, or one is damaged, encrypted, has an unsafe name or exceeds the limits.
pub fn read_entry_run(bytes: &[u8], limits: &Limits) -> Result<Vec<(String, Vec<u8>)>> {
    let mut entries = Vec::new();
    let (mut position, mut total) = (0_usize, 0_u64);
    while let Some(rest) = bytes.get(position..).filter(|rest| rest.starts_with(&SIGNATURE)) {
        let (entry, used) = entry(rest, limits).map_err(|error| error.at_offset(position))?;
        total = total.saturating_add(entry.1.len() as u64);
        check("bytes in all entries", total, limits.total_bytes)?;
        entries.push(entry);
        check("entries in the zip", entries.len() as u64, limits.entries)?;
        position = position.saturating_add(used);
    }
    if entries.is_empty() {
        return Err(ErrorKind::NotAZip("it does not start with an entry".to_owned()).into());
    }
    Ok(entries)
}

/// The first entry, and its length in bytes.
fn entry(bytes: &[u8], limits: &Limits) -> Result<((String, Vec<u8>), usize)> {
    let (flags, method) = (number16(bytes, 6)?, number16(bytes, 8)?);
    let (crc, stored) = (number32(bytes, 14)?, number32(bytes, 18)? as usize);
    let (name_length, extra_length) = (usize::from(number16(bytes, 26)?), usize::from(number16(bytes, 28)?));
    let start = 30 + name_length + extra_length;
    let raw = bytes.get(30..30 + name_length).ok_or_else(early)?;
    let name = std::str::from_utf8(raw).ok().filter(|name| is_plain_path(name));
    let unsafe_name = || ErrorKind::UnsafeName(String::from_utf8_lossy(raw).into_owned());
    let name = name.ok_or_else(unsafe_name)?.to_owned();
    let in_entry = |error: StreamError| error.in_entry(&name);
    if flags & 1 == 1 {
        return Err(in_entry(ErrorKind::Encrypted.into()));
    }
    let data = bytes.get(start..).ok_or_else(early)?;
    let follow = flags & SIZES_FOLLOW != 0;
    let (content, used) = match method {
        DEFLATED => inflate_to_end(data, limits).map_err(in_entry)?,
        STORED if !follow => {
            check("bytes in one entry", stored as u64, limits.entry_bytes)?;
            (data.get(..stored).ok_or_else(early)?.to_vec(), stored)
        }
        other => return Err(in_entry(ErrorKind::Compression(other).into())),
    };
    let mut end = start + used;
    let mut crc = crc;
    if follow {
        let signed = bytes.get(end..).is_some_and(|rest| rest.starts_with(&DESCRIPTOR));
        end += if signed { DESCRIPTOR.len() } else { 0 };
        crc = number32(bytes, end)?;
        // The checksum and two sizes.
        end += 12;
    }
    if rawzip::crc32(&content) != crc {
        let message = "it does not match its checksum".to_owned();
        return Err(in_entry(ErrorKind::Damaged(message).into()));
    }
    Ok(((name, content), end))
}

fn number16(bytes: &[u8], place: usize) -> Result<u16> {
    let two = bytes.get(place..).and_then(|rest| rest.first_chunk()).ok_or_else(early)?;
    Ok(u16::from_le_bytes(*two))
}

fn number32(bytes: &[u8], place: usize) -> Result<u32> {
    let four = bytes.get(place..).and_then(|rest| rest.first_chunk()).ok_or_else(early)?;
    Ok(u32::from_le_bytes(*four))
}

fn early() -> StreamError {
    ErrorKind::NotAZip("an entry ends too early".to_owned()).into()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::read_entry_run;
    use crate::{Limits, write_archive};

    /// A zip of our writer, cut before its directory.
    fn run() -> Vec<u8> {
        let files: [(&str, &[u8]); 2] = [("a.xml", b"<a/>"), ("data/b.dat", &[7; 5000])];
        let zip = write_archive(files).unwrap();
        let directory = zip.windows(4).position(|bytes| bytes == b"PK\x01\x02").unwrap();
        zip[..directory].to_vec()
    }

    #[test]
    fn entries_without_a_directory_are_read() {
        let entries = read_entry_run(&run(), &Limits::default()).unwrap();
        let names: Vec<_> = entries.iter().map(|(name, content)| (name.as_str(), content.len())).collect();
        assert_eq!(names, [("a.xml", 4), ("data/b.dat", 5000)]);
        // Uncompressed entries with their sizes before the data.
        let mut stored = b"PK\x03\x04\x14\0\0\0\0\0\0\0\0\0".to_vec();
        stored.extend([rawzip::crc32(b"hi"), 2, 2].map(u32::to_le_bytes).concat());
        stored.extend(b"\x01\0\0\0ahi and something else");
        let entries = read_entry_run(&stored, &Limits::default()).unwrap();
        assert_eq!(entries, [("a".to_owned(), b"hi".to_vec())]);
    }

    #[test]
    fn damage_and_bombs_are_refused() {
        let limits = Limits { entry_bytes: 1000, ..Limits::default() };
        let mut scrambled = run();
        let last = scrambled.len() - 10;
        scrambled[last] ^= 1;
        let zeros = write_archive([("a", vec![0; 2 << 20].as_slice())]).unwrap();
        let errors = [
            read_entry_run(b"GIF89a", &limits),
            read_entry_run(&run(), &limits),
            read_entry_run(&scrambled, &Limits::default()),
            read_entry_run(&zeros, &Limits::default()),
        ];
        let errors: Vec<_> = errors.into_iter().map(|result| result.unwrap_err().to_string()).collect();
        insta::assert_snapshot!(errors.join("\n"), @r#"
        not a readable zip archive (it does not start with an entry); a stream file is one
        bytes in one entry: 4096 is more than the 1000 allowed, at byte 63, entry "data/b.dat"
        the data is damaged: it does not match its checksum, at byte 63, entry "data/b.dat"
        compression ratio of one entry: 1021 is more than the 200 allowed, at byte 0, entry "a"
        "#);
    }

    proptest! {
        #[test]
        fn no_bytes_panic(place in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<prop::sample::Index>()) {
            let mut bytes = run();
            let place = place.index(bytes.len());
            bytes[place] = byte;
            bytes.truncate(cut.index(bytes.len() * 2));
            let _ = read_entry_run(&bytes, &Limits::default());
        }
    }
}
