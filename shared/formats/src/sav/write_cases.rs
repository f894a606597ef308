//! Writing the cases of a SAV file.

use std::io::{Seek, SeekFrom, Write};

use flate2::Compression as Level;
use flate2::write::ZlibEncoder;

use super::cases::ZLIB_HEADER;
use super::raw::SYSMIS;
use super::source::ByteOrder;
use super::write_dictionary::{BIAS, Bytes};
use crate::error::FormatError;

/// Bytes of the cases in a zlib block, as Statistics writes.
const BLOCK_BYTES: usize = 0x3f_f000;

/// A place for 8-byte values.
pub(super) trait Values {
    fn number(&mut self, number: f64) -> Result<(), FormatError>;
    /// Eight bytes of a string, padded with spaces.
    fn text(&mut self, bytes: [u8; 8]) -> Result<(), FormatError>;
    fn finish(&mut self) -> Result<(), FormatError>;
}

/// Values as they are.
pub(super) struct Plain<W> {
    pub(super) out: W,
    pub(super) order: ByteOrder,
}

impl<W: Write> Values for Plain<W> {
    fn number(&mut self, number: f64) -> Result<(), FormatError> {
        Ok(self.out.write_all(&self.order.of_f64(number))?)
    }

    fn text(&mut self, bytes: [u8; 8]) -> Result<(), FormatError> {
        Ok(self.out.write_all(&bytes)?)
    }

    fn finish(&mut self) -> Result<(), FormatError> {
        Ok(self.out.flush()?)
    }
}

/// Values as one byte each. Values that are not small numbers follow every eight bytes.
pub(super) struct Bytecode<W> {
    pub(super) out: W,
    order: ByteOrder,
    codes: [u8; 8],
    used: usize,
    behind: Vec<u8>,
}

impl<W: Write> Bytecode<W> {
    pub(super) fn new(out: W, order: ByteOrder) -> Self {
        Self { out, order, codes: [0; 8], used: 0, behind: Vec::with_capacity(64) }
    }

    fn code(&mut self, code: u8, value: Option<[u8; 8]>) -> Result<(), FormatError> {
        if let Some(place) = self.codes.get_mut(self.used) {
            *place = code;
        }
        self.used += 1;
        self.behind.extend(value.into_iter().flatten());
        if self.used == self.codes.len() { self.write_codes() } else { Ok(()) }
    }

    fn write_codes(&mut self) -> Result<(), FormatError> {
        self.out.write_all(&self.codes)?;
        self.out.write_all(&self.behind)?;
        self.behind.clear();
        self.codes = [0; 8];
        self.used = 0;
        Ok(())
    }
}

impl<W: Write> Values for Bytecode<W> {
    fn number(&mut self, number: f64) -> Result<(), FormatError> {
        let code = number + BIAS;
        // Minus zero would become zero.
        let is_small = number.trunc() == number && (1.0..=251.0).contains(&code);
        if number == SYSMIS {
            self.code(255, None)
        } else if is_small && (number != 0.0 || number.is_sign_positive()) {
            self.code(code as u8, None)
        } else {
            self.code(253, Some(self.order.of_f64(number)))
        }
    }

    fn text(&mut self, bytes: [u8; 8]) -> Result<(), FormatError> {
        if bytes == [b' '; 8] { self.code(254, None) } else { self.code(253, Some(bytes)) }
    }

    fn finish(&mut self) -> Result<(), FormatError> {
        if self.used > 0 {
            self.write_codes()?;
        }
        Ok(self.out.flush()?)
    }
}

/// Zlib blocks of bytes, and at the end the places and lengths of all.
pub(super) struct ZlibBlocks<W> {
    out: W,
    order: ByteOrder,
    /// The place of the zlib header.
    start: u64,
    block: Vec<u8>,
    /// Lengths of blocks, inflated and deflated.
    lengths: Vec<(usize, usize)>,
}

impl<W: Write + Seek> ZlibBlocks<W> {
    pub(super) fn new(mut out: W, order: ByteOrder, start: u64) -> Result<Self, FormatError> {
        out.write_all(&[0; ZLIB_HEADER as usize])?;
        Ok(Self { out, order, start, block: Vec::new(), lengths: Vec::new() })
    }

    fn write_block(&mut self) -> std::io::Result<()> {
        let mut encoder = ZlibEncoder::new(Vec::new(), Level::default());
        encoder.write_all(&self.block)?;
        let deflated = encoder.finish()?;
        self.out.write_all(&deflated)?;
        self.lengths.push((self.block.len(), deflated.len()));
        self.block.clear();
        Ok(())
    }

    /// Writes the trailer and, at its place, the header.
    pub(super) fn finish(mut self) -> Result<W, FormatError> {
        if !self.block.is_empty() {
            self.write_block()?;
        }
        let deflated: u64 = self.lengths.iter().map(|lengths| lengths.1 as u64).sum();
        let mut trailer = Bytes { bytes: Vec::new(), order: self.order };
        trailer.i64(-(BIAS as i64));
        trailer.i64(0);
        trailer.i32(BLOCK_BYTES);
        trailer.i32(self.lengths.len());
        let (mut inflated_at, mut deflated_at) = (self.start, self.start + ZLIB_HEADER);
        for (inflated, deflated) in &self.lengths {
            trailer.i64(inflated_at);
            trailer.i64(deflated_at);
            trailer.i32(*inflated);
            trailer.i32(*deflated);
            inflated_at += *inflated as u64;
            deflated_at += *deflated as u64;
        }
        self.out.write_all(&trailer.bytes)?;
        let mut header = Bytes { bytes: Vec::new(), order: self.order };
        header.i64(self.start);
        header.i64(self.start + ZLIB_HEADER + deflated);
        header.i64(trailer.bytes.len());
        let end = self.out.stream_position()?;
        let length = ZLIB_HEADER + deflated + trailer.bytes.len() as u64;
        self.out.seek(SeekFrom::Start(end - length))?;
        self.out.write_all(&header.bytes)?;
        self.out.seek(SeekFrom::Start(end))?;
        Ok(self.out)
    }
}

impl<W: Write + Seek> Write for ZlibBlocks<W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let room = BLOCK_BYTES - self.block.len();
        let taken = bytes.get(..room.min(bytes.len())).unwrap_or_default();
        self.block.extend(taken);
        if self.block.len() == BLOCK_BYTES {
            self.write_block()?;
        }
        Ok(taken.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
