//! One measurement of our own side, in a separate process, so that its memory is its own.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use arrow_array::Float64Array;
use arrow_array::cast::AsArray;
use satsuma_engine::{Action, DocumentFormat, Environment, FileFormat, JobRequest, Limits, SourceOverride};
use satsuma_pmml::{Document, Scores};
use satsuma_stream::StreamFile;
use serde::{Deserialize, Serialize};

use crate::records::{self, Records};
use crate::{Result, stream, usage};

/// Kind of measurement.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Work {
    /// Scores columns that are in memory already, with the PMML crate alone.
    Columns {
        /// The document.
        pmml: PathBuf,
        /// How many records to make.
        rows: usize,
    },
    /// Scores the first records of a CSV file of numbers, which are in memory, with the PMML crate alone.
    Records {
        /// The document.
        pmml: PathBuf,
        /// The records; each input has a column.
        csv: PathBuf,
        /// How many of them.
        rows: usize,
    },
    /// Runs a stream as a job does: opens it, reads a CSV file, scores, writes a CSV file.
    Job {
        /// The stream.
        stream: PathBuf,
        /// The source's file.
        csv: PathBuf,
        /// The file of a second source.
        #[arg(long)]
        lookup: Option<PathBuf>,
        /// The number of table parts that are computed in parallel; all cores by default.
        #[arg(long)]
        partitions: Option<usize>,
    },
}

/// The label of a second source, and the option that names its file.
pub(crate) const LOOKUP: &str = "lookup";

/// The result; the peers print the same.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Measured {
    /// Wall time of each run.
    pub(crate) seconds: Vec<f64>,
    /// Processor time of all runs together.
    pub(crate) processor_seconds: f64,
    /// The peak memory of the process.
    pub(crate) peak_bytes: u64,
    /// Whether the peer's result is ours, where the peer compares them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) agreement: Option<String>,
}

/// Does `work` once to warm up and then `runs` times, leaves the scores in `results`, and prints what
/// it measured as JSON.
pub(crate) fn run(work: &Work, runs: usize, results: &Path) -> Result<()> {
    let measured = match work {
        Work::Columns { pmml, rows } => columns(pmml, *rows, runs, results)?,
        Work::Records { pmml, csv, rows } => numbers(pmml, csv, *rows, runs, results)?,
        Work::Job { stream, csv, lookup, partitions } => {
            let limits = Limits::default();
            let limits = Limits { partitions: partitions.unwrap_or(limits.partitions), ..limits };
            job(stream, csv, lookup.as_deref(), limits, (runs, results))?
        }
    };
    println!("{}", serde_json::to_string(&measured)?);
    Ok(())
}

fn columns(pmml: &Path, rows: usize, runs: usize, results: &Path) -> Result<Measured> {
    let document = Document::parse(&std::fs::read(pmml)?)?;
    let scorer = document.compile()?;
    let batches = Records::new(&document, scorer.inputs())?.batches(rows)?;
    let score = || batches.iter().map(|batch| scorer.score(batch)).collect::<Result<Vec<_>, _>>();
    write_scores(&score()?, results)?;
    let (measured, _) = timed(runs, || Ok(score()?))?;
    Ok(measured)
}

/// The predictions go to `results`, one a line.
fn numbers(pmml: &Path, csv: &Path, rows: usize, runs: usize, results: &Path) -> Result<Measured> {
    let scorer = Document::parse(&std::fs::read(pmml)?)?.compile()?;
    let names = scorer.inputs().iter().map(|input| input.name.as_str()).collect::<Vec<_>>();
    let batches = records::read_numbers(csv, &names, rows)?;
    let score = || batches.iter().map(|batch| scorer.score(batch)).collect::<Result<Vec<_>, _>>();
    let mut file = BufWriter::new(File::create(results)?);
    for scores in score()? {
        let predicted = scores.predicted().as_string_opt::<i32>().cloned();
        let predicted = scores.entity().or(predicted).ok_or("the prediction is no text")?;
        for category in &predicted {
            writeln!(file, "{}", category.unwrap_or_default())?;
        }
    }
    file.flush()?;
    Ok(timed(runs, || Ok(score()?))?.0)
}

fn job(
    stream: &Path,
    csv: &Path,
    lookup: Option<&Path>,
    limits: Limits,
    (runs, results): (usize, &Path),
) -> Result<Measured> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let run = || {
        let folder = tempfile::tempdir()?;
        let request = JobRequest {
            action: Action::BatchScore,
            stream: Arc::new(StreamFile::open(std::fs::read(stream)?)?),
            sources: std::iter::once((stream::SOURCE, csv))
                .chain(lookup.map(|lookup| (LOOKUP, lookup)))
                .map(|(node, path)| source(node, path))
                .collect(),
            exports: Vec::new(),
            format: FileFormat::Csv,
            documents: DocumentFormat::Html,
            parameters: Vec::new(),
            system_encoding: "UTF-8".to_owned(),
            work_dir: folder.path().to_owned(),
            limits,
        };
        let outcome = runtime.block_on(satsuma_nodes::engine().run(&request, &Environment::default()))?;
        Ok((outcome, folder))
    };
    run()?;
    let (measured, (outcome, _folder)) = timed(runs, run)?;
    let [file] = outcome.files.as_slice() else {
        return Err(format!("{} result files instead of one", outcome.files.len()).into());
    };
    std::fs::copy(&file.path, results)?;
    Ok(measured)
}

fn source(node: &str, path: &Path) -> SourceOverride {
    SourceOverride {
        node: node.to_owned(),
        path: path.to_owned(),
        file_name: "records.csv".to_owned(),
        format: None,
        encoding: None,
    }
}

/// Times each of the runs, and returns the result of the last one.
fn timed<T>(runs: usize, mut work: impl FnMut() -> Result<T>) -> Result<(Measured, T)> {
    let mut seconds = Vec::with_capacity(runs);
    let mut last = None;
    let before = usage::processor_time().unwrap_or_default();
    for _ in 0..runs {
        // The results of one run are dropped before the next begins.
        drop(last.take());
        let start = Instant::now();
        last = Some(work()?);
        seconds.push(start.elapsed().as_secs_f64());
    }
    let used = usage::processor_time().unwrap_or_default().saturating_sub(before);
    let measured = Measured {
        seconds,
        processor_seconds: Duration::as_secs_f64(&used),
        peak_bytes: usage::peak_bytes(std::process::id()).unwrap_or_default(),
        agreement: None,
    };
    Ok((measured, last.ok_or("no run was asked for")?))
}

/// Writes scores as the engine names them, and the decision behind each where the model has one.
fn write_scores(scores: &[Scores], path: &Path) -> Result<()> {
    let mut file = BufWriter::new(File::create(path)?);
    writeln!(file, "$N-,$NC-,decision")?;
    for scores in scores {
        let predicted = scores.predicted().as_string_opt::<i32>().ok_or("the prediction is no text")?;
        let number = |column: Option<&Float64Array>, row| column.map_or(f64::NAN, |column| column.value(row));
        for (row, category) in predicted.iter().enumerate() {
            let confidence = number(scores.confidence(), row);
            let decision = number(scores.decisions().first(), row);
            writeln!(file, "{},{confidence},{decision}", category.unwrap_or_default())?;
        }
    }
    Ok(file.flush()?)
}
