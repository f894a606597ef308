//! Content of extension nodes: a 32-bit big-endian length, then that many bytes.

use crate::error::{ErrorKind, Result};

/// The bytes inside; an empty file, which Modeler writes where there is no content, has none.
///
/// What they are is said by the `typeID` of the `content` element: XML, JSON, or, for
/// `as_container`, a zip to be opened with [`Archive::open`](crate::Archive::open).
///
/// # Errors
/// [`ErrorKind::Container`] if the length is not that of the rest.
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

/// The file that holds these bytes.
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
