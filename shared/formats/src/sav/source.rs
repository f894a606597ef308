//! Numbers and bytes of a SAV file in its byte order, with the place of each.

use std::io::{self, Read};

use crate::error::{FormatError, check_limit};

/// The format's name in messages.
pub(super) const SAV: &str = "SAV file";

/// The byte order of all numbers of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ByteOrder {
    /// Least significant byte first, as all present programs write.
    #[default]
    Little,
    /// Most significant byte first.
    Big,
}

impl ByteOrder {
    pub(super) fn i32(self, bytes: [u8; 4]) -> i32 {
        match self {
            Self::Little => i32::from_le_bytes(bytes),
            Self::Big => i32::from_be_bytes(bytes),
        }
    }

    pub(super) fn i64(self, bytes: [u8; 8]) -> i64 {
        match self {
            Self::Little => i64::from_le_bytes(bytes),
            Self::Big => i64::from_be_bytes(bytes),
        }
    }

    pub(super) fn f64(self, bytes: [u8; 8]) -> f64 {
        match self {
            Self::Little => f64::from_le_bytes(bytes),
            Self::Big => f64::from_be_bytes(bytes),
        }
    }

    pub(super) fn of_i32(self, number: i32) -> [u8; 4] {
        match self {
            Self::Little => number.to_le_bytes(),
            Self::Big => number.to_be_bytes(),
        }
    }

    pub(super) fn of_i64(self, number: i64) -> [u8; 8] {
        match self {
            Self::Little => number.to_le_bytes(),
            Self::Big => number.to_be_bytes(),
        }
    }

    pub(super) fn of_f64(self, number: f64) -> [u8; 8] {
        match self {
            Self::Little => number.to_le_bytes(),
            Self::Big => number.to_be_bytes(),
        }
    }
}

/// The dictionary of a file, read from front to back.
pub(super) struct Source<R> {
    input: R,
    pub(super) order: ByteOrder,
    pub(super) offset: u64,
}

impl<R: Read> Source<R> {
    /// The most bytes of a dictionary. One of 32,767 variables with full labels has some 20 MB; memory grows with
    /// the dictionary.
    pub(super) const DICTIONARY_BYTES: u64 = 64 << 20;

    pub(super) fn new(input: R) -> Self {
        Self { input, order: ByteOrder::Little, offset: 0 }
    }

    pub(super) fn into_input(self) -> R {
        self.input
    }

    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N], FormatError> {
        let mut bytes = [0; N];
        self.input.read_exact(&mut bytes).map_err(|error| self.early(error))?;
        self.advance(N as u64)?;
        Ok(bytes)
    }

    pub(super) fn i32(&mut self) -> Result<i32, FormatError> {
        Ok(self.order.i32(self.array()?))
    }

    pub(super) fn f64(&mut self) -> Result<f64, FormatError> {
        Ok(self.order.f64(self.array()?))
    }

    /// A count or length, which cannot be negative.
    pub(super) fn count(&mut self, what: &str) -> Result<usize, FormatError> {
        let number = self.i32()?;
        usize::try_from(number).map_err(|_| self.damaged(format!("{what} is {number}")))
    }

    /// The next `length` bytes. Memory grows with the bytes that there are, not with `length`.
    pub(super) fn bytes(&mut self, length: u64) -> Result<Vec<u8>, FormatError> {
        check_limit(
            "bytes in the dictionary of the SAV file",
            self.offset.saturating_add(length),
            Self::DICTIONARY_BYTES,
        )?;
        let mut bytes = Vec::new();
        (&mut self.input).take(length).read_to_end(&mut bytes)?;
        if (bytes.len() as u64) < length {
            return Err(self.damaged("it ends in its dictionary"));
        }
        self.advance(length)?;
        Ok(bytes)
    }

    pub(super) fn skip(&mut self, length: u64) -> Result<(), FormatError> {
        check_limit(
            "bytes in the dictionary of the SAV file",
            self.offset.saturating_add(length),
            Self::DICTIONARY_BYTES,
        )?;
        let skipped = io::copy(&mut (&mut self.input).take(length), &mut io::sink())?;
        if skipped < length {
            return Err(self.damaged("it ends in its dictionary"));
        }
        self.advance(length)
    }

    pub(super) fn damaged(&self, problem: impl Into<String>) -> FormatError {
        FormatError::damaged_at(SAV, self.offset, problem)
    }

    fn early(&self, error: io::Error) -> FormatError {
        match error.kind() {
            io::ErrorKind::UnexpectedEof => self.damaged("it ends in its dictionary"),
            _ => error.into(),
        }
    }

    fn advance(&mut self, length: u64) -> Result<(), FormatError> {
        self.offset = self.offset.saturating_add(length);
        check_limit("bytes in the dictionary of the SAV file", self.offset, Self::DICTIONARY_BYTES)
    }
}
