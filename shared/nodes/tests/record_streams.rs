//! Record operations of public streams.

#![allow(clippy::unwrap_used)] // in tests a panic is the answer

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use satsuma_engine::Effort;
use satsuma_stream::StreamFile;

/// The kinds of nodes of the palette.
const KINDS: [&str; 7] = ["Aggregate", "Append", "Balance", "Distinct", "Merge", "Sample", "Sort"];

fn find_streams(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => find_streams(&path, found),
            false if path.extension().is_some_and(|extension| extension == "str") => found.push(path),
            false => {}
        }
    }
}

/// All record operations of public streams are supported, except for an aggregate expression that returns a
/// value of an arbitrary record of a group.
#[test]
fn record_operations_of_public_streams_are_supported() {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let folder = workspace.join("../shared/streams");
    if !folder.is_dir() {
        eprintln!("skipped: no folder of real streams at {}", folder.display());
        return;
    }
    let mut paths = Vec::new();
    find_streams(&folder, &mut paths);
    let mut obstacles: BTreeMap<String, usize> = BTreeMap::new();
    for path in &paths {
        let Ok(stream) = StreamFile::open(std::fs::read(path).unwrap()) else { continue };
        for check in satsuma_nodes::engine().check_actions(&Arc::new(stream), Effort::default()) {
            for obstacle in check.obstacles {
                let node = obstacle.node.unwrap_or_default();
                if KINDS.iter().any(|kind| node.starts_with(kind)) {
                    let property = obstacle.property.unwrap_or_default();
                    *obstacles.entry(format!("{node}: {property}: {}", obstacle.reason)).or_default() += 1;
                }
            }
        }
    }
    let known =
        ["aggregate expressions over fields are not supported", "this node can end the scoring branch"];
    let unknown = obstacles.keys().filter(|obstacle| !known.iter().any(|known| obstacle.contains(known)));
    assert_eq!(unknown.collect::<Vec<_>>(), Vec::<&String>::new(), "{obstacles:#?}");
    println!("{} streams", paths.len());
}
