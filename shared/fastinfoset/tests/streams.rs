//! The main documents of real streams, written by IBM's program.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs, unreachable_pub)]

mod common;

use satsuma_fastinfoset::{Reader, Vocabulary, Writer, WriterOptions};

/// With the same tables the bytes are equal: every code is the one that the other writer chose.
#[test]
fn real_documents_are_written_back_byte_for_byte() {
    let mut different = Vec::new();
    let documents = common::stream_documents();
    for (file, bytes) in &documents {
        let mut reader = Reader::new(bytes.as_slice()).unwrap();
        let mut writer = Writer::with_options(Vec::new(), &WriterOptions::indexing()).unwrap();
        while let Some(event) = reader.next_event().unwrap() {
            writer.event(&event).unwrap();
        }
        let written = writer.finish().unwrap();
        let known = Vocabulary::default();
        assert_eq!(common::lines(&written, &known), common::lines(bytes, &known), "{file}");
        if written != *bytes {
            let place = written.iter().zip(bytes).position(|(one, other)| one != other);
            different.push(format!("{file}: byte {place:?}, {} instead of {}", written.len(), bytes.len()));
        }
    }
    eprintln!("{} of {} differ", different.len(), documents.len());
    assert!(different.is_empty(), "{different:#?}");
}
