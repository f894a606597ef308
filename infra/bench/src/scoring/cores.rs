//! Scoring on one core and on all cores: the times, and whether the results are the same bytes.

use std::ffi::OsStr;

use super::{RUNS, cases, median, ours};
use crate::Result;

/// Prints the table.
pub(crate) fn print() -> Result<()> {
    let cores = std::thread::available_parallelism()?.to_string();
    println!("Median of {RUNS} runs after one to warm up, CSV to CSV.\n");
    println!("| model | records | one part, s | {cores} parts, s | ratio | the same bytes |");
    println!("|---|---:|---:|---:|---:|---|");
    let folder = tempfile::tempdir()?;
    for case in cases::made()? {
        let files = case.write(folder.path())?;
        let mut times = Vec::new();
        let mut results = Vec::new();
        for parts in ["1", &cores] {
            let mut arguments = files.arguments("job").to_vec();
            arguments.extend(["--partitions", parts].map(OsStr::new));
            times.push(median(&ours(RUNS, &arguments, &files.ours)?.seconds));
            results.push(std::fs::read(&files.ours)?);
        }
        let [one, all] = times.as_slice() else { continue };
        let same = if results.windows(2).all(|pair| pair.first() == pair.last()) { "yes" } else { "no" };
        println!("| {} | {} | {one:.2} | {all:.2} | {:.2} | {same} |", case.name, case.rows, one / all);
    }
    Ok(())
}
