//! Tables ten times as large as the memory that a job may use: the same records as with plenty of it.

use std::io::{BufWriter, Write};
use std::path::Path;

use satsuma_engine::testing::Sketch;
use satsuma_engine::{Environment, Limits, SourceOverride};

/// Memory of each sort, group or join of a test. The tables have ten times as much text. A sorter needs three batches of
/// it, 5 MB, so that a join with its two sorters has twice as much, and a table of twice the size.
const MEMORY: usize = 8 << 20;
const ROWS: usize = 400_000;
const TEXT: usize = 200;

/// A file of keys in no order, of which every one occurs eight times, and long texts.
fn file(folder: &Path, rows: usize) -> std::path::PathBuf {
    let path = folder.join("big.csv");
    let mut file = BufWriter::new(std::fs::File::create(&path).unwrap());
    writeln!(file, "key,n,text").unwrap();
    let long = "x".repeat(TEXT);
    let keys = rows / 8;
    for row in 0..rows {
        // 7,919 is a prime: all keys, in another order each time.
        writeln!(file, "{},{row},{}{long}", row * 7_919 % keys, row % 1_000).unwrap();
    }
    path
}

/// A file with each key once.
fn keys(folder: &Path, rows: usize) -> std::path::PathBuf {
    let path = folder.join("keys.csv");
    let mut file = BufWriter::new(std::fs::File::create(&path).unwrap());
    writeln!(file, "key,m").unwrap();
    (0..rows / 8).for_each(|key| writeln!(file, "{key},{}", key * 3).unwrap());
    path
}

/// A hash of what the node makes of the file.
async fn result(
    class: &str,
    properties: &str,
    data: &[std::path::PathBuf],
    memory_bytes: usize,
) -> (u64, u64) {
    let folder = tempfile::tempdir().unwrap();
    let mut sketch = Sketch::default();
    let node = sketch.node(class, "node", properties, "");
    for at in 0..data.len() {
        let fields = [("key", "integer"), ("n", "integer"), ("text", "string")];
        let fields = if at == 0 { &fields[..] } else { &[("key", "integer"), ("m", "integer")] };
        let source = sketch.var_file(&format!("in{at}"), "in.csv", fields, "");
        sketch.link(source, node);
    }
    let table = sketch.node("TableNode", "out", "", "");
    sketch.link(node, table).score_with(table);
    let mut job = sketch.job(folder.path());
    job.limits = Limits { memory_bytes, partitions: 1, ..Limits::default() };
    job.sources = (0..data.len())
        .map(|at| SourceOverride {
            node: format!("in{at}"),
            path: data[at].clone(),
            file_name: "in.csv".to_owned(),
            format: None,
            encoding: None,
        })
        .collect();
    let outcome = satsuma_nodes::engine().run(&job, &Environment::default()).await;
    let outcome = outcome.unwrap_or_else(|error| panic!("{class}: {error}"));
    let bytes = std::fs::read(&outcome.files[0].path).unwrap();
    let hash = bytes.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    });
    (outcome.rows_written, hash)
}

fn list(property: &str) -> String {
    format!("<{property}><field>key</field></{property}>")
}

/// Rests on the same node with plenty of memory. `inputs` is the number of tables, and of sorters; the result has one
/// record for `records` of the first table.
async fn agrees(class: &str, properties: &str, inputs: usize, records: usize) {
    let folder = tempfile::tempdir().unwrap();
    let (memory, rows) = (MEMORY * inputs, ROWS * inputs);
    let data = [file(folder.path(), rows), keys(folder.path(), rows)];
    assert!(std::fs::metadata(&data[0]).unwrap().len() > 10 * memory as u64);
    let small = result(class, properties, &data[..inputs], memory).await;
    assert_eq!(small.0, (rows / records) as u64, "{class}");
    assert_eq!(small, result(class, properties, &data[..inputs], 4 << 30).await, "{class}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sort_of_ten_times_the_memory_has_the_same_records() {
    let keys = "<sortKeys><rows><row><field>key</field><direction>0</direction></row></rows></sortKeys>";
    agrees("SortNode", keys, 1, 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn groups_of_ten_times_the_memory_have_the_same_records() {
    let statistics =
        "<aggregateFields><rows><row><field>n</field><sum>true</sum></row></rows></aggregateFields>";
    agrees("AggregateNode", &format!("{}{statistics}", list("aggregateKeyFields")), 1, 8).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn duplicates_of_ten_times_the_memory_have_the_same_records() {
    let properties = format!("{}<distinctMode>Include</distinctMode>", list("distinctFieldSelection"));
    agrees("DistinctNode", &properties, 1, 8).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_merge_of_ten_times_the_memory_has_the_same_records() {
    let properties = format!("<mergeMode>key</mergeMode>{}<joinType>inner</joinType>", list("keyFields"));
    agrees("MergeNode", &properties, 2, 1).await;
}
