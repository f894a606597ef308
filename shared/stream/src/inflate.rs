//! Inflating to a size that is known beforehand, and not a byte further.

use flate2::{Decompress, FlushDecompress, Status};

use crate::error::{ErrorKind, Result};
use crate::limits::{Limits, check};

/// How the compressed data is framed.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Framing {
    /// Bare deflate, as in a zip.
    Deflate,
    /// Deflate with the zlib header. The checksum at its end is verified where there is one.
    Zlib,
}

/// Refuses sizes that only a bomb would declare.
pub(crate) fn check_size(stored: u64, size: u64, limits: &Limits) -> Result<()> {
    check("bytes in one entry", size, limits.entry_bytes)?;
    if size <= Limits::RATIO_FROM {
        return Ok(());
    }
    let ratio = size.div_ceil(stored.max(1));
    check("compression ratio of one entry", ratio, limits.ratio)
}

/// Inflates data that must come to exactly `size` bytes; [`check_size`] comes first.
pub(crate) fn inflate(data: &[u8], framing: Framing, size: usize) -> Result<Vec<u8>> {
    let damaged = |message: String| ErrorKind::Damaged(message);
    let mut inflater = Decompress::new(framing == Framing::Zlib);
    // One byte to spare shows data that goes on for longer than declared.
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

/// Inflates bare deflate of unknown size to its end, within the limits; gives back how much was read, too.
pub(crate) fn inflate_to_end(data: &[u8], limits: &Limits) -> Result<(Vec<u8>, usize)> {
    let mut inflater = Decompress::new(false);
    let mut out = Vec::new();
    loop {
        let read = usize::try_from(inflater.total_in()).unwrap_or(usize::MAX);
        // At most as much again as there is, so that what is set aside stays near what is needed.
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

/// Bytes set aside at first, and at most at once.
const FIRST: usize = 4 << 10;
const LARGEST_STEP: usize = 4 << 20;
