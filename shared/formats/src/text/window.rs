//! The part of a file that is being split.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use super::range::ByteRange;
use crate::encoding::{TextEncoding, Transcoder};

/// The reason why there is no more text.
pub(crate) enum NoText {
    Io(io::Error),
    /// Bytes that are invalid in this encoding, near this position of the window.
    Invalid(usize, &'static str),
}

impl From<io::Error> for NoText {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// A contiguous part of the text of a range.
pub(crate) struct Window {
    file: File,
    /// Offset in the file of the next byte to read, and of the end of the range.
    next: u64,
    end: u64,
    text: Vec<u8>,
    filled: usize,
    /// Offset in the file of the first byte of `text`.
    base: u64,
    step: usize,
    decoded: Option<Decoded>,
    has_ended: bool,
}

/// State for text that is decoded before it is split.
struct Decoded {
    transcoder: Transcoder,
    bytes: Vec<u8>,
    /// Lines of the window: position in the text, offset in the file.
    lines: Vec<(usize, u64)>,
}

impl Window {
    /// Opens a range of the file; `decode` if it must be decoded first.
    pub(crate) fn open(
        path: &Path,
        range: ByteRange,
        step: usize,
        decode: Option<TextEncoding>,
    ) -> io::Result<Self> {
        let mut file = File::open(path)?;
        file.seek(SeekFrom::Start(range.start))?;
        let decoded = decode.map(|text| Decoded {
            transcoder: Transcoder::new(text),
            bytes: Vec::new(),
            lines: vec![(0, range.start)],
        });
        // Even, because UTF-16 must not be split within a unit.
        let step = step.max(2) & !1;
        Ok(Self {
            file,
            next: range.start,
            end: range.end,
            text: Vec::new(),
            filled: 0,
            base: range.start,
            step,
            decoded,
            has_ended: false,
        })
    }

    pub(crate) fn text(&self) -> &[u8] {
        self.text.get(..self.filled).unwrap_or_default()
    }

    pub(crate) fn text_mut(&mut self) -> &mut [u8] {
        self.text.get_mut(..self.filled).unwrap_or_default()
    }

    /// Whether all of the range has been read.
    pub(crate) fn has_ended(&self) -> bool {
        self.has_ended
    }

    /// Invalid characters dropped or replaced since the last call.
    pub(crate) fn take_invalid(&mut self) -> u64 {
        self.decoded.as_mut().map_or(0, |decoded| decoded.transcoder.take_invalid())
    }

    /// The offset in the file of a position in the text. It is exact for the start of a line, and for every
    /// position if text is not decoded first. Later positions have higher offsets.
    pub(crate) fn offset_of(&self, place: usize) -> u64 {
        let Some(decoded) = &self.decoded else {
            return self.base + place as u64;
        };
        let line = decoded.lines.partition_point(|(start, _)| *start <= place).checked_sub(1);
        let Some((start, offset)) = line.and_then(|line| decoded.lines.get(line)) else { return self.base };
        // A character has at least one byte in every encoding.
        let between = self.text().get(*start..place).unwrap_or_default();
        let characters = between.iter().filter(|byte| !matches!(byte, 0x80..=0xBF)).count();
        offset + characters as u64
    }

    /// Drops the first `by` bytes.
    pub(crate) fn discard(&mut self, by: usize) {
        let by = by.min(self.filled);
        let offset = self.offset_of(by);
        if let Some(decoded) = &mut self.decoded {
            let before = decoded.lines.partition_point(|(start, _)| *start <= by);
            decoded.lines.splice(..before, [(by, offset)]);
            decoded.lines.iter_mut().for_each(|(start, _)| *start = start.saturating_sub(by));
        }
        self.text.copy_within(by..self.filled, 0);
        self.filled -= by;
        self.base += by as u64;
    }

    /// Reads more text after the present one.
    pub(crate) fn refill(&mut self) -> Result<(), NoText> {
        let wanted = usize::try_from(self.end - self.next).unwrap_or(usize::MAX).min(self.step);
        if wanted == 0 {
            self.has_ended = true;
        }
        let read = match &mut self.decoded {
            None => {
                let room = self.filled + wanted;
                if self.text.len() < room {
                    // A record longer than the window: doubling avoids reading it byte by byte.
                    self.text.resize(room.max(self.step).max(self.filled * 2), 0);
                }
                let free = self.text.get_mut(self.filled..room).unwrap_or_default();
                let read = fill(&mut self.file, free)?;
                self.filled += read;
                read
            }
            Some(decoded) => {
                decoded.bytes.resize(wanted, 0);
                let read = fill(&mut self.file, &mut decoded.bytes)?;
                let bytes = decoded.bytes.get(..read).unwrap_or_default();
                self.text.truncate(self.filled);
                let is_last = read < wanted || self.next + read as u64 == self.end;
                if read > 0 || !self.has_ended {
                    decoded
                        .transcoder
                        .decode(bytes, self.next, is_last, &mut self.text, &mut decoded.lines)
                        .map_err(|(place, encoding)| NoText::Invalid(place, encoding))?;
                }
                self.filled = self.text.len();
                read
            }
        };
        self.next += read as u64;
        // Another process truncated the file while it was read.
        self.has_ended |= read < wanted || self.next == self.end;
        Ok(())
    }
}

/// Reads until `buffer` is full or the file ends.
pub(crate) fn fill(file: &mut File, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match file.read(buffer.get_mut(filled..).unwrap_or_default()) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}
