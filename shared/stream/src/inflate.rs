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
