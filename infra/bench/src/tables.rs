//! The table of data work: whole jobs from CSV to CSV, beside Polars and DuckDB.

mod records;
mod streams;

use std::ffi::OsString;
use std::path::Path;
use std::process::Command;

use crate::Result;
use crate::measure::{LOOKUP, Measured};
use crate::scoring::{measured, median, megabytes, ours};
use streams::CASES;

/// Timed runs of each measurement; the median counts.
const RUNS: usize = 3;

/// The libraries beside us.
const PEERS: [&str; 2] = ["polars", "duckdb"];

/// Prints the table, for this number of records.
pub(crate) fn print(python: &Path, peer: &Path, rows: usize) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let (csv, lookup) = (folder.path().join("records.csv"), folder.path().join("lookup.csv"));
    let bytes = records::write(&csv, &lookup, rows)?;
    let cores = std::thread::available_parallelism()?;
    println!("## Data work\n");
    println!(
        "{rows} records of {} fields, {} MB; median of {RUNS} runs after one to warm up, on {cores} cores.\n",
        records::FIELDS.len(),
        bytes / 1_000_000
    );
    println!("| work | | wall, s | processor, s | peak memory, MB | the same result |");
    println!("|---|---|---:|---:|---:|---|");
    for case in CASES {
        let stream = folder.path().join("bench.str");
        std::fs::write(&stream, case.stream()?)?;
        let results = folder.path().join("satsuma.csv");
        let mut work: Vec<OsString> = vec!["job".into(), stream.into(), csv.clone().into()];
        if case.has_lookup {
            work.extend([OsString::from(format!("--{LOOKUP}")), lookup.clone().into()]);
        }
        let work: Vec<_> = work.iter().map(OsString::as_os_str).collect();
        println!("| {} | Satsuma {} |", case.name, line(&ours(RUNS, &work, &results)?, "–"));
        for library in PEERS {
            let theirs = folder.path().join(format!("{library}.csv"));
            let mut command = Command::new(python);
            command.arg(peer.join("tables.py")).args([library, case.work]).args([&csv, &lookup, &theirs]);
            command.args(["--runs", &RUNS.to_string(), "--compare"]).arg(&results);
            let measured = measured(command)?;
            let agreement = measured.agreement.clone().unwrap_or_default();
            println!("| | {library} {} |", line(&measured, &agreement));
        }
    }
    println!();
    Ok(())
}

/// Writes the tables and a stream for each work.
pub(crate) fn write(folder: &Path, rows: usize) -> Result<()> {
    records::write(&folder.join("records.csv"), &folder.join("lookup.csv"), rows)?;
    for case in CASES {
        std::fs::write(folder.join(format!("{}.str", case.work)), case.stream()?)?;
    }
    Ok(())
}

fn line(measured: &Measured, agreement: &str) -> String {
    format!(
        "| {:.2} | {:.2} | {} | {agreement}",
        median(&measured.seconds),
        measured.processor_seconds / measured.seconds.len() as f64,
        megabytes(measured)
    )
}
