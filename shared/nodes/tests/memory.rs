//! Records are streamed: a job's memory does not grow with their number. The test is alone in its file,
//! because it measures the memory of the whole process.

#![allow(clippy::unwrap_used)] // in tests a panic is the answer

use std::io::{BufWriter, Write};
use std::sync::Arc;

use satsuma_engine::{Action, Environment, FileFormat, JobRequest, Limits, SourceOverride};
use satsuma_stream::{Field, FilterTable, Measure, Storage, StreamBuilder, StreamFile, TypeTable};

/// A million records, of which a fortieth would exceed the memory limit if they were in memory at once.
const ROWS: usize = 1_000_000;
const ALLOWED_GROWTH_KIB: u64 = 96 << 10;

/// Peak memory of this process, in KiB.
fn peak_kib() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

fn request(folder: &std::path::Path, rows: usize) -> JobRequest {
    let path = folder.join(format!("{rows}.csv"));
    let mut file = BufWriter::new(std::fs::File::create(&path).unwrap());
    writeln!(file, "id,amount,text").unwrap();
    for row in 0..rows {
        writeln!(file, "{row},{}.25,{:0100}", row % 1000, row).unwrap();
    }
    drop(file);

    let mut stream = StreamBuilder::new("memory");
    let fields = [
        Field::new("id", Storage::Integer, Measure::Range),
        Field::new("amount", Storage::Real, Measure::Range),
        Field::new("text", Storage::String, Measure::Typeless),
    ];
    let source = stream.delimited_file("in.csv", &fields);
    let types = stream.type_node(&TypeTable::default());
    let filter = stream.filter(&FilterTable::default());
    let flat = stream.text_file_export("out.csv");
    stream.link(source, types).link(types, filter).link(filter, flat).score_with(flat);

    let work_dir = folder.join(format!("work-{rows}"));
    std::fs::create_dir(&work_dir).unwrap();
    JobRequest {
        action: Action::BatchScore,
        stream: Arc::new(StreamFile::open(stream.write().unwrap()).unwrap()),
        sources: vec![SourceOverride {
            node: "Var. File".to_owned(),
            path,
            file_name: "in.csv".to_owned(),
            format: None,
            encoding: None,
        }],
        exports: Vec::new(),
        format: FileFormat::Csv,
        parameters: Vec::new(),
        system_encoding: "UTF-8".to_owned(),
        work_dir,
        limits: Limits::default(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_million_records_need_no_more_memory_than_a_few() {
    let folder = tempfile::tempdir().unwrap();
    // A short run first loads code, arenas and buffers.
    satsuma_nodes::engine().run(&request(folder.path(), 50_000), &Environment::default()).await.unwrap();
    let Some(before) = peak_kib() else {
        eprintln!("skipped: this system does not tell a process's memory");
        return;
    };
    let outcome =
        satsuma_nodes::engine().run(&request(folder.path(), ROWS), &Environment::default()).await.unwrap();
    assert_eq!(outcome.rows_written, ROWS as u64);
    assert!(outcome.files[0].bytes > 100 * ROWS as u64);
    let grown = peak_kib().unwrap() - before;
    assert!(grown < ALLOWED_GROWTH_KIB, "memory grew by {grown} KiB");
}
