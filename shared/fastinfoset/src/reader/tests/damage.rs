//! Damaged documents, and documents beyond the limits.

use proptest::prelude::*;

use super::{document, events, read};
use crate::{Limits, Reader};

#[test]
fn damage_is_reported_with_its_place() {
    let damaged = [
        b"PK\x03\x04".to_vec(),
        b"<?xml version='1.0'?><a/>".to_vec(),
        b"<?xml encoding='finf' \xE0\x00\x00\x01".to_vec(),
        document(&[]),
        document(&[0xF0]),
        document(&[0x3C, 5, b'a']),
        document(&[0x3C, 0, b'a', 0xF0]),
        document(&[0x3C, 0, b'a', 0xFF, 0x00]),
        document(&[0x3C, 0, b'a', 0xF0, 0x3C, 0, b'b']),
        document(&[0x3C, 0, b'a', 0xA3]),
        document(&[0x02]),
        document(&[0x3C, 0, 0xC3]),
        document(&[0x3E, 0, b'a']),
        document(&[0x3C, 0, b'a', 0xD0]),
        document(&[0x80, b'a']),
        document(&[0x3C, 0x60, 0xFF, 0xFF, 0xFF, 0xFF, b'a']),
        document(&[0x3C, 0x60, 0x00, 0x0F, 0xFF, 0xFF, b'a']),
        document(&[0x3C, 0, b'a', 0x85, 0xD8, 0x3D]),
        document(&[0x7C, 0, b'a', 0x78, 0, b'b', 0x00, b'1', 0x00, 0x00, b'2', 0xFF]),
        document(&[0x3C, 0, b'a', 0xF0, 0xC4]),
        document(&[0xC4, 0xF0, 0xC4]),
        document(&[0xC4, 0x3C]),
        document(&[0xC8, 0, b'a']),
        vec![0xE0, 0, 0, 1, 0x20, 0x00, 0x00],
        vec![0xE0, 0, 0, 1, 0x20, 0x80, 0x00],
        vec![0xE0, 0, 0, 1, 0x20, 0x00, 0x02, 0x00, 0x00, 0x00],
        vec![0xE0, 0, 0, 1, 0x20, 0x08, 0x00, 0x00, 0x00, b'a'],
        vec![0xE0, 0, 0, 1, 0x10, 0x3C],
        vec![0xE0, 0, 0, 1, 0x02, 0x02],
        vec![0xE0, 0, 0, 1, 0x80],
    ];
    let messages: Vec<_> = damaged.iter().map(|bytes| read(bytes)).collect();
    insta::assert_snapshot!(messages.join("\n"), @r"
    not a fast infoset document at byte 0
    not a fast infoset document at byte 0
    not a fast infoset document at byte 0
    the document ends too early at byte 5
    a document needs exactly one root element and no text outside it at byte 5
    the document ends too early at byte 8
    the document ends too early at byte 9
    bytes follow the end of the document at byte 9
    a document needs exactly one root element and no text outside it at byte 9
    index 3 is not in the table of character chunks at byte 8
    index 2 is not in the table of element names at byte 5
    a string is not valid UTF-8 at byte 7
    a name has a prefix but no namespace at byte 5
    byte 0xd0 has no meaning in element content at byte 8
    a document needs exactly one root element and no text outside it at byte 5
    more than 67108864 bytes in one string at byte 10
    the document ends too early at byte 12
    a string is not valid UTF-16 at byte 9
    an element has two attributes of one name at byte 16
    byte 0xc4 has no meaning in the document, outside its root element at byte 9
    byte 0xc4 has no meaning in the document, outside its root element at byte 7
    byte 0x3c has no meaning in a document type declaration at byte 6
    byte 0xc8 has no meaning in the document, outside its root element at byte 5
    byte 0x00 has no meaning in the initial vocabulary at byte 6
    byte 0x80 has no meaning in the initial vocabulary at byte 6
    index 0 is not in the table of local names at byte 9
    a restricted alphabet needs two or more characters, each of them once at byte 9
    byte 0x3c has no meaning in a list of notations at byte 5
    byte 0x02 has no meaning in the standalone flag at byte 5
    byte 0x80 has no meaning in the document flags at byte 4
    ");
}

#[test]
fn a_small_document_cannot_ask_for_more_than_its_limits() {
    let deep = document(&[[0x3C, 0, b'a'].as_slice(), &[0x00; 300]].concat());
    insta::assert_snapshot!(read(&deep), @"more than 256 levels of nesting at byte 263");

    // One long value in the table, then many references to it.
    let mut bomb = document(&[0x7C, 0, b'a', 0x78, 0, b'b', 0x48, 0xFF]);
    bomb.extend([b'x'; 264]);
    bomb.extend([0xF0]);
    bomb.extend([0x40, 0x00, 0x80, 0xFF].repeat(50));
    let limits = Limits { total_bytes: 10_000, ..Limits::default() };
    let error = events(&bomb, limits).unwrap_err();
    insta::assert_snapshot!(error, @"more than 10000 bytes of text in the document at byte 424");

    let limits = Limits { vocabulary_entries: 2, ..Limits::default() };
    let names = document(&[0x3C, 0, b'a', 0x3C, 0, b'b', 0x3C, 0, b'c']);
    let error = events(&names, limits).unwrap_err();
    insta::assert_snapshot!(error, @"more than 2 entries in one vocabulary table at byte 13");

    // One bit of booleans expands to half a byte of text or more.
    let limits = Limits { string_bytes: 100, ..Limits::default() };
    let booleans = document(&[[0x3C, 0, b'a', 0x8C, 0x16, 97].as_slice(), &[0; 100]].concat());
    let error = events(&booleans, limits).unwrap_err();
    insta::assert_snapshot!(error, @"more than 100 bytes in one string at byte 11");

    let limits = Limits { attributes: 2, ..Limits::default() };
    let attributes = [0x78, 0, b'a', 0xFF, 0x78, 0, b'b', 0xFF, 0x78, 0, b'c', 0xFF];
    let error = events(&document(&[[0x7C, 0, b'e'].as_slice(), &attributes].concat()), limits).unwrap_err();
    insta::assert_snapshot!(error, @"more than 2 attributes of one element at byte 16");
    let namespaces = document(&[0x38, 0xCC, 0xCC, 0xCC, 0xF0, 0x3C, 0, b'e', 0xFF]);
    let error = events(&namespaces, limits).unwrap_err();
    insta::assert_snapshot!(error, @"more than 2 namespaces declared on one element at byte 8");
}

/// Twenty attributes are sorted to find a duplicate, two are compared.
#[test]
fn an_attribute_that_is_there_twice_is_found_among_few_and_many() {
    for count in [2, 20] {
        let mut bytes = document(&[0x7C, 0, b'e']);
        for number in 0..count {
            bytes.extend([0x78, 0, b'a' + number, 0xFF]);
        }
        let distinct = [bytes.as_slice(), &[0xFF, 0xF0]].concat();
        assert!(events(&distinct, Limits::default()).is_ok());
        // The same local name, literal again, so that the table has it at a second index.
        let twice = [bytes.as_slice(), &[0x78, 0, b'a', 0xFF, 0xFF, 0xF0]].concat();
        assert!(read(&twice).starts_with("an element has two attributes of one name"));
        // Another namespace makes the name different.
        let elsewhere = [bytes.as_slice(), &[0x79, 0, b'n', 0, b'a', 0xFF, 0xFF, 0xF0]].concat();
        assert!(events(&elsewhere, Limits::default()).is_ok());
    }
}

proptest! {
    #[test]
    fn no_bytes_panic(content in proptest::collection::vec(any::<u8>(), 0..400), flags in any::<u8>()) {
        let _ = events(&document(&content), Limits::default());
        let _ = events(&content, Limits::default());
        let with_header = [&[0xE0, 0, 0, 1, flags], content.as_slice()].concat();
        let _ = events(&with_header, Limits::default());
    }
}

/// The error of a failing source.
#[test]
fn a_failing_source_is_an_error() {
    struct Failing;
    impl std::io::Read for Failing {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::ConnectionReset.into())
        }
    }
    let error = Reader::new(std::io::BufReader::new(Failing)).err().unwrap();
    insta::assert_snapshot!(error, @"the document cannot be read: connection reset at byte 0");
}
