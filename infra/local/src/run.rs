//! `satsuma run FILE`: runs a stream on this machine, without any service.

mod arguments;
mod display;
mod files;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;
use satsuma_engine::{
    Action, Cancellation, Category, EngineError, Environment, ExportOverride, FileFormat, JobOutcome,
    JobRequest, Limits, ParameterOverride, RunStatistics, SourceOverride,
};
use satsuma_stream::StreamFile;

use self::arguments::{ActionName, FormatName, Pair};
use self::display::Display;
use self::files::Folders;
use crate::error::LocalError;

/// Exit code of a stream that failed.
const FAILED: u8 = 1;
/// Exit code of a stream that needs what is not supported. Clap exits with 2 for wrong arguments.
const UNSUPPORTED: u8 = 3;

/// Runs a stream on this machine, without any service: all its terminal nodes, as Modeler's green button does,
/// or those of an action. Results are written into a folder.
///
/// Exit codes: 0 done, 1 failed, 2 wrong arguments, 3 the stream needs what is not supported.
#[derive(Debug, Args)]
pub(crate) struct Run {
    /// The stream (.str).
    stream: PathBuf,

    /// Runs only the terminal nodes of an action of the batch API.
    #[arg(long, value_enum, ignore_case = true)]
    action: Option<ActionName>,

    /// Makes a source node read a file: NODE=FILE. Sources that are not named read the file of their own name
    /// from the folder of the stream, or from the current folder.
    #[arg(long, value_name = "NODE=FILE")]
    input: Vec<Pair>,

    /// Makes a terminal node write a file of this name: NODE=NAME.
    #[arg(long, value_name = "NODE=NAME")]
    export: Vec<Pair>,

    /// Sets a parameter of the stream, or of a supernode: NAME=VALUE, SUPERNODE.NAME=VALUE.
    #[arg(long, value_name = "NAME=VALUE")]
    set: Vec<Pair>,

    /// The folder of the results. [default: the name of the stream with `-results`]
    #[arg(long)]
    output: Option<PathBuf>,

    /// The format of tables.
    #[arg(long, value_enum, ignore_case = true, default_value = "csv")]
    format: FormatName,

    /// The encoding of text files whose node has the server default or system default.
    #[arg(long, default_value = "UTF-8")]
    encoding: String,

    /// Memory for sorting, grouping and joining, in MB; beyond it, data are spilled to disk.
    #[arg(long, default_value_t = 1024)]
    memory: usize,

    /// Cores to use. [default: all]
    #[arg(long)]
    threads: Option<usize>,

    /// Only checks whether the stream can run, and what prevents it.
    #[arg(long)]
    check: bool,
}

impl Run {
    /// Runs or checks the stream; gives the exit code.
    pub(crate) async fn run(&self) -> ExitCode {
        let work_dir = match tempfile::Builder::new().prefix("satsuma-run-").tempdir() {
            Ok(folder) => folder,
            Err(error) => return failed(&format!("cannot make a temporary folder: {error}"), FAILED),
        };
        let request = match self.request(work_dir.path()) {
            Ok(request) => request,
            Err(error) => return failed(&error.to_string(), FAILED),
        };
        if self.check {
            return check(&request);
        }
        match self.execute(&request).await {
            Ok(outcome) => self.keep(&outcome),
            Err(error) => failed(&error.to_string(), code(&error)),
        }
    }

    fn request(&self, work_dir: &Path) -> Result<JobRequest, LocalError> {
        let unreadable = |detail: String| LocalError::Inspect { path: self.stream.clone(), detail };
        let bytes = std::fs::read(&self.stream).map_err(|error| unreadable(error.to_string()))?;
        let stream = StreamFile::open(bytes).map_err(|error| unreadable(error.to_string()))?;
        let limits = Limits { memory_bytes: self.memory << 20, ..Limits::default() };
        let sources = self.input.iter().map(|Pair { name, value }| SourceOverride {
            node: name.clone(),
            path: value.into(),
            file_name: value.clone(),
            format: None,
            encoding: None,
        });
        let exports = self.export.iter().map(|Pair { name, value }| ExportOverride {
            node: name.clone(),
            file_name: value.clone(),
            format: None,
        });
        let parameters = self
            .set
            .iter()
            .map(|Pair { name, value }| ParameterOverride { name: name.clone(), value: value.clone() });
        Ok(JobRequest {
            action: self.action.map_or(Action::RunStream, Action::from),
            stream: Arc::new(stream),
            sources: sources.collect(),
            exports: exports.collect(),
            format: FileFormat::from(self.format),
            parameters: parameters.collect(),
            system_encoding: self.encoding.clone(),
            work_dir: work_dir.to_owned(),
            limits: Limits { partitions: self.threads.unwrap_or(limits.partitions).max(1), ..limits },
        })
    }

    async fn execute(&self, request: &JobRequest) -> Result<JobOutcome, EngineError> {
        let statistics = RunStatistics::new();
        let cancellation = Cancellation::new();
        let environment = Environment {
            data: Arc::new(Folders::around(&self.stream)),
            statistics: statistics.clone(),
            cancellation: cancellation.clone(),
            ..Environment::default()
        };
        let display = Display::start(statistics);
        let interrupted = tokio::spawn(async move {
            if tokio::signal::ctrl_c().await.is_ok() {
                cancellation.cancel();
            }
        });
        let ran = satsuma_nodes::engine().run(request, &environment).await;
        interrupted.abort();
        display.finish();
        ran
    }

    /// Moves the results into the output folder.
    fn keep(&self, outcome: &JobOutcome) -> ExitCode {
        let folder = self.output.clone().unwrap_or_else(|| {
            let stem = self.stream.file_stem().unwrap_or_default().to_string_lossy();
            PathBuf::from(format!("{stem}-results"))
        });
        for warning in &outcome.warnings {
            eprintln!("warning: {warning}");
        }
        for file in &outcome.files {
            let to = folder.join(&file.name);
            let kept = std::fs::create_dir_all(&folder).and_then(|()| files::keep(&file.path, &to));
            if let Err(error) = kept {
                return failed(&format!("cannot write {}: {error}", to.display()), FAILED);
            }
            println!("{}: {} records, {} bytes", to.display(), file.rows, file.bytes);
        }
        if outcome.files.is_empty() {
            println!("done; the stream writes no files");
        }
        ExitCode::SUCCESS
    }
}

fn check(request: &JobRequest) -> ExitCode {
    let found = satsuma_nodes::engine().dry_run(request, satsuma_engine::Effort::default());
    if found.diagnostics.is_empty() {
        println!("the stream can run: {} nodes, {} results", found.branch.len(), found.results.len());
        return ExitCode::SUCCESS;
    }
    for diagnostic in &found.diagnostics {
        eprintln!("{diagnostic}");
    }
    let unsupported = found.diagnostics.iter().any(|found| found.category == Category::Unsupported);
    ExitCode::from(if unsupported { UNSUPPORTED } else { FAILED })
}

fn code(error: &EngineError) -> u8 {
    if error.category() == Category::Unsupported { UNSUPPORTED } else { FAILED }
}

fn failed(message: &str, code: u8) -> ExitCode {
    eprintln!("satsuma: {message}");
    ExitCode::from(code)
}
