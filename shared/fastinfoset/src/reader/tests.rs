use std::borrow::Cow;

use proptest::prelude::*;

use crate::{Attribute, Error, Event, Limits, Name, Reader, Writer, is_fast_infoset};

/// A document's header: magic and no optional components.
const HEADER: [u8; 5] = [0xE0, 0, 0, 1, 0];

fn document(content: &[u8]) -> Vec<u8> {
    [&HEADER, content].concat()
}

/// The events of a document as lines of XML-like text, or what is wrong with it.
fn read(bytes: &[u8]) -> String {
    match events(bytes, Limits::default()) {
        Ok(events) => events.iter().map(show).collect(),
        Err(error) => error.to_string(),
    }
}

fn events(bytes: &[u8], limits: Limits) -> Result<Vec<Event<'_>>, Error> {
    let mut reader = Reader::with_limits(bytes, limits)?;
    let mut events = Vec::new();
    while let Some(event) = reader.next_event()? {
        events.push(event);
    }
    Ok(events)
}

fn show(event: &Event<'_>) -> String {
    match event {
        Event::Start(element) => {
            let declarations = element.namespaces.iter();
            let declarations: String = declarations
                .map(|declared| {
                    let prefix = declared.prefix.as_deref().unwrap_or_default();
                    format!(" xmlns:{prefix}={:?}", declared.namespace.as_deref())
                })
                .collect();
            let attributes = element.attributes.iter();
            let attributes: String = attributes
                .map(|attribute| format!(" {}={:?}", attribute.name.qualified(), attribute.value))
                .collect();
            format!("<{}{declarations}{attributes}>", element.name.qualified())
        }
        Event::Text(text) => text.to_string(),
        Event::CData(text) => format!("[[{text}]]"),
        Event::Comment(text) => format!("<!--{text}-->"),
        Event::Instruction { target, content } => format!("<?{target} {content}?>"),
        Event::End => "</>".to_owned(),
    }
}

/// A document like those of Modeler 18, written out by hand from the tables of X.891.
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
        0x38, // an element with namespace declarations
        0xCF, 0, b'p', 2, b'u', b':', b'n', // xmlns:p="u:n"
        0xCC, // the default namespace undeclared
        0xF0, 0x3F, 0x81, 0x81, 0, b'e', // <p:e>
        0xFF,
    ]);
    insta::assert_snapshot!(read(&bytes), @r#"<p:e xmlns:p=Some("u:n") xmlns:=None></>"#);
}

#[test]
fn comments_instructions_utf16_and_the_header_s_options_are_read() {
    let bytes = [
        b"<?xml version='1.0' encoding='finf'?>".as_slice(),
        &[0xE0, 0, 0, 1, 0x07], // encoding scheme, standalone, version
        &[4, b'U', b'T', b'F', b'-', b'8', 1, 2, b'1', b'.', b'0'],
        &[0xE2, 0x01, b'h', b'i', 0xE1, 0, b't', 0x00, b'c'],
        &[0x3C, 0, b'a', 0x86, 3, 0x26, 0x3A, 0xD8, 0x3D, 0xDE, 0x00, 0xFF],
    ]
    .concat();
    insta::assert_snapshot!(read(&bytes), @"<!--hi--><?t c?><a>☺😀</>");
}

