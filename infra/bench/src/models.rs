//! The table of models that scikit-learn trained: records a second of ours, of scikit-learn, of onnxruntime and of
//! pypmml, on one thread each.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::Result;
use crate::measure::Measured;
use crate::scoring::{measured, median, ours, thousands};

/// Timed runs of each measurement; the median counts.
const RUNS: usize = 3;

/// The peers, and how many records one of theirs stands for: pypmml gets one in 25 (`FEWER` in `peer/models.py`).
const PEERS: [(&str, &str, usize); 3] =
    [("scikit-learn", "sklearn", 1), ("onnxruntime", "onnx", 1), ("pypmml", "pypmml", 25)];

/// Prints the table.
pub(crate) fn print(python: &Path, peer: &Path) -> Result<()> {
    println!(
        "## Models of scikit-learn\n\nMedian of {RUNS} runs after one to warm up; one thread a side; records a second.\n"
    );
    println!(
        "| model | records | Satsuma | scikit-learn | onnxruntime | pypmml | times pypmml | processor s a million: ours, scikit-learn, onnxruntime | the same predictions |"
    );
    println!("|---|---:|---:|---:|---:|---:|---:|---:|---|");
    let folder = tempfile::tempdir()?;
    let program = peer.join("models.py");
    let made = Command::new(python)
        .arg(&program)
        .arg("make")
        .arg(folder.path())
        .stderr(Stdio::inherit())
        .output()?;
    if !made.status.success() {
        return Err(format!("the models could not be trained: {}", made.status).into());
    }
    let models: BTreeMap<String, usize> = serde_json::from_slice(&made.stdout)?;
    for (name, rows) in models {
        let file = |ending: &str| folder.path().join(format!("{name}.{ending}"));
        let (pmml, csv, count) = (file("pmml"), folder.path().join("records.csv"), rows.to_string());
        let work: [&OsStr; 4] = ["records".as_ref(), pmml.as_ref(), csv.as_ref(), count.as_ref()];
        let our = ours(RUNS, &work, &file("ours"))?;
        let predictions = fs::read_to_string(file("ours"))?;
        let (mut line, mut notes) = (
            format!("| {name} | {} | {} ", thousands(rows as f64), thousands(speed(rows, &our))),
            Vec::new(),
        );
        let mut costs = vec![cost(rows, &our)];
        let mut last = f64::NAN;
        for (title, engine, fewer) in PEERS {
            let mut command = Command::new(python);
            command.arg(&program).args(["run", engine, &name]).arg(folder.path());
            command.args(["--runs", &RUNS.to_string(), "--results"]).arg(file(engine));
            let their = measured(command)?;
            last = speed(rows / fewer, &their);
            line.push_str(&format!("| {} ", thousands(last)));
            costs.push(cost(rows / fewer, &their));
            let text = fs::read_to_string(file(engine))?;
            let different = predictions.lines().zip(text.lines()).filter(|(our, their)| our != their).count();
            if different > 0 {
                notes.push(format!("{different} of {} differ from {title}", text.lines().count()));
            }
        }
        let costs = costs.iter().take(3).map(|cost| format!("{cost:.2}")).collect::<Vec<_>>().join(", ");
        let notes = if notes.is_empty() { "all".to_owned() } else { notes.join("; ") };
        println!("{line}| {:.0}× | {costs} | {notes} |", speed(rows, &our) / last);
    }
    println!();
    Ok(())
}

fn speed(rows: usize, measured: &Measured) -> f64 {
    rows as f64 / median(&measured.seconds)
}

/// Processor seconds a million records.
fn cost(rows: usize, measured: &Measured) -> f64 {
    measured.processor_seconds / (RUNS * rows) as f64 * 1e6
}
