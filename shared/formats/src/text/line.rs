//! The line number of an error, which is counted only after an error.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use encoding_rs::{Encoding, UTF_16BE, UTF_16LE};

/// The line, from 1, of the byte at `offset`; 0 if the file cannot be read again.
pub(crate) fn line_at(path: &Path, encoding: &'static Encoding, offset: u64) -> u64 {
    let Ok(file) = File::open(path) else { return 0 };
    let mut units = Units { high_at: high_byte(encoding), seen: 0, line: 1, after_return: false };
    let mut reader = BufReader::with_capacity(1 << 16, file.take(offset));
    let mut buffer = vec![0; 1 << 16];
    loop {
        match reader.read(&mut buffer) {
            Ok(0) => return units.line,
            Ok(read) => buffer.iter().take(read).for_each(|byte| units.see(*byte)),
            Err(_) => return 0,
        }
    }
}

/// The byte of a UTF-16 unit that must be zero.
fn high_byte(encoding: &'static Encoding) -> Option<u64> {
    match encoding {
        _ if encoding == UTF_16LE => Some(1),
        _ if encoding == UTF_16BE => Some(0),
        _ => None,
    }
}

struct Units {
    high_at: Option<u64>,
    seen: u64,
    line: u64,
    after_return: bool,
}

impl Units {
    /// The high byte of UTF-16 is ignored: U+0A0D and similar characters count as line ends. The line number
    /// may be too high, but the offset is right.
    fn see(&mut self, byte: u8) {
        let is_high = self.high_at == Some(self.seen % 2);
        self.seen += 1;
        if is_high {
            return;
        }
        match byte {
            b'\n' if self.after_return => {}
            b'\n' | b'\r' => self.line += 1,
            _ => {}
        }
        self.after_return = byte == b'\r';
    }
}
