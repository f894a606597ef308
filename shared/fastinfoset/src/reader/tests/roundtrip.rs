//! Round trips: the reader returns the events of the writer.

use proptest::prelude::*;

use super::{events, show};
use crate::{
    AdditionalData, Attribute, Event, Header, Limits, Name, NamespaceDeclaration, Notation, QualifiedName,
    Reader, UnparsedEntity, Value, Vocabulary, Writer, WriterOptions, is_fast_infoset,
};

/// Every form of index and length occurs here.
#[test]
fn long_strings_and_many_names_come_back() {
    let lengths = [1, 2, 3, 8, 9, 64, 65, 258, 259, 264, 265, 320, 321, 5000, 70_000];
    let mut writer = Writer::with_options(Vec::new(), &WriterOptions::indexing()).unwrap();
    let mut expected = String::from("<root>");
    writer.start_element(&Name::local("root"), &[]).unwrap();
    for length in lengths {
        let (name, value) = ("n".repeat(length), "v".repeat(length));
        let attribute = Attribute { name: Name::local(&name), value: value.as_str() };
        writer.start_element(&Name::local(&name), &[attribute]).unwrap();
        writer.text(&value).unwrap();
        writer.cdata(&value).unwrap();
        writer.end_element().unwrap();
        expected += &format!("<{name} {name}={value:?}>{value}[[{value}]]</>");
    }
    for _twice in 0..2 {
        for number in 0..9000 {
            let name = format!("e{number}");
            let attribute = Attribute { name: Name::local(&name), value: name.as_str() };
            writer.start_element(&Name::local(&name), &[attribute]).unwrap();
            writer.text(&name).unwrap();
            writer.end_element().unwrap();
            expected += &format!("<{name} {name}={name:?}>{name}</>");
        }
    }
    writer.end_element().unwrap();
    expected += "</>";
    let bytes = writer.finish().unwrap();
    assert!(is_fast_infoset(&bytes));
    assert_eq!(events(&bytes, Limits::default()).unwrap().concat(), expected);
}

/// Bytes derived by hand from annex C.
#[test]
fn the_writer_s_bytes_are_those_of_the_standard() {
    let mut writer = Writer::with_options(Vec::new(), &WriterOptions::indexing()).unwrap();
    let id = Attribute { name: Name::local("id"), value: "42" };
    writer.start_element(&Name::local("rows"), &[]).unwrap();
    for _twice in 0..2 {
        writer.text("\n").unwrap();
        writer.start_element(&Name::local("row"), &[id]).unwrap();
        writer.end_element().unwrap();
    }
    writer.cdata("x").unwrap();
    writer.end_element().unwrap();
    let expected = [
        [0xE0, 0, 0, 1, 0, 0x3C, 3, b'r', b'o', b'w', b's', 0x90, b'\n'].as_slice(),
        &[0x7C, 2, b'r', b'o', b'w', 0x78, 1, b'i', b'd', 0x41, b'4', b'2', 0xFF],
        &[0xA0, 0x41, 0x00, 0x80, 0xFF, 0x8C, 0x24, b'x', 0xFF],
    ];
    assert_eq!(writer.finish().unwrap(), expected.concat());
}

/// A header with all parts, a vocabulary with all tables, and an external one.
fn full_options() -> WriterOptions {
    let list = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let name = |prefix: &str, namespace: &str, local: &str| QualifiedName {
        prefix: Some(prefix.into()),
        namespace: Some(namespace.into()),
        local: local.into(),
    };
    let header = Header {
        declaration: true,
        additional_data: vec![AdditionalData { id: "u:data".into(), data: vec![0; 400] }],
        external_vocabulary: Some("u:known".into()),
        notations: vec![Notation { name: "gif".into(), system: Some("s".into()), public: None }],
        unparsed_entities: vec![UnparsedEntity {
            name: "logo".into(),
            system: "logo.gif".into(),
            public: Some("p".into()),
            notation: "gif".into(),
        }],
        encoding: Some("UTF-8".into()),
        standalone: Some(true),
        version: Some("1.0".into()),
    };
    let external = Vocabulary {
        restricted_alphabets: list(&["yesno "]),
        local_names: list(&["a"]),
        chunks: list(&["known"]),
        elements: vec![name("k", "u:k", "element")],
        ..Vocabulary::default()
    };
    let initial = Vocabulary {
        restricted_alphabets: list(&["ACGT"]),
        encoding_algorithms: list(&["u:algorithm"]),
        prefixes: list(&["q"]),
        namespaces: list(&["u:q"]),
        local_names: list(&["b"]),
        other_names: list(&["target"]),
        other_uris: list(&["u:uri"]),
        attribute_values: (0..200).map(|number| format!("value {number}")).collect(),
        chunks: list(&["initial"]),
        other_strings: list(&["content"]),
        elements: vec![name("k", "u:k", "b"), name("r", "u:r", "c")],
        attributes: vec![QualifiedName::local("a")],
    };
    WriterOptions { header, external, initial, ..WriterOptions::indexing() }
}

