//! Compares with an independent implementation, the Java one that Debian packages. Each side decodes the
//! other's documents to the same events.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs, unreachable_pub)]

mod common;

use std::fs;
use std::path::Path;

use common::{EXTERNAL, lines, peer, stream_documents};
use satsuma_fastinfoset::{
    Attribute, Header, Name, NamespaceDeclaration, QualifiedName, Reader, Value, Vocabulary, Writer,
    WriterOptions,
};

/// The vocabulary that `Peer.java` has, too.
fn known() -> Vocabulary {
    let name = |prefix: &str, namespace: &str, local: &str| QualifiedName {
        prefix: Some(prefix.into()),
        namespace: Some(namespace.into()),
        local: local.into(),
    };
    Vocabulary {
        prefixes: vec!["k".into()],
        namespaces: vec!["urn:k".into()],
        local_names: vec!["known".into(), "name".into()],
        elements: vec![name("k", "urn:k", "known")],
        attributes: vec![QualifiedName::local("name")],
        ..Vocabulary::default()
    }
}

/// Each document's name and the peer's events, in a folder of documents.
fn expected(folder: &Path) -> Vec<(String, String)> {
    let mut all: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "finf"))
        .map(|path| {
            let events = fs::read_to_string(format!("{}.events", path.display())).unwrap();
            (path.display().to_string(), events)
        })
        .collect();
    all.sort();
    all
}

/// For floating-point numbers the peer returns Java's text (`0.1`), this crate the canonical one of the
/// standard (`1.0E-1`). Words that are the same number count as equal.
fn assert_same(ours: &str, theirs: &str, document: &str) {
    let number = |word: &str| word.rsplit('=').next().and_then(|word| word.parse::<f64>().ok());
    for (place, (one, other)) in ours.lines().zip(theirs.lines()).enumerate() {
        let same = one == other
            || one.split(' ').count() == other.split(' ').count()
                && one.split(' ').zip(other.split(' ')).all(|(one, other)| {
                    one == other || number(one).is_some() && number(one) == number(other)
                });
        assert!(same, "{document}, event {place}:\nhere  {one:.200}\nthere {other:.200}");
    }
    assert_eq!(ours.lines().count(), theirs.lines().count(), "{document}");
}

#[test]
fn documents_written_by_java_are_read_here() {
    let folder = tempfile::tempdir().unwrap();
    if peer(&["write", folder.path().to_str().unwrap()]).is_none() {
        return;
    }
    let documents = expected(folder.path());
    assert_eq!(documents.len(), 13);
    for (document, theirs) in documents {
        let bytes = fs::read(&document).unwrap();
        let ours = lines(&bytes, &known()).unwrap_or_else(|error| panic!("{document}: {error}"));
        assert_same(&ours, &theirs, &document);
    }
}

#[test]
fn documents_written_here_are_read_by_java() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| {
        fs::write(folder.path().join(format!("{name}.finf")), bytes).unwrap();
    };
    let utf16 = WriterOptions { utf16: true, ..WriterOptions::indexing() };
    for (name, options) in
        [("plain", WriterOptions::default()), ("indexing", WriterOptions::indexing()), ("utf16", utf16)]
    {
        write(name, &everything(&options));
        write(&format!("{name}-names"), &many_names(&options));
    }
    write("header", &everything(&WriterOptions { header: header(), ..WriterOptions::indexing() }));
    write("initial", &everything(&WriterOptions { initial: initial(), ..WriterOptions::indexing() }));
    let header = Header { external_vocabulary: Some(EXTERNAL.into()), ..Header::default() };
    write("external", &everything(&WriterOptions { header, external: known(), ..WriterOptions::indexing() }));
    if peer(&["read", folder.path().to_str().unwrap()]).is_none() {
        return;
    }
    let documents = expected(folder.path());
    assert_eq!(documents.len(), 9);
    for (document, theirs) in documents {
        let ours = lines(&fs::read(&document).unwrap(), &known()).unwrap();
        assert_same(&ours, &theirs, &document);
    }
}

/// The main documents of real streams: unchanged, rewritten without tables, and rewritten with all tables.
#[test]
fn real_streams_are_read_alike_and_written_readably() {
    let documents = stream_documents();
    if documents.is_empty() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    for (number, (_, bytes)) in documents.iter().enumerate() {
        let write = |kind: &str, bytes: &[u8]| {
            fs::write(folder.path().join(format!("{number:03}-{kind}.finf")), bytes).unwrap();
        };
        write("original", bytes);
        write("plain", &rewritten(bytes, &WriterOptions::default()));
        write("indexing", &rewritten(bytes, &WriterOptions::indexing()));
    }
    if peer(&["read", folder.path().to_str().unwrap()]).is_none() {
        return;
    }
    let mut originals = String::new();
    for (document, theirs) in expected(folder.path()) {
        let ours = lines(&fs::read(&document).unwrap(), &known()).unwrap();
        assert_eq!(ours, theirs, "{document}");
        // Sorted by name, the other two follow "indexing".
        if document.ends_with("indexing.finf") {
            originals.clone_from(&ours);
        }
        assert_eq!(ours, originals, "{document}");
    }
    eprintln!("{} documents of streams", documents.len());
}

