//! Sources that return a document in pieces.

use std::io::{self, BufReader, Read};

use super::{document, show};
use crate::{Limits, Name, Reader, Writer, WriterOptions};

/// Returns one byte at a time, and is interrupted before each.
struct Trickle<'a> {
    bytes: &'a [u8],
    interrupted: bool,
}

impl Read for Trickle<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.interrupted = !self.interrupted;
        if self.interrupted {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let one = buffer.len().min(1);
        self.bytes.read(&mut buffer[..one])
    }
}

#[test]
fn a_document_in_pieces_has_the_same_events() {
    let mut writer = Writer::with_options(Vec::new(), &WriterOptions::indexing()).unwrap();
    writer.start_element(&Name::local("a"), &[]).unwrap();
    for text in ["short", "short", "a text that is long enough to be cut by every buffer", "☺"] {
        writer.text(text).unwrap();
    }
    writer.end_element().unwrap();
    let bytes = writer.finish().unwrap();
    let whole = super::events(&bytes, Limits::default()).unwrap();
    for capacity in [1, 2, 3, 7, 100] {
        let source = BufReader::with_capacity(capacity, Trickle { bytes: &bytes, interrupted: false });
        let mut reader = Reader::new(source).unwrap();
        let mut events = Vec::new();
        while let Some(event) = reader.next_event().unwrap() {
            events.push(show(&event));
        }
        assert_eq!(events, whole);
        assert_eq!(reader.offset(), bytes.len());
        assert!(reader.next_event().unwrap().is_none());
    }
}

/// The claimed length is 64 MiB; only the bytes that arrive are allocated.
#[test]
fn a_claimed_length_allocates_nothing() {
    let bytes = document(&[0x3C, 0, b'a', 0x83, 0x03, 0xFF, 0xFE, 0xFD, b'x', b'y']);
    let mut reader = Reader::new(BufReader::with_capacity(1, bytes.as_slice())).unwrap();
    reader.next_event().unwrap();
    let error = reader.next_event().unwrap_err();
    assert_eq!(error.to_string(), "the document ends too early at byte 15");
}
