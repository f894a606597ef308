//! Writes a container: header, entries, directory, then the offset of the directory.

use std::io::Write;

use flate2::Compression;
use flate2::write::ZlibEncoder;

use super::{HEADER_BYTES, MAGIC, STRING_TAG, ScfContainer, ScfEntry};
use crate::error::{ErrorKind, Result, StreamError};

pub(super) fn write(container: &ScfContainer) -> Result<Vec<u8>> {
    let mut out = MAGIC.to_vec();
    out.resize(HEADER_BYTES, 0);
    let mut directory = length(container.entries.len())?.to_vec();
    for entry in &container.entries {
        let name = name(entry)?;
        directory.extend((out.len() as u64).to_be_bytes());
        directory.extend(&name);
        push_block(&mut out, &[name.as_slice(), &entry.payload].concat())?;
    }
    let offset = (out.len() as u64).to_be_bytes();
    push_block(&mut out, &directory)?;
    if let Some(place) = out.get_mut(MAGIC.len()..HEADER_BYTES) {
        place.copy_from_slice(&offset);
    }
    Ok(out)
}

fn push_block(out: &mut Vec<u8>, content: &[u8]) -> Result<()> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(content).map_err(unwritable)?;
    let stored = encoder.finish().map_err(unwritable)?;
    out.extend(length(stored.len())?);
    out.extend(length(content.len())?);
    out.extend(stored);
    Ok(())
}

fn name(entry: &ScfEntry) -> Result<Vec<u8>> {
    let mut name = length(entry.keys.len())?.to_vec();
    for key in &entry.keys {
        push_string(&mut name, key)?;
    }
    if let Some(properties) = &entry.properties {
        let lines: Vec<_> = properties.iter().map(|(key, value)| format!("{key}={value}")).collect();
        push_string(&mut name, &lines.join("\n"))?;
    }
    Ok(name)
}

fn push_string(out: &mut Vec<u8>, text: &str) -> Result<()> {
    let length = u16::try_from(text.len()).map_err(unwritable)?;
    out.push(STRING_TAG);
    out.extend(length.to_be_bytes());
    out.extend(text.as_bytes());
    Ok(())
}

fn length(number: usize) -> Result<[u8; 4]> {
    let number = u32::try_from(number).map_err(unwritable)?;
    Ok(number.to_be_bytes())
}

fn unwritable(error: impl std::fmt::Display) -> StreamError {
    ErrorKind::Write(error.to_string()).into()
}
