//! Compound files: a file system of sectors in a file. MS-CFB.

use super::super::EXCEL;
use super::{u16_at, u32_at};
use crate::error::FormatError;

/// The first bytes of a compound file.
pub(in crate::excel) const SIGNATURE: [u8; 8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];

/// Sector numbers from here on have other meanings, such as the end of a chain.
const FIRST_SPECIAL: u32 = 0xFFFF_FFFA;
/// Sector numbers that the header itself has.
const HEADER_SECTORS: usize = 109;
const ENTRY_BYTES: usize = 128;

/// A compound file.
struct Compound<'a> {
    bytes: &'a [u8],
    sector_bytes: usize,
    small_sector_bytes: usize,
    /// Streams below this size are in small sectors.
    small_limit: u64,
    /// The next sector of each sector.
    next: Vec<u32>,
    small_next: Vec<u32>,
}

/// An entry of the directory.
struct Entry {
    name: String,
    start: u32,
    size: u64,
}

/// The stream of the workbook, which is called `Workbook`.
pub(super) fn workbook_stream(bytes: &[u8]) -> Result<Vec<u8>, FormatError> {
    let damaged = || FormatError::damaged_in(EXCEL, "in its compound file", "its sectors do not fit");
    let mut file = Compound::open(bytes).ok_or_else(damaged)?;
    let directory_start = u32_at(bytes, 48).ok_or_else(damaged)?;
    let directory = file.chain(directory_start, usize::MAX).ok_or_else(damaged)?;
    let entries: Vec<Entry> = directory.chunks_exact(ENTRY_BYTES).filter_map(Entry::read).collect();
    let find = |name: &str| entries.iter().find(|entry| entry.name.eq_ignore_ascii_case(name));
    if find("EncryptedPackage").is_some() {
        return Err(FormatError::Unsupported("an encrypted Excel workbook".to_owned()));
    }
    let Some(stream) = find("Workbook") else {
        if find("Book").is_some() {
            return Err(FormatError::Unsupported("an Excel workbook of the 5.0/95 format".to_owned()));
        }
        return Err(FormatError::damaged_in(EXCEL, "in its compound file", "it has no workbook stream"));
    };
    let small_start = u32_at(bytes, 60).ok_or_else(damaged)?;
    let root = entries.first().ok_or_else(damaged)?;
    file.read(stream, root, small_start).ok_or_else(damaged)
}

impl Entry {
    fn read(bytes: &[u8]) -> Option<Self> {
        let name_bytes = usize::from(u16_at(bytes, 64)?).checked_sub(2)?;
        let units = bytes.get(..name_bytes)?.as_chunks::<2>().0.iter().map(|unit| u16::from_le_bytes(*unit));
        let name =
            char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
        // Files of version 3 have 32-bit sizes, and undefined bytes after them.
        Some(Self { name, start: u32_at(bytes, 116)?, size: u64::from(u32_at(bytes, 120)?) })
    }
}

impl<'a> Compound<'a> {
    fn open(bytes: &'a [u8]) -> Option<Self> {
        let sector_bytes = match u16_at(bytes, 30)? {
            9 => 512,
            12 => 4096,
            _ => return None,
        };
        let small_sector_bytes = match u16_at(bytes, 32)? {
            6 => 64,
            _ => return None,
        };
        let small_limit = u64::from(u32_at(bytes, 56)?);
        let mut file = Self {
            bytes,
            sector_bytes,
            small_sector_bytes,
            small_limit,
            next: Vec::new(),
            small_next: Vec::new(),
        };
        let tables = file.table_sectors()?;
        let mut next = Vec::new();
        for sector in tables {
            next.extend(numbers(file.sector(sector)?));
        }
        file.next = next;
        Some(file)
    }

    /// Sectors of the table of next sectors: those in the header, then those in a chain of sectors.
    fn table_sectors(&self) -> Option<Vec<u32>> {
        let header = self.bytes.get(76..76 + HEADER_SECTORS * 4)?;
        let mut sectors: Vec<u32> = numbers(header).filter(|sector| *sector < FIRST_SPECIAL).collect();
        let mut more = u32_at(self.bytes, 68)?;
        let mut left = self.sector_count();
        while more < FIRST_SPECIAL {
            left = left.checked_sub(1)?;
            let mut listed: Vec<u32> = numbers(self.sector(more)?).collect();
            more = listed.pop()?;
            sectors.extend(listed.into_iter().filter(|sector| *sector < FIRST_SPECIAL));
        }
        (sectors.len() <= self.sector_count()).then_some(sectors)
    }

    fn sector_count(&self) -> usize {
        self.bytes.len() / self.sector_bytes + 1
    }

    /// The bytes of a sector; the last one of a file may be short.
    fn sector(&self, number: u32) -> Option<&'a [u8]> {
        let start = (usize::try_from(number).ok()?.checked_add(1)?).checked_mul(self.sector_bytes)?;
        let end = start.checked_add(self.sector_bytes)?.min(self.bytes.len());
        self.bytes.get(start..end)
    }

    /// The bytes of a chain of sectors, up to so many.
    fn chain(&self, start: u32, most: usize) -> Option<Vec<u8>> {
        let mut out = Vec::new();
        let mut sector = start;
        let mut left = self.sector_count();
        while sector < FIRST_SPECIAL && out.len() < most {
            // A chain that is longer than the file is a cycle.
            left = left.checked_sub(1)?;
            out.extend(self.sector(sector)?);
            sector = *self.next.get(usize::try_from(sector).ok()?)?;
        }
        out.truncate(most);
        Some(out)
    }

    fn read(&mut self, stream: &Entry, root: &Entry, small_start: u32) -> Option<Vec<u8>> {
        let size = usize::try_from(stream.size).ok()?;
        let content = if stream.size < self.small_limit {
            self.small_next = numbers(&self.chain(small_start, usize::MAX)?).collect();
            let small = self.chain(root.start, usize::MAX)?;
            self.small_chain(&small, stream.start, size)?
        } else {
            self.chain(stream.start, size)?
        };
        (content.len() == size).then_some(content)
    }

    fn small_chain(&self, small: &[u8], start: u32, size: usize) -> Option<Vec<u8>> {
        let mut out = Vec::new();
        let mut sector = start;
        while sector < FIRST_SPECIAL && out.len() < size {
            let at = usize::try_from(sector).ok()?;
            let from = at.checked_mul(self.small_sector_bytes)?;
            out.extend(small.get(from..from.checked_add(self.small_sector_bytes)?)?);
            sector = *self.small_next.get(at)?;
        }
        out.truncate(size);
        Some(out)
    }
}

fn numbers(bytes: &[u8]) -> impl Iterator<Item = u32> + '_ {
    bytes.as_chunks::<4>().0.iter().map(|number| u32::from_le_bytes(*number))
}
