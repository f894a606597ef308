//! Every feature once, in bytes derived by hand from the rules of X.891 annex C.

use super::{document, read};
use crate::{AdditionalData, Limits, Notation, QualifiedName, Reader, UnparsedEntity, Vocabulary};

/// A document like those of Modeler 18.
#[test]
fn names_values_and_text_are_literal_once_and_then_indexed() {
    let bytes = document(&[
        0x3C, 3, b'r', b'o', b'w', b's', // <rows>
        0x90, 0x0A, // a line break, added to the chunks
        0x7C, 2, b'r', b'o', b'w', // <row, with attributes
        0x78, 1, b'i', b'd', 0x41, b'4', b'2', // id="42", its value added to the table
        0xF0, // end of attributes
        0x92, 0, b'y', b'e', b's', // text, three bytes, added
        0xF0, // </row>
        0xA0, // the line break again
        0x41, 0x00, 0x80, 0xFF, // <row id="42"/>, all by index; end of attributes and element
        0x41, 0x00, 0xFF, 0xF0, // <row id="">
        0xA1, // yes
        0x8C, 0x24, b'x', // a CDATA section
        0xFF, // </row></rows>
        0xF0, // end of document
    ]);
    insta::assert_snapshot!(read(&bytes), @r#"
    <rows>
    <row id="42">yes</>
    <row id="42"></><row id="">yes[[x]]</></>
    "#);
}

#[test]
fn prefixes_and_namespaces_are_read_and_declared() {
    let bytes = document(&[
        0x78, // an element with attributes and namespace declarations
        0xCF, 0, b'p', 2, b'u', b':', b'n', // xmlns:p="u:n"
        0xCD, 2, b'u', b':', b'd', // xmlns="u:d"
        0xCE, 0, b'q', // xmlns:q undeclared
        0xCC, // the default namespace undeclared
        0xF0, 0x3F, 0x81, 0x81, 0, b'e', // <p:e>
        0x7B, 0x80, 0x80, 3, b'l', b'a', b'n', b'g', 0x01, b'e', b'n', // xml:lang="en", both built in
        0x79, 0x82, 0x80, 0x00, b'1', // {u:d}e="1": the local name by index
        0xFF, 0xF0,
    ]);
    insta::assert_snapshot!(read(&bytes), @r#"<{u:n}p:e xmlns:p=Some("u:n") xmlns:=Some("u:d") xmlns:q=None xmlns:=None {http://www.w3.org/XML/1998/namespace}xml:lang="en" {u:d}e="1"></>"#);
}

#[test]
fn comments_instructions_utf16_and_an_xml_declaration_are_read() {
    let bytes = [
        b"<?xml version='1.0' encoding='finf'?>".as_slice(),
        &[0xE0, 0, 0, 1, 0x07], // encoding scheme, standalone, version
        &[4, b'U', b'T', b'F', b'-', b'8', 1, 2, b'1', b'.', b'0'],
        &[0xE2, 0x01, b'h', b'i', 0xE1, 0, b't', 0x00, b'c'],
        &[0x3C, 0, b'a', 0x86, 3, 0x26, 0x3A, 0xD8, 0x3D, 0xDE, 0x00],
        &[0xE2, 0xFF, 0xE2, 0x51, 0x26, 0x3A, 0xE2, 0x80], // empty; UTF-16, added; by index
        &[0xF0, 0xE2, 0x00, b'z', 0xF0],
    ]
    .concat();
    insta::assert_snapshot!(read(&bytes), @"<!--hi--><?t c?><a>☺😀<!----><!--☺--><!--☺--></><!--z-->");
    assert!(Reader::new(bytes.as_slice()).unwrap().header().declaration);
}

#[test]
fn a_document_type_holds_instructions_and_entities_stay_unexpanded() {
    let bytes = document(&[
        0xC7, 0, b's', 0, b'p', // both identifiers
        0xE1, 0, b't', 0x00, b'x', 0xF0, // an instruction in it; its end
        0x3C, 0, b'a', //
        0xC8, 0, b'e', // &e;
        0xCB, 0x80, 0x80, 0x81, // a name, system and public identifier by index
        0xC9, 0x81, 0x80, // a public identifier alone
        0xFF,
    ]);
    insta::assert_snapshot!(read(&bytes), @r#"<!DOCTYPE Some("s") Some("p")[<?t x?>]><a>&e None None;&t Some("s") Some("p");&e None Some("s");</>"#);
}

#[test]
fn everything_that_a_header_may_say_is_kept() {
    let bytes = [
        [0xE0, 0, 0, 1, 0x5F].as_slice(),      // all but an initial vocabulary
        &[0x00, 0x00, b'i', 0x01, 0xFF, 0xFE], // one additional datum of two bytes
        &[0xC3, 0, b'n', 0, b's', 0, b'p', 0xC0, 0, b'm', 0xF0], // two notations
        &[0xD1, 0, b'u', 0x80, 0x81, 0x80, 0xD0, 0, b'w', 0x80, 0x81, 0xF0], // two unparsed entities
        &[0x04, b'U', b'T', b'F', b'-', b'8', 0x00, 0x42, b'1', b'.', b'0'],
        &[0xE2, 0x80], // the version was added to the other strings
        &[0x3C, 0, b'a', 0xFF],
    ]
    .concat();
    assert_eq!(read(&bytes), "<!--1.0--><a></>");
    let reader = Reader::new(bytes.as_slice()).unwrap();
    let header = reader.header();
    let text = |text: &str| Some(text.to_owned());
    assert_eq!(header.additional_data, [AdditionalData { id: "i".into(), data: vec![0xFF, 0xFE] }]);
    let notation = |name: &str, system, public| Notation { name: name.into(), system, public };
    assert_eq!(header.notations, [notation("n", text("s"), text("p")), notation("m", None, None)]);
    let entity = |name: &str, public, notation: &str| UnparsedEntity {
        name: name.into(),
        system: "s".into(),
        public,
        notation: notation.into(),
    };
    assert_eq!(header.unparsed_entities, [entity("u", text("p"), "n"), entity("w", None, "m")]);
    assert_eq!((&header.encoding, header.standalone), (&text("UTF-8"), Some(false)));
    assert_eq!((&header.version, header.declaration), (&text("1.0"), false));
}

#[test]
fn restricted_alphabets_and_algorithms_become_text() {
    let bytes = document(&[
        0x7C, 0, b'a', //
        0x78, 0, b'b', 0x30, 0x77, 0xBF, 0xE0, 0, 0, 0, 0, 0, 0, // a double
        0x78, 0, b'c', 0x20, 0x11, 0x09, 0xBD, // date and time
        0x78, 0, b'd', 0x70, 0x00, 0x0F, // hexadecimal, added to the table
        0x78, 0, b'e', 0x80, // the same by index
        0xF0, //
        0x8C, 0x0E, 1, 0xFF, 0xFF, 0xFF, 0xFE, // an int
        0x9C, 0x14, 0x38, // a boolean, added to the chunks
        0x88, 0x01, 0x12, 0xCF, // numeric
        0xA0, // the boolean again
        0x9C, 0x24, b'x', 0xA1, // a CDATA section, added, and by index
        0xFF,
    ]);
    insta::assert_snapshot!(read(&bytes), @r#"<a b="-5.0E-1" c="09:Z" d="0F" e="0F">-2true12.true[[x]][[x]]</>"#);
}

/// Tables of an initial vocabulary, with one or two entries in each of the twelve.
const INITIAL: &[u8] = &[
    0x00, 0x02, b'0', b'1', b' ', // a restricted alphabet of three characters
    0x00, 0x02, b'u', b':', b'a', // an encoding algorithm
    0x00, 0x00, b'p', // a prefix
    0x00, 0x02, b'u', b':', b'n', // a namespace
    0x01, 0x00, b'e', 0x00, b'f', // two local names
    0x00, 0x00, b't', // an other name
    0x00, 0x00, b's', // an other URI
    0x00, 0x00, b'v', // an attribute value
    0x01, 0x00, b'c', 0x20, 0xF0, 0x27, // two chunks, one in the alphabet numbered 16
    0x00, 0x01, b'o', b'k', // an other string
    0x01, 0x03, 0x01, 0x01, 0x00, 0x00, 0x01, // elements {u:n}p:e and f
    0x00, 0x00, 0x01, // attribute f
];

const CONTENT: &[u8] = &[
    0x40, 0x00, 0x80, 0xF0, // <p:e f="v">
    0xA0, 0xA1, // both chunks
    0x88, 0x3C, 0x27, // text in the alphabet numbered 16
    0x01, 0xF0, // <f/>
    0xE1, 0x80, 0x80, // <?t ok?>
    0xCA, 0x80, 0x80, // &t;
    0xFF,
];

#[test]
fn an_initial_vocabulary_fills_every_table() {
    let bytes = [&[0xE0, 0, 0, 1, 0x20, 0x0F, 0xFF], INITIAL, CONTENT].concat();
    insta::assert_snapshot!(read(&bytes), @r#"<{u:n}p:e f="v">c0 10 1<f></><?t ok?>&t Some("s") None;</>"#);
}

#[test]
fn an_external_vocabulary_is_refused_by_name_or_supplied() {
    let names = |list: &[&str]| list.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let known = Vocabulary {
        restricted_alphabets: names(&["01 "]),
        encoding_algorithms: names(&["u:a"]),
        local_names: names(&["zero"]),
        other_names: names(&["t"]),
        other_uris: names(&["s"]),
        attribute_values: names(&["v"]),
        chunks: names(&["c", "d"]),
        other_strings: names(&["ok"]),
        elements: vec![
            QualifiedName { prefix: Some("p".into()), namespace: Some("u:n".into()), local: "e".into() },
            QualifiedName::local("f"),
        ],
        attributes: vec![QualifiedName::local("f")],
        ..Vocabulary::default()
    };
    // With one more local name (the fourth: zero, e and f exist) and an element with it.
    let header = [0xE0, 0, 0, 1, 0x20, 0x10, 0x82, 2, b'u', b':', b'o', 0x00, 0x00, b'g', 0x00, 0x00, 0x03];
    let content = [&CONTENT[..9], &[0x02, 0xF0], &CONTENT[11..]].concat();
    let bytes = [header.as_slice(), &content].concat();
    insta::assert_snapshot!(read(&bytes), @r#"the external vocabulary "u:o" is not supported at byte 10"#);

    let vocabularies = [("u:x", &Vocabulary::default()), ("u:o", &known)];
    let mut reader = Reader::with_vocabularies(bytes.as_slice(), Limits::default(), &vocabularies).unwrap();
    let mut shown = String::new();
    while let Some(event) = reader.next_event().unwrap() {
        shown += &super::show(&event);
    }
    insta::assert_snapshot!(shown, @r#"<{u:n}p:e f="v">cd0 1<g></><?t ok?>&t Some("s") None;</>"#);
    assert_eq!(reader.header().external_vocabulary.as_deref(), Some("u:o"));
}

#[test]
fn what_is_not_supported_is_refused_by_name() {
    let declared = [0xE0, 0, 0, 1, 0x20, 0x04, 0x00, 0x00, 0x02, b'u', b':', b'a', 0x3C, 0, b'a'];
    let refused = [
        [declared.as_slice(), &[0x8C, 0x7C, b'x']].concat(), // algorithm 32, declared
        [declared.as_slice(), &[0x8C, 0x80, b'x']].concat(), // 33, not declared
        document(&[0x3C, 0, b'a', 0x8C, 0x28, b'x']),        // 11, reserved
        document(&[0x3C, 0, b'a', 0x88, 0x08, b'x']),        // alphabet 3, reserved
        document(&[0x7C, 0, b'a', 0x78, 0, b'b', 0x20, 0xF0, b'x']), // 16, not declared
        document(&[0x7C, 0, b'a', 0x78, 0, b'b', 0x30, 0x90, b'x']), // CDATA in an attribute
    ];
    let messages: Vec<_> = refused.iter().map(|bytes| read(bytes)).collect();
    insta::assert_snapshot!(messages.join("\n"), @r#"
    the encoding algorithm "u:a" is not supported at byte 16
    encoding algorithm 33 is not supported at byte 16
    encoding algorithm 11 is not supported at byte 9
    restricted alphabet 3 is not supported at byte 10
    restricted alphabet 16 is not supported at byte 13
    a CDATA section stands outside element content at byte 12
    "#);
}
