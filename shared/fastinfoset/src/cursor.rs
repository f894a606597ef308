//! A position in the document, and the index and length codes of X.891 annex C.
//!
//! A code starts anywhere inside a byte. Each function takes that byte, already read, and ignores the bits
//! before its code.

use std::io::{self, BufRead};

use crate::error::{Error, ErrorKind, Fault};

pub(crate) struct Cursor<B> {
    source: B,
    position: usize,
    /// Collects a string that the source returns in pieces.
    spare: Vec<u8>,
}

impl<B: BufRead> Cursor<B> {
    pub(crate) fn new(source: B) -> Self {
        Cursor { source, position: 0, spare: Vec::new() }
    }

    pub(crate) fn position(&self) -> usize {
        self.position
    }

    pub(crate) fn at_end(&mut self) -> Result<bool, Fault> {
        Ok(self.fill()?.is_empty())
    }

    /// An error about the byte read last.
    #[cold]
    pub(crate) fn error(&self, kind: ErrorKind) -> Fault {
        Fault::new(Error { offset: self.position.saturating_sub(1), kind })
    }

    /// The error for an index beyond its table.
    #[cold]
    pub(crate) fn unknown_index(&self, table: &'static str, index: usize) -> Fault {
        self.error(ErrorKind::UnknownIndex { table, index })
    }

    #[cold]
    fn truncated(&self) -> Fault {
        Fault::new(Error { offset: self.position, kind: ErrorKind::Truncated })
    }

