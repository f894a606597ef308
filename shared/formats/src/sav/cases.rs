//! The cases of a SAV file: rows of 8-byte values, compressed or not.

use std::io::{BufRead, BufReader, Read};

use flate2::{Decompress, FlushDecompress, Status};

use super::raw::{Compression, RawDictionary};
use super::source::{ByteOrder, SAV};
use crate::error::FormatError;

/// Bytes of the header of zlib blocks: its place, and place and length of the trailer.
pub(super) const ZLIB_HEADER: u64 = 24;
/// Buffered bytes of inflated cases.
const BUFFER: usize = 64 << 10;

/// Rows of a file, in order.
pub(super) enum Cases<R> {
    Plain(BufReader<R>),
    Bytecode(Bytecode<BufReader<R>>),
    Zlib(Box<Bytecode<BufReader<ZlibBlocks<R>>>>),
}

impl<R: Read> Cases<R> {
    /// The rows behind a dictionary that ends at `offset`.
    pub(super) fn new(input: BufReader<R>, offset: u64, raw: &RawDictionary) -> Result<Self, FormatError> {
        Ok(match raw.compression {
            Compression::None => Self::Plain(input),
            Compression::Bytecode => Self::Bytecode(Bytecode::new(input, raw)),
            Compression::Zlib => {
                let blocks = ZlibBlocks::new(input, offset, raw.order)?;
                Self::Zlib(Box::new(Bytecode::new(BufReader::with_capacity(BUFFER, blocks), raw)))
            }
        })
    }

    /// Fills the next row; false at the end of the cases.
    pub(super) fn next(&mut self, row: &mut [u8]) -> Result<bool, FormatError> {
        match self {
            Self::Plain(input) => {
                if input.fill_buf()?.is_empty() {
                    return Ok(false);
                }
                input.read_exact(row).map_err(|error| early(&error))?;
                Ok(true)
            }
            Self::Bytecode(cases) => cases.next(row),
            Self::Zlib(cases) => cases.next(row),
        }
    }
}

fn early(error: &std::io::Error) -> FormatError {
    if error.kind() == std::io::ErrorKind::UnexpectedEof {
        return FormatError::damaged_in(SAV, "in its cases", "it ends within a case");
    }
    FormatError::damaged_in(SAV, "in its cases", error.to_string())
}

/// Cases with one byte for each 8-byte value. Values that are not small numbers follow every eight bytes.
pub(super) struct Bytecode<R> {
    input: R,
    order: ByteOrder,
    bias: f64,
    sysmis: f64,
    codes: [u8; 8],
    /// The place of the next code; 8 where the next eight are to be read.
    next: usize,
}

impl<R: BufRead> Bytecode<R> {
    fn new(input: R, raw: &RawDictionary) -> Self {
        let sysmis = raw.extensions.sysmis;
        Self { input, order: raw.order, bias: raw.bias, sysmis, codes: [0; 8], next: 8 }
    }

    fn next(&mut self, row: &mut [u8]) -> Result<bool, FormatError> {
        let mut begun = false;
        for value in row.as_chunks_mut::<8>().0 {
            let code = loop {
                match self.code()? {
                    Some(0) => {}
                    Some(252) | None if !begun => return Ok(false),
                    Some(252) | None => {
                        return Err(FormatError::damaged_in(SAV, "in its cases", "it ends within a case"));
                    }
                    Some(code) => break code,
                }
            };
            begun = true;
            match code {
                253 => self.input.read_exact(value).map_err(|error| early(&error))?,
                254 => *value = [b' '; 8],
                255 => *value = self.order.of_f64(self.sysmis),
                code => *value = self.order.of_f64(f64::from(code) - self.bias),
            }
        }
        Ok(true)
    }

    /// The next code; `None` at the end of the file.
    fn code(&mut self) -> Result<Option<u8>, FormatError> {
        if self.next >= self.codes.len() {
            if self.input.fill_buf().map_err(|error| early(&error))?.is_empty() {
                return Ok(None);
            }
            self.input.read_exact(&mut self.codes).map_err(|error| early(&error))?;
            self.next = 0;
        }
        let code = self.codes.get(self.next).copied();
        self.next += 1;
        Ok(code)
    }
}

/// The inflated bytes of the zlib blocks of a ZSAV file, which follow each other up to a trailer.
pub(super) struct ZlibBlocks<R> {
    input: BufReader<R>,
    /// Bytes of the file before the trailer.
    left: u64,
    inflate: Decompress,
    ended: bool,
}

impl<R: Read> ZlibBlocks<R> {
    fn new(mut input: BufReader<R>, offset: u64, order: ByteOrder) -> Result<Self, FormatError> {
        let mut header = [0; ZLIB_HEADER as usize];
        input.read_exact(&mut header).map_err(|error| early(&error))?;
        let mut numbers = header.as_chunks().0.iter().map(|number| order.i64(*number));
        let here = numbers.next().and_then(|number| u64::try_from(number).ok());
        let trailer = numbers.next().and_then(|number| u64::try_from(number).ok());
        let left = trailer.and_then(|trailer| trailer.checked_sub(offset + ZLIB_HEADER));
        let (Some(left), true) = (left, here == Some(offset)) else {
            return Err(FormatError::damaged_at(SAV, offset, "its zlib header does not fit"));
        };
        Ok(Self { input, left, inflate: Decompress::new(true), ended: false })
    }
}

impl<R: Read> Read for ZlibBlocks<R> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        use std::io::{Error, ErrorKind};
        loop {
            let available = self.input.fill_buf()?;
            let most = usize::try_from(self.left).unwrap_or(usize::MAX).min(available.len());
            let bytes = available.get(..most).unwrap_or_default();
            if self.ended {
                if bytes.is_empty() {
                    return Ok(0);
                }
                self.inflate.reset(true);
                self.ended = false;
            }
            let (read, written) = (self.inflate.total_in(), self.inflate.total_out());
            let status = self
                .inflate
                .decompress(bytes, out, FlushDecompress::None)
                .map_err(|error| Error::new(ErrorKind::InvalidData, error))?;
            let read = self.inflate.total_in() - read;
            let written = self.inflate.total_out() - written;
            self.ended = status == Status::StreamEnd;
            self.left -= read.min(self.left);
            self.input.consume(usize::try_from(read).unwrap_or_default());
            if written > 0 {
                return Ok(usize::try_from(written).unwrap_or_default());
            }
            if !self.ended && read == 0 {
                return Err(ErrorKind::UnexpectedEof.into());
            }
        }
    }
}
