//! The first table: records scored in a second, ours and pypmml's, and whether they agree.

mod cases;
mod compare;
pub(crate) mod cores;

use std::fmt::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::Result;
use crate::measure::Measured;
use cases::Case;
use compare::Agreement;

/// Timed runs of each measurement; the median counts.
const RUNS: usize = 3;

/// Prints the table.
pub(crate) fn print(python: &Path, peer: &Path) -> Result<()> {
    let cores = std::thread::available_parallelism()?;
    println!("## Scoring\n");
    println!("Median of {RUNS} runs after one to warm up, on {cores} cores.\n");
    println!(
        "| model | work | records | Satsuma, records/s | pypmml, records/s | ratio \
         | ratio of processor time | cores busy | peak memory, MB | the same scores |"
    );
    println!("|---|---|---:|---:|---:|---:|---:|---:|---:|---|");
    let folder = tempfile::tempdir()?;
    for case in cases::made()? {
        let files = case.write(folder.path())?;
        for work in ["columns", "job"] {
            let ours = ours(RUNS, &files.arguments(work), &files.ours)?;
            let theirs = theirs(python, peer, work, &files)?;
            let agreement = compare::files(&files.ours, &files.theirs)?;
            println!("{}", line(&case, work, &ours, Some((&theirs, &agreement))));
        }
    }
    match cases::real_stream(folder.path())? {
        Ok(real) => {
            let ours = ours(RUNS, &real.files.arguments("job"), &real.files.ours)?;
            println!("{}", line(&real.case, "job", &ours, None));
            println!();
        }
        Err(reason) => println!("\nSkipped, IBM's stream as a whole: {reason}.\n"),
    }
    Ok(())
}

/// Makes a measurement of our own side, in a process of its own.
pub(crate) fn ours(runs: usize, work: &[&std::ffi::OsStr], results: &Path) -> Result<Measured> {
    let mut command = Command::new(std::env::current_exe()?);
    command.args(["measure", "--runs", &runs.to_string(), "--results"]).arg(results).args(work);
    measured(command)
}

fn theirs(python: &Path, peer: &Path, work: &str, files: &cases::Files) -> Result<Measured> {
    let mut command = Command::new(python);
    command.arg(peer.join("score.py")).arg(work).arg(&files.pmml).arg(&files.csv);
    command.args(["--runs", &RUNS.to_string(), "--results"]).arg(&files.theirs);
    measured(command)
}

/// Runs a measurement to its end and reads what it printed.
pub(crate) fn measured(mut command: Command) -> Result<Measured> {
    let output = command.stderr(Stdio::inherit()).output()?;
    if !output.status.success() {
        return Err(format!("{command:?} ended with {}", output.status).into());
    }
    let text = String::from_utf8(output.stdout)?;
    let last = text.lines().last().unwrap_or_default();
    Ok(serde_json::from_str(last)?)
}

fn line(case: &Case, work: &str, ours: &Measured, theirs: Option<(&Measured, &Agreement)>) -> String {
    let work = match work {
        "columns" => "in memory",
        _ => "CSV to CSV",
    };
    let mut line = format!("| {} | {work} | {} ", case.name, thousands(case.rows as f64));
    let speed = speed(case.rows, ours);
    let _ = match theirs {
        None => write!(
            line,
            "| {} | – | – | – | {:.1} | {} | – |",
            thousands(speed),
            ours.cores_busy(),
            megabytes(ours)
        ),
        Some((theirs, agreement)) => write!(
            line,
            "| {} | {} | {:.0}× | {:.0}× | {:.1} / {:.1} | {} / {} | {agreement} |",
            thousands(speed),
            thousands(self::speed(case.rows, theirs)),
            speed / self::speed(case.rows, theirs),
            theirs.processor_seconds / ours.processor_seconds,
            ours.cores_busy(),
            theirs.cores_busy(),
            megabytes(ours),
            megabytes(theirs),
        ),
    };
    line
}

fn speed(rows: usize, measured: &Measured) -> f64 {
    rows as f64 / median(&measured.seconds)
}

/// The peak memory.
pub(crate) fn megabytes(measured: &Measured) -> u64 {
    measured.peak_bytes / 1_000_000
}

/// The middle of some numbers; NaN without any.
pub(crate) fn median(numbers: &[f64]) -> f64 {
    let mut sorted = numbers.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
}

/// A count with commas, rounded to three significant digits if it is large.
pub(crate) fn thousands(number: f64) -> String {
    let magnitude = number.abs().max(1.0).log10().floor() as i32;
    let step = 10_f64.powi((magnitude - 2).max(0));
    let digits = format!("{:.0}", (number / step).round() * step);
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

impl Measured {
    /// Cores that were busy on average.
    fn cores_busy(&self) -> f64 {
        self.processor_seconds / self.seconds.iter().sum::<f64>()
    }
}
