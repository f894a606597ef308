//! Tables at any node of a real stream: a probe takes the place of Table nodes.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use datafusion::arrow::array::RecordBatch;
use futures::StreamExt;
use satsuma_columns::{Field, Scalar};
use satsuma_engine::{
    Action, Compiled, DataAccess, Engine, Environment, FileFormat, Inputs, JobRequest, Limits, NodeError,
    NodeRun, NodeType, Product, Registry, Table, Terminal,
};
use satsuma_stream::{Element, StreamFile};

/// A table that a probe read.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    pub(crate) fields: Vec<Field>,
    pub(crate) batches: Vec<RecordBatch>,
    /// The plan of the table, encoded.
    pub(crate) plan: Vec<u8>,
}

impl Seen {
    /// The number of records.
    pub(crate) fn rows(&self) -> usize {
        self.batches.iter().map(RecordBatch::num_rows).sum()
    }

    /// The values of a field.
    pub(crate) fn values(&self, field: usize) -> impl Iterator<Item = Scalar> + '_ {
        self.batches
            .iter()
            .flat_map(move |batch| (0..batch.num_rows()).map(move |row| Scalar::at(batch.column(field), row)))
    }
}

/// The table of the last run.
static SEEN: Mutex<Option<Seen>> = Mutex::new(None);

/// The encodings of the servers that real streams ran on.
const ENCODINGS: [&str; 3] = ["UTF-8", "windows-31j", "GBK"];

/// Runs with a probe follow one another.
static RUNNING: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

struct Probe;

#[async_trait]
impl Terminal for Probe {
    fn file_names(&self) -> Vec<String> {
        Vec::new()
    }

    fn uses_values(&self) -> bool {
        true
    }

    async fn run(&self, input: Table, run: &NodeRun) -> Result<Vec<Product>, NodeError> {
        let fields = input.fields().to_vec();
        let plan = input.clone().encoded()?;
        let mut records = input.records(run).await?;
        let mut batches = Vec::new();
        while let Some(batch) = records.next().await {
            batches.push(batch?);
        }
        *SEEN.lock().unwrap() = Some(Seen { fields, batches, plan });
        Ok(Vec::new())
    }
}

static PROBE: NodeType = NodeType {
    class: "TableNode",
    extension: None,
    inputs: Inputs::One,
    settings: &[],
    compile: |_| Ok(Compiled::terminal(Probe)),
};

pub(crate) fn engine() -> &'static Engine {
    static ENGINE: std::sync::OnceLock<Engine> = std::sync::OnceLock::new();
    ENGINE.get_or_init(|| {
        let known = satsuma_nodes::REGISTRY;
        let types = [&PROBE].into_iter().chain(known.types.iter().copied()).collect::<Vec<_>>();
        Engine::new(Box::leak(Box::new(Registry { types: types.leak(), ..known })))
    })
}

/// Data by the file name that a source has for them.
pub(crate) struct Files(pub(crate) HashMap<String, PathBuf>);

#[async_trait]
impl DataAccess for Files {
    async fn locate(&self, name: &str) -> std::io::Result<Option<PathBuf>> {
        Ok(self.0.get(name).cloned())
    }
}

/// The folder of real streams, or `None` with a reason on stderr.
pub(crate) fn streams() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/streams");
    let folder = std::env::var_os("SATSUMA_STREAMS").map_or_else(beside, PathBuf::from);
    if folder.join("manifest.json").exists() {
        return Some(folder);
    }
    eprintln!("skipped: no folder of real streams at {}", folder.display());
    None
}

/// A stream of the manifest.
pub(crate) struct Real {
    pub(crate) name: String,
    pub(crate) file: StreamFile,
    pub(crate) data: Arc<Files>,
}

/// All streams of the manifest that can be opened, with their data.
pub(crate) fn real_streams() -> Vec<Real> {
    // Part of the name of the streams that are wanted, to look at one of them.
    streams_of(&std::env::var("SATSUMA_ONLY").unwrap_or_default())
}

