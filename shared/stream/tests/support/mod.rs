//! Shared code of the tests on real streams.

#![allow(clippy::unwrap_used, dead_code, unreachable_pub)]

use std::path::{Path, PathBuf};

use satsuma_fastinfoset::{Event, Reader};
use satsuma_stream::{Element, Limits, Node, StreamFile};

/// The folder of the collection, which is not part of the repository.
pub fn collection() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/streams");
    let folder = std::env::var_os("SATSUMA_STREAMS").map_or_else(beside, PathBuf::from);
    if folder.join("manifest.json").is_file() {
        return Some(folder);
    }
    eprintln!("skipped: no streams in {}", folder.display());
    None
}

/// All streams, by path.
pub fn streams() -> Vec<(String, Vec<u8>)> {
    files("str")
}

/// All files with a suffix, by path.
pub fn files(suffix: &str) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    if let Some(folder) = collection() {
        gather(&folder, suffix, &mut found);
    }
    found.sort();
    let read = |path: PathBuf| (path.display().to_string(), std::fs::read(&path).unwrap());
    found.into_iter().map(read).collect()
}

fn gather(folder: &Path, suffix: &str, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            gather(&path, suffix, found);
        } else if path.extension().is_some_and(|extension| extension == suffix) {
            found.push(path);
        }
    }
}

/// The events of a document; adjacent texts are joined.
pub fn events(document: &[u8]) -> Vec<String> {
    let mut reader = Reader::new(document).unwrap();
    let mut events: Vec<String> = Vec::new();
    while let Some(event) = reader.next_event().unwrap() {
        let event = match event {
            Event::Start(element) => {
                let attributes = element.attributes();
                let attributes: Vec<_> =
                    attributes.map(|pair| format!("{}={:?}", pair.name.qualified(), pair.value)).collect();
                format!("< {} {attributes:?}", element.name().qualified())
            }
            Event::End => ">".to_owned(),
            Event::Text(text) => format!("text {text}"),
            other => format!("{other:?}"),
        };
        match (events.last_mut(), event.strip_prefix("text ")) {
            (Some(last), Some(text)) if last.starts_with("text ") => last.push_str(text),
            _ => events.push(event),
        }
    }
    events
}

/// A copy of this node without properties except its name.
pub fn bare(node: &Node) -> Node {
    let mut element = Element::new("node");
    for name in ["id", "class", "uid", "extensionID", "extensionObjectID", "extensionElementID"] {
        if let Some(value) = node.element().attr(name) {
            element.set_attr(name, value);
        }
    }
    let mut properties = Element::new("properties").with_leaf("name", &node.name);
    if node.element().path(["properties", "model"]).is_some() {
        properties.push_child(Element::new("model"));
    }
    self::node(element.with_child(properties))
}

/// The node of an element, in a stream of its own.
pub fn node(element: Element) -> Node {
    let nodes = Element::new("nodes").with_child(element);
    let diagram = Element::new("diagram").with_child(nodes);
    let stream = Element::new("stream").with_child(Element::new("properties")).with_child(diagram);
    let document = Element::new("clementineStream").with_child(stream);
    let stream = satsuma_stream::Stream::from_document(&document, &Limits::default()).unwrap();
    stream.diagram.nodes()[0].clone()
}

/// Opens the stream whose path ends like this.
pub fn named(path: &str) -> Option<StreamFile> {
    let found = streams().into_iter().find(|(name, _)| name.ends_with(path));
    found.map(|(_, bytes)| StreamFile::open(bytes).unwrap())
}
