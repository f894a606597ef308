//! Streams and files that are made to exhaust a worker.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // in tests a panic is the answer

use std::time::Instant;

use satsuma_engine::testing::{Sketch, data};
use satsuma_engine::{Environment, JobRequest};
use satsuma_nodes::engine;

/// A source, `nodes` of one class in a row, and a table.
fn row_of(nodes: usize, class: &str, properties: &str) -> Sketch {
    let mut sketch = Sketch::default();
    let mut last = sketch.var_file("in", "in.csv", &[], "");
    for at in 0..nodes {
        let node = sketch.node(class, &format!("n{at}"), &properties.replace('#', &at.to_string()), "");
        sketch.link(last, node);
        last = node;
    }
    let table = sketch.node("TableNode", "out", "", "");
    sketch.link(last, table).score_with(table);
    sketch
}

async fn run(sketch: &Sketch, text: &str) -> Result<String, String> {
    let folder = tempfile::tempdir().unwrap();
    let job = JobRequest { sources: vec![data(folder.path(), "in", text)], ..sketch.job(folder.path()) };
    match engine().run(&job, &Environment::default()).await {
        Ok(outcome) => Ok(std::fs::read_to_string(&outcome.files[0].path).unwrap()),
        Err(error) => Err(error.to_string()),
    }
}

/// A line of names and `records` of blanks but for the first field.
fn wide(columns: usize, records: usize) -> String {
    let names = (0..columns).map(|at| format!("c{at}")).collect::<Vec<_>>().join(",");
    let record = format!("7{}\n", ",".repeat(columns - 1));
    format!("{names}\n{}", record.repeat(records))
}

/// Measures, by hand: `cargo test -p satsuma-nodes --test hostile -- --ignored --nocapture planning`.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "a measurement"]
async fn planning_time_by_columns() {
    let derive = "<newName>d#</newName><formulaExpression>c0 + 1</formulaExpression>";
    for (what, class, nodes, properties) in [
        ("table", "FilterNode", 0, ""),
        ("filter", "FilterNode", 1, ""),
        ("type", "TypeNode", 1, ""),
        ("5 derive", "DeriveNode", 5, derive),
    ] {
        for columns in [1_000, 4_000, 16_384] {
            let text = wide(columns, 10);
            let sketch = row_of(nodes, class, properties);
            let began = Instant::now();
            let done = run(&sketch, &text).await.map(|text| text.len());
            println!("{what:10} {columns:6} columns: {:?} {done:?}", began.elapsed());
        }
    }
}
