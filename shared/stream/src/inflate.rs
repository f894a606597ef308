//! Inflates data up to a size that is known beforehand.

use flate2::{Decompress, FlushDecompress, Status};

use crate::error::{ErrorKind, Result};
use crate::limits::{Limits, check};

/// The framing of compressed data.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Framing {
    /// Raw deflate, as in a zip.
    Deflate,
    /// Deflate with the zlib header. The final checksum is verified if it exists.
    Zlib,
}

/// Refuses sizes that only a zip bomb declares.
pub(crate) fn check_size(stored: u64, size: u64, limits: &Limits) -> Result<()> {
    check("bytes in one entry", size, limits.entry_bytes)?;
    if size <= Limits::RATIO_FROM {
        return Ok(());
    }
    let ratio = size.div_ceil(stored.max(1));
    check("compression ratio of one entry", ratio, limits.ratio)
}

/// Inflates data that must have exactly `size` bytes. Call [`check_size`] first.
pub(crate) fn inflate(data: &[u8], framing: Framing, size: usize) -> Result<Vec<u8>> {
    let damaged = |message: String| ErrorKind::Damaged(message);
    let mut inflater = Decompress::new(framing == Framing::Zlib);
    // One extra byte detects data that exceed the declared size.
    let mut out = Vec::with_capacity(size.saturating_add(1));
    let mut rest = data;
    loop {
        let (read, written) = (inflater.total_in(), out.len());
        let status = inflater
            .decompress_vec(rest, &mut out, FlushDecompress::None)
            .map_err(|error| damaged(error.to_string()))?;
        let taken = usize::try_from(inflater.total_in() - read).unwrap_or(usize::MAX);
        rest = rest.get(taken..).unwrap_or_default();
        let stuck = taken == 0 && out.len() == written;
        if status == Status::StreamEnd || stuck || out.len() > size {
            break;
        }
    }
    if out.len() != size {
        let relation = if out.len() > size { "more" } else { "fewer" };
        let message = format!("it inflates to {relation} than the {size} bytes declared");
        return Err(damaged(message).into());
    }
    Ok(out)
}

/// Inflates raw deflate data of unknown size within the limits. Also returns the number of compressed bytes.
pub(crate) fn inflate_to_end(data: &[u8], limits: &Limits) -> Result<(Vec<u8>, usize)> {
    let mut inflater = Decompress::new(false);
    let mut out = Vec::new();
    loop {
        let read = usize::try_from(inflater.total_in()).unwrap_or(usize::MAX);
        // Grows at most by the present length, so that the allocated memory stays near the used memory.
        out.reserve(out.len().clamp(FIRST, LARGEST_STEP));
        let rest = data.get(read..).unwrap_or_default();
        let written = out.len();
        let status = inflater
            .decompress_vec(rest, &mut out, FlushDecompress::None)
            .map_err(|error| ErrorKind::Damaged(error.to_string()))?;
        check_size(inflater.total_in(), out.len() as u64, limits)?;
        let now = usize::try_from(inflater.total_in()).unwrap_or(usize::MAX);
        if status == Status::StreamEnd {
            return Ok((out, now));
        }
        if now == read && out.len() == written {
            return Err(ErrorKind::Damaged("it ends too early".to_owned()).into());
        }
    }
}

/// First allocation, and largest growth step.
const FIRST: usize = 4 << 10;
const LARGEST_STEP: usize = 4 << 20;