/// The stream whose name has this part, or `None` with a reason on stderr.
pub(crate) fn real_stream(part: &str) -> Option<Real> {
    let found = streams_of(part).into_iter().next();
    if found.is_none() {
        eprintln!("skipped: {part} is missing");
    }
    found
}

fn streams_of(wanted: &str) -> Vec<Real> {
    let Some(folder) = streams() else { return Vec::new() };
    let text = std::fs::read_to_string(folder.join("manifest.json")).unwrap();
    let manifest: serde_json::Value = serde_json::from_str(&text).unwrap();
    let streams = manifest.as_array().unwrap().iter().filter_map(|entry| {
        let name = entry["stream"].as_str().filter(|name| name.contains(wanted))?.to_owned();
        let file = StreamFile::open(std::fs::read(folder.join(&name)).ok()?).ok()?;
        let files = entry["sources"].as_array()?.iter().filter_map(|source| {
            let path = folder.join(source["data"].as_str()?);
            let named = source["file_in_stream"].as_str()?.rsplit(['/', '\\']).next()?;
            path.is_file().then(|| (named.to_owned(), path))
        });
        Some(Real { name, data: Arc::new(Files(files.collect())), file })
    });
    streams.collect()
}

impl Real {
    /// The table that leaves the node with this uid, or why there is none.
    pub(crate) async fn table(&self, uid: &str) -> Result<Seen, String> {
        self.table_in(uid, 1).await
    }

    /// The same, computed in so many partitions.
    pub(crate) async fn table_in(&self, uid: &str, partitions: usize) -> Result<Seen, String> {
        let _running = RUNNING.lock().await;
        let mut result = Err(String::new());
        for encoding in ENCODINGS {
            result = self.read(uid, encoding, partitions).await;
            if result.as_ref().err().is_none_or(|error| !error.contains("text; save it as UTF-8")) {
                break;
            }
        }
        result
    }

    async fn read(&self, uid: &str, encoding: &str, partitions: usize) -> Result<Seen, String> {
        let folder = tempfile::tempdir().unwrap();
        let job = JobRequest {
            action: Action::BatchScore,
            stream: Arc::new(probed(&self.file, uid)),
            sources: Vec::new(),
            exports: Vec::new(),
            format: FileFormat::Csv,
            documents: satsuma_engine::DocumentFormat::Html,
            parameters: Vec::new(),
            system_encoding: encoding.to_owned(),
            work_dir: folder.path().to_owned(),
            limits: Limits { partitions, ..Limits::default() },
        };
        let environment = Environment { data: self.data.clone(), ..Environment::default() };
        let outcome = engine().run(&job, &environment).await;
        let seen = SEEN.lock().unwrap().take();
        outcome.map_err(|error| error.to_string())?;
        Ok(seen.unwrap_or_default())
    }
}

/// The stream, whose scoring branch ends behind the node.
fn probed(file: &StreamFile, uid: &str) -> StreamFile {
    let mut file = file.clone();
    let edited = file.edit(|edit| {
        assert!(insert(edit.document_mut(), uid), "there is no node {uid}");
        edit.set_stream_property("scnScoringTerminalNode", "idProbe")
    });
    edited.unwrap();
    file
}

fn insert(element: &mut Element, uid: &str) -> bool {
    let node = element.child("nodes").into_iter().flat_map(|nodes| nodes.children("node"));
    let id = node.filter(|node| node.attr("uid") == Some(uid)).find_map(|node| node.attr("id"));
    if let Some(id) = id.map(str::to_owned) {
        let leaf = |name: &str| Element::new("properties").with_leaf("name", name);
        let probe = Element::new("node")
            .with_attr("id", "999999")
            .with_attr("uid", "idProbe")
            .with_attr("class", "com.spss.clementine.component.node.TableNode")
            .with_attr("saveVersion", "18.0")
            .with_child(leaf("Probe"));
        element.child_mut("nodes").unwrap().push_child(probe);
        let link = Element::new("link").with_attr("srcId", id).with_attr("dstId", "999999");
        match element.child_mut("links") {
            Some(links) => links.push_child(link),
            None => element.push_child(Element::new("links").with_child(link)),
        }
        return true;
    }
    element.elements_mut().any(|child| insert(child, uid))
}