#[test]
fn what_is_not_supported_is_refused_by_name() {
    let refused = [
        document(&[0xC4]),
        document(&[0x3C, 0, b'a', 0xC8]),
        document(&[0x3C, 0, b'a', 0x88, 0x04, b'1']),
        document(&[0x3C, 0, b'a', 0x8C, 0x04, b'1']),
        document(&[0x7C, 0, b'a', 0x78, 0, b'b', 0x30, 0x20, b'c']),
        vec![0xE0, 0, 0, 1, 0x40],
        vec![0xE0, 0, 0, 1, 0x20],
        vec![0xE0, 0, 0, 1, 0x10],
        vec![0xE0, 0, 0, 1, 0x08],
    ];
    let messages: Vec<_> = refused.iter().map(|bytes| read(bytes)).collect();
    insta::assert_snapshot!(messages.join("\n"), @r#"
    a document type declaration is not supported at byte 5
    an unexpanded entity reference is not supported at byte 8
    restricted alphabet 2 is not supported at byte 9
    encoding algorithm 2 is not supported at byte 9
    encoding algorithm 3 is not supported at byte 12
    additional data is not supported at byte 4
    an initial vocabulary is not supported at byte 4
    a list of notations is not supported at byte 4
    a list of unparsed entities is not supported at byte 4
    "#);
}

#[test]
fn damage_is_reported_with_its_place() {
    let damaged = [
        b"PK\x03\x04".to_vec(),
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
        document(&[0x3C, 0, b'a', 0x85, 0xD8, 0x3D]),
    ];
    let messages: Vec<_> = damaged.iter().map(|bytes| read(bytes)).collect();
    insta::assert_snapshot!(messages.join("\n"), @r#"
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
    a string is not valid UTF-16 at byte 9
    "#);
}

#[test]
fn a_small_document_cannot_ask_for_more_than_its_limits() {
    let deep = document(&[[0x3C, 0, b'a'].as_slice(), &[0x00; 300]].concat());
    insta::assert_snapshot!(read(&deep), @"more than 256 levels of nesting at byte 263");

    // One long value in the table, then nothing but references to it.
    let mut bomb = document(&[0x7C, 0, b'a', 0x78, 0, b'b', 0x48, 0xFF]);
    bomb.extend([b'x'; 264]);
    bomb.extend([0x00, 0x80].repeat(50));
    let limits = Limits { total_bytes: 10_000, ..Limits::default() };
    let error = events(&bomb, limits).unwrap_err();
    insta::assert_snapshot!(error, @"more than 10000 bytes of text in the document at byte 350");

    let limits = Limits { vocabulary_entries: 2, ..Limits::default() };
    let names = document(&[0x3C, 0, b'a', 0x3C, 0, b'b', 0x3C, 0, b'c']);
    let error = events(&names, limits).unwrap_err();
    insta::assert_snapshot!(error, @"more than 2 entries in one vocabulary table at byte 13");
}

/// Every form of index and length that the writer has occurs here and is read back.
#[test]
fn long_strings_and_many_names_come_back() {
    let lengths = [1, 2, 3, 8, 9, 64, 65, 258, 259, 264, 265, 320, 321, 5000, 70_000];
    let mut writer = Writer::new();
    writer.start_element(&Name::local("root"), &[]).unwrap();
    let mut expected = vec![start("root", Vec::new())];
    for length in lengths {
        let (name, value) = ("n".repeat(length), "v".repeat(length));
        let attribute = attribute(name.clone(), value.clone());
        writer.start_element(&Name::local(name.as_str()), std::slice::from_ref(&attribute)).unwrap();
        writer.text(&value).unwrap();
        writer.cdata(&value).unwrap();
        writer.end_element().unwrap();
        expected.push(start(name, vec![attribute]));
        expected.push(Event::Text(Cow::Owned(value.clone())));
        expected.push(Event::CData(Cow::Owned(value)));
        expected.push(Event::End);
    }
    for _twice in 0..2 {
        for number in 0..9000 {
            let attributes = vec![attribute(format!("a{number}"), String::new())];
            let name = Name::local(format!("e{number}"));
            writer.start_element(&name, &attributes).unwrap();
            writer.end_element().unwrap();
            expected.push(start(format!("e{number}"), attributes));
            expected.push(Event::End);
        }
    }
    writer.end_element().unwrap();
    expected.push(Event::End);
    let bytes = writer.finish().unwrap();
    assert!(is_fast_infoset(&bytes));
    assert_eq!(events(&bytes, Limits::default()).unwrap(), expected);
}

fn start<'a>(name: impl Into<Cow<'a, str>>, attributes: Vec<Attribute<'a>>) -> Event<'a> {
    Event::Start(crate::StartElement { name: Name::local(name), namespaces: Vec::new(), attributes })
}

fn attribute(name: impl Into<Cow<'static, str>>, value: String) -> Attribute<'static> {
    Attribute { name: Name::local(name), value: Cow::Owned(value) }
}

#[test]
fn a_writer_refuses_what_is_no_document() {
    let mut writer = Writer::new();
    assert!(writer.text("outside").is_err());
    assert!(writer.end_element().is_err());
    assert!(writer.clone().finish().is_err());
    assert!(writer.start_element(&Name::local(""), &[]).is_err());
    let mut writer = Writer::new();
    writer.start_element(&Name::local("a"), &[]).unwrap();
    assert!(writer.clone().finish().is_err());
    writer.end_element().unwrap();
    assert!(writer.start_element(&Name::local("b"), &[]).is_err());
    assert!(writer.finish().is_ok());
}

/// A tree to be written.
#[derive(Debug, Clone)]
enum Tree {
    Text(String),
    CData(String),
    Comment(String),
    Element(Name<'static>, Vec<Attribute<'static>>, Vec<Tree>),
}

fn name() -> impl Strategy<Value = Name<'static>> {
    let part = || "[a-z]{1,3}|.{1,80}".prop_map(Cow::<'static, str>::Owned);
    let namespace = proptest::option::of((proptest::option::of(part()), part()));
    (namespace, part()).prop_map(|(namespace, local)| {
        let (prefix, namespace) = namespace.map_or((None, None), |(prefix, name)| (prefix, Some(name)));
        Name { prefix, namespace, local }
    })
}

fn tree() -> impl Strategy<Value = Tree> {
    let leaf = prop_oneof![
        ".{1,300}".prop_map(Tree::Text),
        ".{1,300}".prop_map(Tree::CData),
        ".{0,300}".prop_map(Tree::Comment),
    ];
    leaf.prop_recursive(5, 60, 6, |inner| element(proptest::collection::vec(inner, 0..6)))
}

fn element(children: impl Strategy<Value = Vec<Tree>>) -> impl Strategy<Value = Tree> {
    let attribute =
        (name(), ".{0,300}").prop_map(|(name, value)| Attribute { name, value: Cow::Owned(value) });
    let attributes = proptest::collection::vec(attribute, 0..4);
    (name(), attributes, children)
        .prop_map(|(name, attributes, children)| Tree::Element(name, attributes, children))
}

fn document_tree() -> impl Strategy<Value = Tree> {
    element(proptest::collection::vec(tree(), 0..6))
}

fn write(writer: &mut Writer, expected: &mut Vec<Event<'static>>, tree: &Tree) {
    match tree {
        Tree::Text(text) => {
            writer.text(text).unwrap();
            expected.push(Event::Text(Cow::Owned(text.clone())));
        }
        Tree::CData(text) => {
            writer.cdata(text).unwrap();
            expected.push(Event::CData(Cow::Owned(text.clone())));
        }
        Tree::Comment(text) => {
            writer.comment(text).unwrap();
            expected.push(Event::Comment(Cow::Owned(text.clone())));
        }
        Tree::Element(name, attributes, children) => {
            writer.start_element(name, attributes).unwrap();
            expected.push(Event::Start(crate::StartElement {
                name: name.clone(),
                namespaces: Vec::new(),
                attributes: attributes.clone(),
            }));
            for child in children {
                write(writer, expected, child);
            }
            writer.end_element().unwrap();
            expected.push(Event::End);
        }
    }
}

fn written(tree: &Tree) -> (Vec<u8>, Vec<Event<'static>>) {
    let (mut writer, mut expected) = (Writer::new(), Vec::new());
    write(&mut writer, &mut expected, tree);
    (writer.finish().unwrap(), expected)
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(tree in document_tree()) {
        let (bytes, expected) = written(&tree);
        prop_assert_eq!(events(&bytes, Limits::default()).unwrap(), expected);
    }

    #[test]
    fn a_document_cut_short_is_an_error_and_never_a_panic(
        tree in document_tree(),
        cut in any::<prop::sample::Index>(),
    ) {
        let (bytes, _) = written(&tree);
        let cut = cut.index(bytes.len());
        prop_assert!(events(&bytes[..cut], Limits::default()).is_err());
    }

    #[test]
    fn no_bytes_panic(content in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = events(&document(&content), Limits::default());
        let _ = events(&content, Limits::default());
    }

    #[test]
    fn no_damaged_document_panics(
        tree in document_tree(),
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
    ) {
        let (mut bytes, _) = written(&tree);
        for (place, byte) in changes {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        let _ = events(&bytes, Limits::default());
    }
}
