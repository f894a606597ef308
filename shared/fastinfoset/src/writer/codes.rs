//! Writes the index and length codes of X.891 annex C.

use super::WriteError;

/// C.21: number of items that follow.
pub(crate) fn items(out: &mut Vec<u8>, count: usize) -> Result<(), WriteError> {
    match count.checked_sub(1) {
        None => Err(WriteError::Empty),
        Some(last @ 0..128) => {
            out.push(low_byte(last));
            Ok(())
        }
        Some(last) if last < 1 << 20 => {
            long_index(out, 0x80, last - 128, 2);
            Ok(())
        }
        Some(_) => Err(WriteError::TooManyNames),
    }
}

/// C.22: a string after one bit.
pub(crate) fn string_on_second_bit(out: &mut Vec<u8>, bytes: &[u8]) -> Result<(), WriteError> {
    let last = bytes.len().checked_sub(1).ok_or(WriteError::Empty)?;
    match last {
        0..64 => out.push(low_byte(last)),
        64..320 => out.extend([0x40, low_byte(last - 64)]),
        _ => long_length(out, 0x60, last - 320)?,
    }
    out.extend_from_slice(bytes);
    Ok(())
}

/// C.23: a string after four bits.
pub(crate) fn string_on_fifth_bit(out: &mut Vec<u8>, first: u8, bytes: &[u8]) -> Result<(), WriteError> {
    let last = bytes.len().checked_sub(1).ok_or(WriteError::Empty)?;
    match last {
        0..8 => out.push(first | low_byte(last)),
        8..264 => out.extend([first | 0x08, low_byte(last - 8)]),
        _ => long_length(out, first | 0x0C, last - 264)?,
    }
    out.extend_from_slice(bytes);
    Ok(())
}

/// C.24: a string after six bits.
pub(crate) fn string_on_seventh_bit(out: &mut Vec<u8>, first: u8, bytes: &[u8]) -> Result<(), WriteError> {
    let last = bytes.len().checked_sub(1).ok_or(WriteError::Empty)?;
    match last {
        0..2 => out.push(first | low_byte(last)),
        2..258 => out.extend([first | 0x02, low_byte(last - 2)]),
        _ => long_length(out, first | 0x03, last - 258)?,
    }
    out.extend_from_slice(bytes);
    Ok(())
}

fn long_length(out: &mut Vec<u8>, first: u8, length: usize) -> Result<(), WriteError> {
    out.push(first);
    let length = u32::try_from(length).map_err(|_| WriteError::TooLong)?;
    out.extend(length.to_be_bytes());
    Ok(())
}

/// C.25.
pub(crate) fn index_on_second_bit(out: &mut Vec<u8>, first: u8, index: usize) {
    match index {
        0..64 => out.push(first | low_byte(index)),
        64..8256 => long_index(out, first | 0x40, index - 64, 1),
        _ => long_index(out, first | 0x60, index - 8256, 2),
    }
}

/// C.27.
pub(crate) fn index_on_third_bit(out: &mut Vec<u8>, first: u8, index: usize) {
    match index {
        0..32 => out.push(first | low_byte(index)),
        32..2080 => long_index(out, first | 0x20, index - 32, 1),
        2080..526_368 => long_index(out, first | 0x28, index - 2080, 2),
        _ => {
            out.push(first | 0x30);
            long_index(out, 0, index - 526_368, 2);
        }
    }
}

/// C.28.
pub(crate) fn index_on_fourth_bit(out: &mut Vec<u8>, first: u8, index: usize) {
    match index {
        0..16 => out.push(first | low_byte(index)),
        16..1040 => long_index(out, first | 0x10, index - 16, 1),
        1040..263_184 => long_index(out, first | 0x14, index - 1040, 2),
        _ => {
            out.push(first | 0x18);
            long_index(out, 0, index - 263_184, 2);
        }
    }
}

/// An index whose first bits share a byte with `first`, and whose last bits fill `more` bytes.
fn long_index(out: &mut Vec<u8>, first: u8, index: usize, more: u32) {
    out.push(first | low_byte(index >> (8 * more)));
    for byte in (0..more).rev() {
        out.push(low_byte(index >> (8 * byte)));
    }
}

pub(crate) fn low_byte(number: usize) -> u8 {
    (number & 0xFF) as u8
}
