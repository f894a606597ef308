//! Memory for reading and writing a large document.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs, unreachable_pub)]

use std::io::{BufReader, Read, sink};

use peak_alloc::PeakAlloc;
use satsuma_fastinfoset::{Attribute, Event, Name, Reader, Writer, WriterOptions};

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

const ROWS: usize = 100_000;

/// 50 MB that are never in memory: `<rows>`, many copies of a row of 500 bytes, the end.
fn document(row: &[u8]) -> impl Read + '_ {
    let head: &[u8] = &[0xE0, 0, 0, 1, 0, 0x3C, 3, b'r', b'o', b'w', b's', 0x3C, 2, b'r', b'o', b'w', 0xF0];
    let mut rest = ROWS;
    let next = move || {
        rest = rest.checked_sub(1)?;
        Some(row)
    };
    Pieces { current: head, next }.chain([0xFF].as_slice())
}

struct Pieces<'a, F> {
    current: &'a [u8],
    next: F,
}

impl<'a, F: FnMut() -> Option<&'a [u8]>> Read for Pieces<'a, F> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.current.is_empty() {
            self.current = (self.next)().unwrap_or_default();
        }
        self.current.read(buffer)
    }
}

#[test]
fn a_document_of_fifty_megabytes_is_read_and_written_in_a_hundred_kilobytes() {
    // <row> by index, text of 495 bytes that goes into no table, </row>
    let row = [[0x01, 0x83, 0, 0, 0, 236].as_slice(), &[b'x'; 495], &[0xF0]].concat();
    let before = ALLOCATOR.current_usage();
    ALLOCATOR.reset_peak_usage();
    let mut reader = Reader::new(BufReader::new(document(&row))).unwrap();
    let mut writer = Writer::with_options(sink(), &WriterOptions::default()).unwrap();
    let mut texts = 0;
    while let Some(event) = reader.next_event().unwrap() {
        if let Event::Text(text) = event {
            assert_eq!(text.len(), 495);
            texts += 1;
        }
        writer.event(&event).unwrap();
    }
    writer.finish().unwrap();
    let peak = ALLOCATOR.peak_usage() - before;
    assert_eq!(texts, ROWS);
    assert!(reader.offset() > 50_000_000);
    assert!(peak < 100_000, "{peak} bytes");

    // Events need no allocation on average, including attributes.
    let mut writer = Writer::new();
    let attribute = Attribute { name: Name::local("a"), value: "a value that is written each time" };
    writer.start_element(&Name::local("rows"), &[]).unwrap();
    for _ in 0..1000 {
        writer.start_element(&Name::local("row"), &[attribute]).unwrap();
        writer.end_element().unwrap();
    }
    writer.end_element().unwrap();
    let bytes = writer.finish().unwrap();
    let mut reader = Reader::new(bytes.as_slice()).unwrap();
    for _ in 0..10 {
        reader.next_event().unwrap();
    }
    let before = ALLOCATOR.current_usage();
    ALLOCATOR.reset_peak_usage();
    while let Some(event) = reader.next_event().unwrap() {
        if let Event::Start(row) = event {
            assert_eq!(row.attribute("a"), Some(attribute.value));
        }
    }
    assert_eq!(ALLOCATOR.peak_usage(), before);
}
