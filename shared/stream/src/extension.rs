//! Content of extension nodes: a 32-bit big-endian length, then that many bytes.

use crate::error::{ErrorKind, Result};
use crate::fields::Fields;
use crate::limits::{Limits, check};

/// The content without the length. An empty file has none; Modeler writes one if there is no content.
///
/// The `typeID` of the `content` element determines the format: XML, JSON, or, for `as_container`, a zip for
/// [`Archive::open`](crate::Archive::open).
///
/// # Errors
/// [`ErrorKind::Container`] if the length does not match the remaining bytes.
pub fn unwrap_content(file: &[u8]) -> Result<&[u8]> {
    if file.is_empty() {
        return Ok(file);
    }
    let damaged = |message: String| ErrorKind::Container(message);
    let Some((length, content)) = file.split_first_chunk::<4>() else {
        return Err(damaged("it is too short to hold its length".to_owned()).into());
    };
    let declared = u32::from_be_bytes(*length);
    if usize::try_from(declared) != Ok(content.len()) {
        let found = content.len();
        let message = format!("it says it holds {declared} bytes, and holds {found}");
        return Err(damaged(message).into());
    }
    Ok(content)
}

/// The file with this content.
///
/// # Errors
/// [`ErrorKind::Write`] for more than 4 GB.
pub fn wrap_content(content: &[u8]) -> Result<Vec<u8>> {
    let length = u32::try_from(content.len())
        .map_err(|_| ErrorKind::Write("the content is larger than 4 GB".to_owned()))?;
    let mut file = length.to_be_bytes().to_vec();
    file.extend(content);
    Ok(file)
}

/// Reads a file of pairs: `.meta` in the zips of extensions, `__cf_to_af_metadata__` in containers.
///
/// # Errors
/// [`ErrorKind::Container`], with the byte, if it is damaged.
pub fn read_pairs(file: &[u8], limits: &Limits) -> Result<Vec<(String, String)>> {
    let mut fields = Fields::new(file, 0);
    let count = fields.u32()?;
    check("pairs in a file", count.into(), limits.entries)?;
    let mut pairs = Vec::new();
    for _ in 0..count {
        let (key, value) = (fields.u32()?, fields.u32()?);
        let mut text = |length: u32| {
            let start = fields.position();
            let text = std::str::from_utf8(fields.take(length as usize)?);
            let odd = |_| crate::StreamError::new(ErrorKind::Container("a text is not UTF-8".to_owned()));
            text.map(str::to_owned).map_err(|error| odd(error).at_offset(start))
        };
        pairs.push((text(key)?, text(value)?));
    }
    Ok(pairs)
}

/// The file with these pairs.
///
/// # Errors
/// [`ErrorKind::Write`] if a text is too long for the format.
pub fn write_pairs(pairs: &[(String, String)]) -> Result<Vec<u8>> {
    let number = |length: usize| {
        let number = u32::try_from(length);
        number.map(u32::to_be_bytes).map_err(|error| ErrorKind::Write(error.to_string()))
    };
    let mut file = number(pairs.len())?.to_vec();
    for (key, value) in pairs {
        file.extend(number(key.len())?);
        file.extend(number(value.len())?);
        file.extend(key.as_bytes());
        file.extend(value.as_bytes());
    }
    Ok(file)
}

#[cfg(test)]
mod tests;
