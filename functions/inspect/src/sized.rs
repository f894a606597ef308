//! Bounded responses: output beyond the limit is counted, but not stored.

use std::io::{self, Write};

use bytes::Bytes;
use satsuma_domain::files::MAX_DIRECT_BYTES;
use satsuma_domain::{Error, StoreError};
use serde::Serialize;

/// A writer that keeps the first bytes, up to the limit of a response, and counts all.
#[derive(Debug, Default)]
struct Sized {
    kept: Vec<u8>,
    bytes: u64,
}

impl Write for Sized {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.bytes += bytes.len() as u64;
        if self.bytes <= MAX_DIRECT_BYTES {
            self.kept.extend_from_slice(bytes);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Sized {
    fn finish(self, what: &'static str) -> Result<Bytes, Error> {
        match self.bytes {
            bytes @ ..=MAX_DIRECT_BYTES => {
                debug_assert_eq!(bytes, self.kept.len() as u64);
                Ok(self.kept.into())
            }
            bytes => Err(Error::TooLarge { what, bytes, limit: MAX_DIRECT_BYTES }),
        }
    }
}

/// A value as JSON; `what` names it in the error.
///
/// # Errors
/// [`Error::TooLarge`] beyond [`MAX_DIRECT_BYTES`].
pub(crate) fn json<T: Serialize>(value: &T, what: &'static str) -> Result<Bytes, Error> {
    let mut out = Sized::default();
    serde_json::to_writer(&mut out, value)
        .map_err(|fault| StoreError::permanent("write a response", fault.to_string()))?;
    out.finish(what)
}

/// A text; `what` names it in the error.
///
/// # Errors
/// As [`json`].
pub(crate) fn text(text: String, what: &'static str) -> Result<Bytes, Error> {
    match text.len() as u64 {
        ..=MAX_DIRECT_BYTES => Ok(text.into()),
        bytes => Err(Error::TooLarge { what, bytes, limit: MAX_DIRECT_BYTES }),
    }
}
