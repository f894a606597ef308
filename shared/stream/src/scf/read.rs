//! Reads a container.

use super::{HEADER_BYTES, MAGIC, STRING_TAG, ScfContainer, ScfEntry};
use crate::error::{ErrorKind, Result, StreamError};
use crate::fields::Fields;
use crate::inflate::{Framing, check_size, inflate};
use crate::limits::{Limits, check};

pub(super) fn read(bytes: &[u8], limits: &Limits) -> Result<ScfContainer> {
    if !bytes.starts_with(&MAGIC) {
        return Err(damaged("it does not start with SCF, version 1", 0));
    }
    let mut header = Fields::new(bytes, MAGIC.len());
    let directory_offset = header.u64()?;
    let mut blocks = Blocks { bytes, limits, inflated: 0 };
    let directory = blocks.at(directory_offset)?;
    let mut fields = Fields::new(&directory, 0);
    let count = fields.u32()?;
    check("entries in a container", count.into(), limits.entries)?;
    let mut entries = Vec::new();
    for _ in 0..count {
        let offset = fields.u64()?;
        let name = fields.name()?;
        let mut payload = blocks.at(offset)?;
        // The entry repeats the bytes of its name in the directory.
        if !payload.starts_with(name.bytes) {
            return Err(damaged("an entry is not the one its directory names", 0));
        }
        payload.drain(..name.bytes.len());
        entries.push(ScfEntry {
            keys: name.keys,
            properties: name.properties.as_deref().map(pairs),
            payload,
        });
    }
    Ok(ScfContainer { entries })
}

/// Most keys of an entry: a split model has one for each split field. A key in memory has eight times its
/// size in the file.
const MOST_KEYS: u32 = 1000;

/// Inflates blocks, all within one budget.
struct Blocks<'a> {
    bytes: &'a [u8],
    limits: &'a Limits,
    inflated: u64,
}

impl Blocks<'_> {
    fn at(&mut self, offset: u64) -> Result<Vec<u8>> {
        let offset = usize::try_from(offset).unwrap_or(usize::MAX);
        if offset < HEADER_BYTES {
            return Err(damaged("a block lies inside the header", offset));
        }
        let mut fields = Fields::new(self.bytes, offset);
        let (stored, size) = (fields.u32()?, fields.u32()?);
        check_size(stored.into(), size.into(), self.limits)?;
        self.inflated = self.inflated.saturating_add(size.into());
        check("bytes in one container", self.inflated, self.limits.entry_bytes)?;
        let data = fields.take(stored as usize)?;
        inflate(data, Framing::Zlib, size as usize).map_err(|error| error.at_offset(offset))
    }
}

/// The name of an entry, and its bytes.
struct Name<'a> {
    bytes: &'a [u8],
    keys: Vec<String>,
    properties: Option<String>,
}

/// Reads the strings of a container.
trait Strings<'a> {
    fn name(&mut self) -> Result<Name<'a>>;
    fn string(&mut self) -> Result<String>;
}

impl<'a> Strings<'a> for Fields<'a> {
    /// Reads the number of keys, the keys, and the properties if there are any. An offset or nothing follows,
    /// so that the next byte is a string's tag only if there are properties.
    fn name(&mut self) -> Result<Name<'a>> {
        let start = self.position();
        let count = self.u32()?;
        check("keys of an entry in a container", count.into(), MOST_KEYS.into())?;
        let mut keys = Vec::new();
        for _ in 0..count {
            keys.push(self.string()?);
        }
        let has_properties = self.peek() == Some(STRING_TAG);
        let properties = if has_properties { Some(self.string()?) } else { None };
        let bytes = self.between(start, self.position());
        Ok(Name { bytes, keys, properties })
    }

    fn string(&mut self) -> Result<String> {
        let start = self.position();
        if self.array()? != [STRING_TAG] {
            return Err(damaged("a value is not a string", start));
        }
        let length = self.u16()?;
        let bytes = self.take(length.into())?;
        let text = std::str::from_utf8(bytes);
        let text = text.map_err(|_| damaged("a string is not UTF-8", start))?;
        Ok(text.to_owned())
    }
}

/// Lines of `key=value`.
fn pairs(text: &str) -> Vec<(String, String)> {
    let lines = text.lines().filter(|line| !line.is_empty());
    lines
        .map(|line| line.split_once('=').unwrap_or((line, "")))
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .collect()
}

fn damaged(what: &str, offset: usize) -> StreamError {
    StreamError::new(ErrorKind::Container(what.to_owned())).at_offset(offset)
}