#[test]
fn headers_vocabularies_and_typed_values_come_back() {
    let mut options = full_options();
    for utf16 in [false, true] {
        options.utf16 = utf16;
        let mut writer = Writer::with_options(Vec::new(), &options).unwrap();
        writer.comment("content").unwrap();
        writer.document_type(Some("u:uri"), Some("-//P//")).unwrap();
        writer.instruction("target", "content").unwrap();
        writer.end_document_type().unwrap();
        let element = Name::qualified_by(Some("k"), "u:k", "element");
        let namespaces = [
            NamespaceDeclaration { prefix: Some("k"), namespace: Some("u:k") },
            NamespaceDeclaration { prefix: None, namespace: None },
        ];
        let attributes = [
            Attribute { name: Name::local("a"), value: Value::Text("value 150") },
            Attribute { name: Name::local("list"), value: Value::Int(&[1, -2]) },
            Attribute { name: Name::local("empty"), value: Value::Int(&[]) },
            Attribute { name: Name::local("when"), value: Value::DateTime("2026-11-22T16:41:00Z") },
            Attribute { name: Name::local("dna"), value: Value::Alphabet { declared: 1, text: "GATTACA" } },
        ];
        writer.start_element_with(&element, &namespaces, &attributes).unwrap();
        for value in [
            Value::Text("known"),
            Value::Text("initial"),
            Value::Text(""),
            Value::Text("new ☺"),
            Value::Text("new ☺"),
            Value::Numeric("-1.5e+3"),
            Value::Alphabet { declared: 0, text: "yes" },
            Value::Boolean(&[true, false, true, true, false]),
            Value::Uuid(&[[0xAB; 16]]),
            Value::Base64(b"bytes"),
        ] {
            writer.value(value).unwrap();
        }
        writer.entity_reference("logo", None, Some("p")).unwrap();
        writer.start_element(&Name::qualified_by(Some("r"), "u:r", "c"), &[]).unwrap();
        writer.end_element().unwrap();
        writer.end_element().unwrap();
        writer.instruction("late", "").unwrap();
        let bytes = writer.finish().unwrap();
        assert!(is_fast_infoset(&bytes));
        assert!(bytes.starts_with(b"<?xml version='1.0' encoding='finf' standalone='yes'?>\xE0\0\0\x01\x7F"));

        let known = [("u:known", &options.external)];
        let mut reader = Reader::with_vocabularies(bytes.as_slice(), Limits::default(), &known).unwrap();
        assert_eq!(*reader.header(), options.header);
        let mut shown = String::new();
        while let Some(event) = reader.next_event().unwrap() {
            shown += &show(&event);
            shown += "\n";
        }
        insta::allow_duplicates! { insta::assert_snapshot!(shown, @r#"
        <!--content-->
        <!DOCTYPE Some("u:uri") Some("-//P//")[
        <?target content?>
        ]>
        <{u:k}k:element xmlns:k=Some("u:k") xmlns:=None a="value 150" list="1 -2" empty="" when="2026-11-22T16:41:00Z" dna="GATTACA">
        known
        initial
        new ☺
        new ☺
        -1.5e+3
        yes
        true false true true false
        abababab-abab-abab-abab-abababababab
        Ynl0ZXM=
        &logo None Some("p");
        <{u:r}r:c>
        </>
        </>
        <?late ?>
        "#); }
    }
}

#[test]
fn a_writer_refuses_what_is_no_document() {
    let mut writer = Writer::new();
    assert!(writer.text("outside").is_err());
    assert!(writer.entity_reference("outside", None, None).is_err());
    assert!(writer.end_element().is_err());
    assert!(writer.end_document_type().is_err());
    assert!(writer.clone().finish().is_err());
    assert!(writer.clone().start_element(&Name::local(""), &[]).is_err());
    let prefixed = Name { prefix: Some("p"), namespace: None, local: "a" };
    assert!(writer.clone().start_element(&prefixed, &[]).is_err());
    let twice = [Attribute { name: Name::local("a"), value: "1" }; 2];
    assert!(writer.clone().start_element(&Name::local("a"), &twice).is_err());
    writer.document_type(None, None).unwrap();
    assert!(writer.clone().document_type(None, None).is_err());
    assert!(writer.clone().comment("inside").is_err());
    assert!(writer.clone().start_element(&Name::local("a"), &[]).is_err());
    writer.end_document_type().unwrap();
    writer.start_element(&Name::local("a"), &[]).unwrap();
    assert!(writer.document_type(None, None).is_err());
    assert!(writer.value(Value::Numeric("one")).is_err());
    assert!(writer.value(Value::Alphabet { declared: 0, text: "1" }).is_err());
    assert!(writer.clone().finish().is_err());
    writer.end_element().unwrap();
    assert!(writer.start_element(&Name::local("b"), &[]).is_err());
    assert!(writer.finish().is_ok());
    let vocabulary = Vocabulary { restricted_alphabets: vec!["a".into()], ..Vocabulary::default() };
    let options = WriterOptions { initial: vocabulary, ..WriterOptions::default() };
    assert!(Writer::with_options(Vec::new(), &options).is_err());
}

/// A tree to be written.
#[derive(Debug, Clone)]
enum Tree {
    Text(String),
    CData(String),
    Comment(String),
    Instruction(String, String),
    Element(QualifiedName, Vec<(QualifiedName, String)>, Vec<Tree>),
}

fn name() -> impl Strategy<Value = QualifiedName> {
    let part = || "[a-z]{1,3}|.{1,80}";
    let namespace = proptest::option::of((proptest::option::of(part()), part()));
    (namespace, part()).prop_map(|(namespace, local)| {
        let (prefix, namespace) = namespace.map_or((None, None), |(prefix, name)| (prefix, Some(name)));
        QualifiedName { prefix, namespace, local }
    })
}

fn tree() -> impl Strategy<Value = Tree> {
    let leaf = prop_oneof![
        "[a-c]{1,2}|.{1,300}".prop_map(Tree::Text),
        ".{1,300}".prop_map(Tree::CData),
        ".{0,300}".prop_map(Tree::Comment),
        (".{1,9}", ".{0,9}").prop_map(|(target, content)| Tree::Instruction(target, content)),
    ];
    leaf.prop_recursive(5, 60, 6, |inner| element(proptest::collection::vec(inner, 0..6)))
}

fn element(children: impl Strategy<Value = Vec<Tree>>) -> impl Strategy<Value = Tree> {
    let attributes = proptest::collection::vec((name(), "[a-c]{0,2}|.{0,300}"), 0..4);
    (name(), attributes, children).prop_map(|(name, mut attributes, children)| {
        attributes.sort_by(|one, other| {
            (&one.0.local, &one.0.namespace).cmp(&(&other.0.local, &other.0.namespace))
        });
        attributes
            .dedup_by(|one, other| one.0.local == other.0.local && one.0.namespace == other.0.namespace);
        Tree::Element(name, attributes, children)
    })
}

fn document_tree() -> impl Strategy<Value = Tree> {
    element(proptest::collection::vec(tree(), 0..6))
}

fn write(writer: &mut Writer, tree: &Tree) {
    match tree {
        Tree::Text(text) => writer.text(text).unwrap(),
        Tree::CData(text) => writer.cdata(text).unwrap(),
        Tree::Comment(text) => writer.comment(text).unwrap(),
        Tree::Instruction(target, content) => writer.instruction(target, content).unwrap(),
        Tree::Element(name, attributes, children) => {
            let attributes: Vec<_> = attributes
                .iter()
                .map(|(name, value)| Attribute { name: name.as_name(), value: value.as_str() })
                .collect();
            writer.start_element(&name.as_name(), &attributes).unwrap();
            children.iter().for_each(|child| write(writer, child));
            writer.end_element().unwrap();
        }
    }
}

fn compare(reader: &mut Reader<&[u8]>, tree: &Tree) {
    let event = reader.next_event().unwrap().unwrap();
    match (event, tree) {
        (Event::Text(found), Tree::Text(text))
        | (Event::CData(found), Tree::CData(text))
        | (Event::Comment(found), Tree::Comment(text)) => assert_eq!(found, text),
        (Event::Instruction { target, content }, Tree::Instruction(one, other)) => {
            assert_eq!((target, content), (one.as_str(), other.as_str()));
        }
        (Event::Start(element), Tree::Element(name, attributes, children)) => {
            assert_eq!(element.name(), name.as_name());
            let found = element.attributes().map(|attribute| (attribute.name, attribute.value));
            assert!(found.eq(attributes.iter().map(|(name, value)| (name.as_name(), value.as_str()))));
            children.iter().for_each(|child| compare(reader, child));
            assert!(matches!(reader.next_event().unwrap(), Some(Event::End)));
        }
        (event, tree) => panic!("{event:?} is not {tree:?}"),
    }
}

fn written(tree: &Tree, options: &WriterOptions) -> Vec<u8> {
    let mut writer = Writer::with_options(Vec::new(), options).unwrap();
    write(&mut writer, tree);
    writer.finish().unwrap()
}

fn any_options() -> impl Strategy<Value = WriterOptions> {
    (prop_oneof![Just(0), Just(3), Just(32)], any::<bool>()).prop_map(|(below, utf16)| WriterOptions {
        index_values_below: below,
        index_chunks_below: below,
        utf16,
        ..WriterOptions::default()
    })
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(tree in document_tree(), options in any_options()) {
        let bytes = written(&tree, &options);
        let mut reader = Reader::new(bytes.as_slice()).unwrap();
        compare(&mut reader, &tree);
        prop_assert!(reader.next_event().unwrap().is_none());
    }

    #[test]
    fn a_document_cut_short_is_an_error_and_never_a_panic(
        tree in document_tree(),
        options in any_options(),
        cut in any::<prop::sample::Index>(),
    ) {
        let bytes = written(&tree, &options);
        let cut = cut.index(bytes.len());
        prop_assert!(events(&bytes[..cut], Limits::default()).is_err());
    }

    #[test]
    fn no_damaged_document_panics(
        tree in document_tree(),
        options in any_options(),
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
    ) {
        let mut bytes = written(&tree, &options);
        for (place, byte) in changes {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        let _ = events(&bytes, Limits::default());
    }
}
