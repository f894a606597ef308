//! Compares plain XML, the format of version 12, with Python's parser (expat). The real streams are all Fast
//! Infoset, so each is converted to plain XML first. They are not part of the repository (see
//! `real_streams.rs`).

#![allow(clippy::unwrap_used)]

mod support;

use std::io::Write as _;
use std::process::{Command, Stdio};

use satsuma_stream::{Content, Element, StreamBuilder, StreamFile, write_archive};

/// Reads a document and writes it with different quotes and references, and without sections.
const AGAIN: &str = "
import sys, xml.etree.ElementTree as tree
root = tree.fromstring(sys.stdin.buffer.read())
# It leaves carriage returns as they are, and readers turn those into line feeds.
sys.stdout.buffer.write(tree.tostring(root, encoding='utf-8', xml_declaration=True).replace(b'\\r', b'&#13;'))
";

/// Prints the names of nodes as code points, and decodes the escaped ones itself.
const NAMES: &str = "
import sys, xml.etree.ElementTree as tree
for name in tree.fromstring(sys.stdin.buffer.read()).iter('name'):
    data = name.find('data')
    text = name.text if data is None else bytes.fromhex(data.text).decode('utf-16-be')
    print(*map(ord, text or ''))
";

/// The output of a Python program for an input; `None` if there is no Python.
fn python(program: &str, input: &[u8]) -> Option<Vec<u8>> {
    let mut command = Command::new("python3");
    command.args(["-c", program]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let Ok(mut child) = command.spawn() else {
        eprintln!("skipped: no python3");
        return None;
    };
    child.stdin.take().unwrap().write_all(input).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "Python does not read it");
    Some(output.stdout)
}

/// The element with plain text instead of sections, which is equivalent.
fn without_sections(element: &Element) -> Element {
    let mut plain = Element::new(element.name());
    for (name, value) in element.attributes() {
        plain.set_attr(name, value);
    }
    for piece in element.content() {
        plain = match piece {
            Content::Element(child) => plain.with_child(without_sections(child)),
            Content::Text(text) | Content::CData(text) => plain.with_text(text),
            other => panic!("streams have no {other:?}"),
        };
    }
    plain
}

/// The other parser reads our output, and we read its output as the same stream.
#[test]
fn a_plain_stream_is_the_same_stream_and_stays_plain() {
    let mut documents = 0;
    for (path, bytes) in support::streams() {
        let binary = StreamFile::open(bytes).unwrap();
        let Some(document) = python(AGAIN, &binary.document().to_xml().unwrap()) else { return };
        let names: Vec<_> = binary.entry_names().map(str::to_owned).collect();
        let entries = names.iter().map(|name| match name == binary.main_entry() {
            true => (name.as_str(), document.clone()),
            false => (name.as_str(), binary.entry(name).unwrap()),
        });
        let entries: Vec<_> = entries.collect();
        let zip = write_archive(entries.iter().map(|(name, content)| (*name, content.as_slice()))).unwrap();
        let mut plain = StreamFile::open(zip).unwrap();
        assert_eq!(without_sections(plain.document()), without_sections(binary.document()), "{path}");
        assert_eq!(plain.stream().properties, binary.stream().properties, "{path}");
        for (one, other) in plain.stream().diagram.all_nodes().iter().zip(binary.stream().diagram.all_nodes())
        {
            assert_eq!(one.typed().unwrap(), other.typed().unwrap(), "{path}: {}", one.describe());
        }
        plain.edit(|edit| edit.set_stream_property("annotation", "changed")).unwrap();
        let written = StreamFile::open(plain.write().unwrap()).unwrap();
        assert!(written.entry(written.main_entry()).unwrap().starts_with(b"<?xml"), "{path}");
        assert_eq!(written.document(), plain.document(), "{path}");
        documents += 1;
    }
    println!("{documents} streams in plain XML");
}

/// No available stream has an escaped name, so this test makes its own; the other decoder is independent.
#[test]
fn escaped_names_are_those_that_another_decoder_finds() {
    let names = ["a\u{c}\u{f}", "\u{1F34A}\u{1}", "\u{FFFE}", "plain", "香\u{0}水"];
    let mut stream = StreamBuilder::new("names");
    for name in names {
        let table = stream.table();
        stream.set(table, "name", name);
    }
    let document = stream.document();
    let Some(found) = python(NAMES, &document.to_xml().unwrap()) else { return };
    let found: Vec<String> = String::from_utf8(found).unwrap().lines().map(decoded).collect();
    assert_eq!(found[1..], names, "after the stream's own name");
    let file = StreamFile::open(stream.write().unwrap()).unwrap();
    let nodes = file.stream().diagram.nodes().iter().map(|node| node.name.as_str());
    assert_eq!(nodes.collect::<Vec<_>>(), names);
}

fn decoded(line: &str) -> String {
    let points = line.split_whitespace().map(|point| point.parse::<u32>().unwrap());
    points.map(|point| char::from_u32(point).unwrap()).collect()
}
