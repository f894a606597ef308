//! A position in the document, and the index and length codes of X.891 annex C.
//!
//! A code starts somewhere inside a byte. Each function takes that byte, already read, and ignores
//! the bits before its code.

use crate::error::{Error, ErrorKind};

pub(crate) struct Cursor<'a> {
    bytes: &'a [u8],
    position: usize,
}

impl<'a> Cursor<'a> {
    pub(crate) fn new(bytes: &'a [u8], position: usize) -> Self {
        Cursor { bytes, position }
    }

    pub(crate) fn position(&self) -> usize {
        self.position
    }

    pub(crate) fn at_end(&self) -> bool {
        self.position >= self.bytes.len()
    }

    /// An error about the byte read last.
    pub(crate) fn error(&self, kind: ErrorKind) -> Error {
        Error { offset: self.position.saturating_sub(1), kind }
    }

    fn truncated(&self) -> Error {
        Error { offset: self.bytes.len(), kind: ErrorKind::Truncated }
    }

    pub(crate) fn byte(&mut self) -> Result<u8, Error> {
        let byte = *self.bytes.get(self.position).ok_or_else(|| self.truncated())?;
        self.position += 1;
        Ok(byte)
    }

    pub(crate) fn take(&mut self, length: usize) -> Result<&'a [u8], Error> {
        let bytes = self.bytes;
        let end = self.position.checked_add(length);
        let taken = end.and_then(|end| bytes.get(self.position..end));
        let taken = taken.ok_or_else(|| self.truncated())?;
        self.position += length;
        Ok(taken)
    }

    fn u16(&mut self) -> Result<usize, Error> {
        Ok(usize::from(self.byte()?) << 8 | usize::from(self.byte()?))
    }

    fn u32(&mut self) -> Result<usize, Error> {
        Ok(self.u16()? << 16 | self.u16()?)
    }

    /// C.25: an index, 0 or more, starting on the second bit.
    pub(crate) fn index_on_second_bit(&mut self, first: u8) -> Result<usize, Error> {
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
    pub(crate) fn index_on_third_bit(&mut self, first: u8) -> Result<usize, Error> {
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
    pub(crate) fn index_on_fourth_bit(&mut self, first: u8) -> Result<usize, Error> {
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
    fn long_index(&mut self) -> Result<usize, Error> {
        let first = self.byte()?;
        if first & 0xF0 != 0 {
            return Err(self.unexpected(first, "an index"));
        }
        Ok(usize::from(first) << 16 | self.u16()?)
    }

    /// C.22: a length, 1 or more, starting on the second bit.
    pub(crate) fn length_on_second_bit(&mut self, first: u8) -> Result<usize, Error> {
        match first & 0x7F {
            bits @ 0x00..=0x3F => Ok(usize::from(bits) + 1),
            0x40 => Ok(usize::from(self.byte()?) + 65),
            0x60 => Ok(self.u32()? + 321),
            _ => Err(self.unexpected(first, "a length")),
        }
    }

    /// C.23: a length, 1 or more, starting on the fifth bit.
    pub(crate) fn length_on_fifth_bit(&mut self, first: u8) -> Result<usize, Error> {
        match first & 0x0F {
            bits @ 0x00..=0x07 => Ok(usize::from(bits) + 1),
            0x08 => Ok(usize::from(self.byte()?) + 9),
            0x0C => Ok(self.u32()? + 265),
            _ => Err(self.unexpected(first, "a length")),
        }
    }

    /// C.24: a length, 1 or more, starting on the seventh bit.
    pub(crate) fn length_on_seventh_bit(&mut self, first: u8) -> Result<usize, Error> {
        match first & 0x03 {
            0x02 => Ok(usize::from(self.byte()?) + 3),
            0x03 => Ok(self.u32()? + 259),
            bits => Ok(usize::from(bits) + 1),
        }
    }

    pub(crate) fn unexpected(&self, byte: u8, place: &'static str) -> Error {
        self.error(ErrorKind::UnexpectedByte { byte, place })
    }
}
