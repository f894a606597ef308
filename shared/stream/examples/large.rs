//! Opens, reads and writes a stream of about 50 MB, and prints time and memory as rows of a table.
//!
//! Usage: `cargo run --release --example large -- make FILE`, then `… -- open FILE`, each in a process of its
//! own, so that the memory peak is that of opening.

use std::error::Error;
use std::fs;
use std::time::{Duration, Instant};

use satsuma_stream::{FilterTable, StreamBuilder, StreamFile, explain::explain, svg};

/// Side files with the size of the largest known model, and a compression ratio like PMML of trees.
const SIDE_FILES: u32 = 250;
const SIDE_FILE_BYTES: usize = 2 << 20;
const FILTERS: usize = 2000;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["make", path] => Ok(fs::write(path, make()?)?),
        ["open", path] => open(path),
        _ => Err("say `make FILE` or `open FILE`".into()),
    }
}

fn make() -> Result<Vec<u8>, Box<dyn Error>> {
    let mut stream = StreamBuilder::new("large");
    let mut last = stream.delimited_file("in.csv", &[]);
    for _ in 0..FILTERS {
        let filter = stream.filter(&FilterTable::default());
        stream.link(last, filter);
        last = filter;
    }
    let table = stream.table();
    stream.link(last, table).score_with(table);
    let mut random = 0x5A75_0A00_0000_0001_u64;
    for _ in 0..SIDE_FILES {
        let mut text = String::with_capacity(SIDE_FILE_BYTES + 200);
        while text.len() < SIDE_FILE_BYTES {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let (value, field) = ((random >> 20) as f64 / 1e6, random >> 60);
            text.push_str("<Node score=\"1\"><SimplePredicate field=\"field_");
            text.push_str(&format!("{field}\" operator=\"lessOrEqual\" value=\"{value}\"/></Node>\n"));
        }
        stream.side_file(text.into_bytes());
    }
    Ok(stream.write()?)
}

fn open(path: &str) -> Result<(), Box<dyn Error>> {
    let bytes = fs::read(path)?;
    let size = bytes.len();
    println!("| step | time | peak memory of the process |");
    println!("|---|---:|---:|");
    row("file read", Duration::ZERO);
    let (file, took) = timed(|| StreamFile::open(bytes));
    let mut file = file?;
    row("opened", took);
    let (branch, took) = timed(|| file.stream().scoring_branch().map(|branch| branch.nodes.len()));
    row(&format!("scoring branch of {} nodes found", branch?), took);
    let (lengths, took) = timed(|| (explain(&file).diagram.nodes.len(), svg(&file).len()));
    row(&format!("explained ({} nodes) and drawn ({} kB)", lengths.0, lengths.1 >> 10), took);
    let (content, took) = timed(|| file.entry("data/0001.dat").map(|content| content.len()));
    row(&format!("one side file of {} kB read", content? >> 10), took);
    let names: Vec<_> = file.entry_names().filter(|name| name.ends_with(".dat")).map(str::to_owned).collect();
    let (total, took) =
        timed(|| names.iter().map(|name| file.entry(name).map_or(0, |content| content.len())).sum::<usize>());
    row(&format!("all {} side files, {} MB, read one after the other", names.len(), total >> 20), took);
    let (edited, took) = timed(|| file.edit(|edit| edit.set_property("id0", "inputFileName", "other.csv")));
    edited?;
    row("one property changed", took);
    let (written, took) = timed(|| file.write());
    row(&format!("written back ({} MB, side files not inflated)", written?.len() / 1_000_000), took);
    println!("\nfile: {:.1} MB", size as f64 / 1e6);
    Ok(())
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let started = Instant::now();
    let result = work();
    (result, started.elapsed())
}

fn row(step: &str, took: Duration) {
    let peak = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak =
        peak.lines().find_map(|line| line.strip_prefix("VmHWM:")).map(str::trim).unwrap_or("?").to_owned();
    println!("| {step} | {:.1} ms | {peak} |", took.as_secs_f64() * 1e3);
}