    /// The bytes that the source has buffered; empty at its end.
    fn fill(&mut self) -> Result<&[u8], Fault> {
        loop {
            match self.source.fill_buf() {
                Ok([]) => return Ok(&[]),
                Ok(_) => break,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    return Err(Fault::new(Error {
                        offset: self.position,
                        kind: ErrorKind::Io(error.kind()),
                    }));
                }
            }
        }
        // The buffer is still filled: this second call costs nothing and satisfies the borrow checker.
        let offset = self.position;
        self.source
            .fill_buf()
            .map_err(|error| Fault::new(Error { offset, kind: ErrorKind::Io(error.kind()) }))
    }

    #[inline]
    fn consume(&mut self, length: usize) {
        self.source.consume(length);
        self.position += length;
    }

    #[inline]
    pub(crate) fn byte(&mut self) -> Result<u8, Fault> {
        let byte = match self.source.fill_buf() {
            Ok([byte, ..]) => *byte,
            _ => self.fill()?.first().copied().ok_or_else(|| self.truncated())?,
        };
        self.consume(1);
        Ok(byte)
    }

    /// Passes the next `length` bytes to `read`, in place if the source has them all in its buffer.
    pub(crate) fn take<R>(&mut self, length: usize, read: impl FnOnce(&[u8]) -> R) -> Result<R, Fault> {
        if let Ok(at_hand) = self.source.fill_buf()
            && let Some(bytes) = at_hand.get(..length)
        {
            let result = read(bytes);
            self.consume(length);
            return Ok(result);
        }
        let mut gathered = std::mem::take(&mut self.spare);
        gathered.clear();
        while gathered.len() < length {
            let missing = length - gathered.len();
            let piece = self.fill()?;
            // Allocates only for bytes that arrive, whatever length the document claims.
            let piece = piece.get(..missing).unwrap_or(piece);
            if piece.is_empty() {
                return Err(self.truncated());
            }
            gathered.extend_from_slice(piece);
            let arrived = piece.len();
            self.consume(arrived);
        }
        let result = read(&gathered);
        self.spare = gathered;
        Ok(result)
    }

    fn u16(&mut self) -> Result<usize, Fault> {
        Ok(usize::from(self.byte()?) << 8 | usize::from(self.byte()?))
    }

    fn u32(&mut self) -> Result<usize, Fault> {
        Ok(self.u16()? << 16 | self.u16()?)
    }

    /// C.21: number of items that follow, 1 or more.
    pub(crate) fn items(&mut self) -> Result<usize, Fault> {
        let first = self.byte()?;
        match first & 0xF0 {
            0x00..=0x70 => Ok(usize::from(first) + 1),
            0x80 => Ok((usize::from(first & 0x0F) << 16 | self.u16()?) + 129),
            _ => Err(self.unexpected(first, "a number of items")),
        }
    }

    /// C.25: an index, 0 or more, starting on the second bit.
    #[inline]
    pub(crate) fn index_on_second_bit(&mut self, first: u8) -> Result<usize, Fault> {
        let bits = usize::from(first);
        if bits & 0x40 == 0 {
            return Ok(bits & 0x3F);
        }
        if bits & 0x20 == 0 {
            return Ok(((bits & 0x1F) << 8 | usize::from(self.byte()?)) + 64);
        }
        if bits & 0x10 == 0 {
            return Ok(((bits & 0x0F) << 16 | self.u16()?) + 8256);
        }
        Err(self.unexpected(first, "an index"))
    }

    /// C.27: an index, 0 or more, starting on the third bit.
    #[inline]
    pub(crate) fn index_on_third_bit(&mut self, first: u8) -> Result<usize, Fault> {
        let bits = usize::from(first);
        match bits & 0x38 {
            0x00..=0x1F => Ok(bits & 0x1F),
            0x20 => Ok(((bits & 0x07) << 8 | usize::from(self.byte()?)) + 32),
            0x28 => Ok(((bits & 0x07) << 16 | self.u16()?) + 2080),
            0x30 if bits & 0x07 == 0 => Ok(self.long_index()? + 526_368),
            _ => Err(self.unexpected(first, "an index")),
        }
    }

    /// C.28: an index, 0 or more, starting on the fourth bit.
    #[inline]
    pub(crate) fn index_on_fourth_bit(&mut self, first: u8) -> Result<usize, Fault> {
        let bits = usize::from(first);
        match bits & 0x1C {
            0x00..=0x0F => Ok(bits & 0x0F),
            0x10 => Ok(((bits & 0x03) << 8 | usize::from(self.byte()?)) + 16),
            0x14 => Ok(((bits & 0x03) << 16 | self.u16()?) + 1040),
            0x18 if bits & 0x03 == 0 => Ok(self.long_index()? + 263_184),
            _ => Err(self.unexpected(first, "an index")),
        }
    }

    /// Four padding bits and an index of twenty.
    fn long_index(&mut self) -> Result<usize, Fault> {
        let first = self.byte()?;
        if first & 0xF0 != 0 {
            return Err(self.unexpected(first, "an index"));
        }
        Ok(usize::from(first) << 16 | self.u16()?)
    }

    /// C.22: a length, 1 or more, starting on the second bit.
    #[inline]
    pub(crate) fn length_on_second_bit(&mut self, first: u8) -> Result<usize, Fault> {
        match first & 0x7F {
            bits @ 0x00..=0x3F => Ok(usize::from(bits) + 1),
            0x40 => Ok(usize::from(self.byte()?) + 65),
            0x60 => Ok(self.u32()?.saturating_add(321)),
            _ => Err(self.unexpected(first, "a length")),
        }
    }

    /// C.23: a length, 1 or more, starting on the fifth bit.
    #[inline]
    pub(crate) fn length_on_fifth_bit(&mut self, first: u8) -> Result<usize, Fault> {
        match first & 0x0F {
            bits @ 0x00..=0x07 => Ok(usize::from(bits) + 1),
            0x08 => Ok(usize::from(self.byte()?) + 9),
            0x0C => Ok(self.u32()?.saturating_add(265)),
            _ => Err(self.unexpected(first, "a length")),
        }
    }

    /// C.24: a length, 1 or more, starting on the seventh bit.
    #[inline]
    pub(crate) fn length_on_seventh_bit(&mut self, first: u8) -> Result<usize, Fault> {
        match first & 0x03 {
            0x02 => Ok(usize::from(self.byte()?) + 3),
            0x03 => Ok(self.u32()?.saturating_add(259)),
            bits => Ok(usize::from(bits) + 1),
        }
    }

    #[cold]
    pub(crate) fn unexpected(&self, byte: u8, place: &'static str) -> Fault {
        self.error(ErrorKind::UnexpectedByte { byte, place })
    }
}

#[cfg(test)]
mod tests;