fn rewritten(bytes: &[u8], options: &WriterOptions) -> Vec<u8> {
    let mut reader = Reader::new(bytes).unwrap();
    let mut writer = Writer::with_options(Vec::new(), options).unwrap();
    while let Some(event) = reader.next_event().unwrap() {
        writer.event(&event).unwrap();
    }
    writer.finish().unwrap()
}

/// A header with the parts that the peer supports.
fn header() -> Header {
    Header {
        declaration: true,
        encoding: Some("UTF-8".into()),
        standalone: Some(true),
        version: Some("1.0".into()),
        ..Header::default()
    }
}

/// Without attribute values, because the peer reads their lengths incorrectly (its issue 49).
fn initial() -> Vocabulary {
    Vocabulary {
        prefixes: vec!["p".into()],
        namespaces: vec!["urn:p".into()],
        local_names: vec!["root".into(), "leaf".into()],
        other_names: vec!["target".into()],
        other_uris: vec!["urn:other".into()],
        elements: vec![QualifiedName::local("root"), QualifiedName::local("leaf")],
        attributes: vec![QualifiedName::local("id")],
        ..Vocabulary::default()
    }
}

fn many_names(options: &WriterOptions) -> Vec<u8> {
    let mut writer = Writer::with_options(Vec::new(), options).unwrap();
    writer.start_element(&Name::local("root"), &[]).unwrap();
    for _twice in 0..2 {
        for number in 0..9000 {
            let (name, value) = (format!("e{number}"), format!("v{number}"));
            let attribute = Attribute { name: Name::local(&name), value: value.as_str() };
            writer.start_element(&Name::local(&name), &[attribute]).unwrap();
            writer.text(&value).unwrap();
            writer.end_element().unwrap();
        }
    }
    writer.end_element().unwrap();
    writer.finish().unwrap()
}

fn everything(options: &WriterOptions) -> Vec<u8> {
    let mut writer = Writer::with_options(Vec::new(), options).unwrap();
    writer.comment("before").unwrap();
    writer.instruction("target", "content").unwrap();
    let namespaces = [
        NamespaceDeclaration { prefix: Some("p"), namespace: Some("urn:p") },
        NamespaceDeclaration { prefix: Some("k"), namespace: Some("urn:k") },
    ];
    let attributes = [
        Attribute { name: Name::local("id"), value: Value::Text("1") },
        Attribute { name: Name::qualified_by(Some("p"), "urn:p", "id"), value: Value::Text("2") },
        Attribute { name: Name::local("ints"), value: Value::Int(&[i32::MIN, 7]) },
        Attribute { name: Name::local("doubles"), value: Value::Double(&[0.1, 1e300]) },
        Attribute { name: Name::local("bytes"), value: Value::Base64(b"bytes") },
    ];
    writer.start_element_with(&Name::local("root"), &namespaces, &attributes).unwrap();
    for length in [1, 2, 3, 8, 9, 31, 32, 64, 65, 258, 259, 264, 265, 320, 321, 70_000] {
        let text = "☺".repeat(length);
        for _twice in 0..2 {
            let attribute = Attribute { name: Name::local("value"), value: text.as_str() };
            writer.start_element(&Name::local("leaf"), &[attribute]).unwrap();
            writer.text(&text).unwrap();
            writer.end_element().unwrap();
        }
    }
    let booleans = [true, false, true, true, false, false, true];
    let values = [
        Value::Short(&[i16::MIN, i16::MAX]),
        Value::Int(&[1, -2, 3]),
        Value::Long(&[i64::MIN, i64::MAX]),
        Value::Float(&[0.1, -2.5, 3.4e38]),
        Value::Double(&[0.1, -2.5, 1.5e-300]),
        Value::Boolean(&booleans),
        Value::Boolean(&booleans[..1]),
        Value::Boolean(&booleans[..4]),
        Value::Boolean(&booleans[..5]),
        Value::Uuid(&[[0xAB; 16], [7; 16]]),
        Value::Hexadecimal(&[0xAB, 1]),
        Value::Base64(b"any carnal pleas"),
        Value::Numeric("-1.5e+3"),
        Value::Numeric("12"),
        Value::DateTime("2026-11-22T16:41:00Z"),
    ];
    for value in values {
        writer.start_element(&Name::qualified_by(Some("k"), "urn:k", "known"), &[]).unwrap();
        writer.value(value).unwrap();
        writer.end_element().unwrap();
    }
    writer.start_element(&Name::qualified_by(Some("p"), "urn:p", "leaf"), &[]).unwrap();
    writer.cdata("<cdata & more>").unwrap();
    writer.comment("inside").unwrap();
    writer.comment("").unwrap();
    writer.instruction("target", "").unwrap();
    writer.end_element().unwrap();
    let default = NamespaceDeclaration { prefix: None, namespace: Some("urn:default") };
    let undeclared = NamespaceDeclaration { prefix: None, namespace: None };
    let none: [Attribute<'_>; 0] = [];
    let inner = Name::qualified_by(None, "urn:default", "inner");
    writer.start_element_with(&inner, &[default], &none).unwrap();
    writer.start_element_with(&Name::local("inner"), &[undeclared], &none).unwrap();
    writer.end_element().unwrap();
    writer.end_element().unwrap();
    writer.end_element().unwrap();
    writer.comment("after").unwrap();
    writer.finish().unwrap()
}
