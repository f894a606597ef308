//! Writes `docs/streams.md`: `cargo run -p satsuma-stream --example survey -- FOLDER > docs/streams.md`, where
//! FOLDER holds streams and a `manifest.json` that lists them.

use std::error::Error;
use std::fs;
use std::path::Path;

use satsuma_stream::StreamFile;
use satsuma_stream::survey::{Survey, Verdict};

const HEAD: &str = "\
# The streams we test with

Public streams of Modeler 16 to 19, found in repositories on the web; they are not part of this one. Every
one of them opens, is explained and drawn, and is written back byte for byte; its document, taken apart into
the typed graph and put together again, is the same to the last line break.

A *branch* is a node that a run executes (a chart, builder, output or export, or a terminal supernode) with
all that it reads from.

Generated: `cargo run -p satsuma-stream --example survey -- FOLDER > docs/streams.md`.
";

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args().nth(1).ok_or("the folder with manifest.json is missing")?;
    let folder = Path::new(&folder);
    let manifest: Vec<serde_json::Value> = serde_json::from_slice(&fs::read(folder.join("manifest.json"))?)?;
    let mut survey = Survey::default();
    for entry in &manifest {
        let path = entry["stream"].as_str().ok_or("a stream in the manifest has no path")?;
        let file =
            StreamFile::open(fs::read(folder.join(path))?).map_err(|error| format!("{path}: {error}"))?;
        survey.add(path, &file, |_, _| Verdict::Unasked);
    }
    println!("{HEAD}\n{}", survey.to_markdown().trim_end());
    Ok(())
}
