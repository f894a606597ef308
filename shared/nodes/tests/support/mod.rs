//! Real streams and their data, for the tests that compare with IBM's numbers.

#![allow(dead_code, clippy::unwrap_used)] // no test file uses all of it; in tests a panic is the answer

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use async_trait::async_trait;
use satsuma_engine::DataAccess;
use satsuma_stream::{Element, StreamFile};
use serde_json::Value;

/// The folder of real streams, or `None` with a reason on stderr.
pub(crate) fn streams() -> Option<PathBuf> {
    let given = std::env::var_os("SATSUMA_STREAMS").map(PathBuf::from);
    let folder =
        given.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/streams"));
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("skipped: no folder of real streams at {}; set SATSUMA_STREAMS", folder.display());
    None
}

/// The manifest of the real streams.
pub(crate) fn manifest(folder: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(folder.join("manifest.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// The data of one stream, by the file names that its sources have.
#[derive(Clone)]
pub(crate) struct Data(pub(crate) HashMap<String, PathBuf>);

#[async_trait]
impl DataAccess for Data {
    async fn locate(&self, file_name: &str) -> std::io::Result<Option<PathBuf>> {
        Ok(self.0.get(file_name).cloned())
    }
}

impl Data {
    /// The data of a stream of the manifest.
    pub(crate) fn of(entry: &Value, folder: &Path) -> Self {
        let mut files = HashMap::new();
        for source in entry["sources"].as_array().unwrap() {
            let (Some(name), Some(data)) = (source["file_in_stream"].as_str(), source["data"].as_str())
            else {
                continue;
            };
            let name = name.rsplit(['/', '\\']).next().unwrap_or(name);
            files.insert(name.to_owned(), folder.join(data));
        }
        Self(files)
    }
}

/// Adds a terminal node of a class after a node, with which the stream scores; and other changes of the diagram.
pub(crate) fn add_behind(file: &mut StreamFile, id: &str, class: &str, change: impl FnOnce(&mut Element)) {
    file.edit(|edit| {
        let stream = edit.document_mut().child_mut("stream").unwrap();
        let diagram = stream.child_mut("diagram").unwrap();
        let table = Element::new("node")
            .with_attr("id", "990001")
            .with_attr("class", format!("com.spss.clementine.component.node.{class}"))
            .with_attr("saveVersion", "18.0")
            .with_attr("uid", "idProbe")
            .with_child(Element::new("properties").with_leaf("name", class).with_leaf("label", "Probe"));
        diagram.child_mut("nodes").unwrap().push_child(table);
        let link = Element::new("link").with_attr("srcId", id).with_attr("dstId", "990001");
        diagram.child_mut("links").unwrap().push_child(link);
        change(diagram);
        edit.set_stream_property("scnScoringTerminalNode", "idProbe")
    })
    .unwrap();
}
