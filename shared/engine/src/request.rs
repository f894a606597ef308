//! The request of a job.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use satsuma_documents::Format as DocumentFormat;
use satsuma_stream::StreamFile;

use crate::limits::Limits;

/// The operation of a job on its stream; the five actions of the batch job API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// Rebuild the models of a stream.
    Training,
    /// Run the outputs and charts, except the scoring branch.
    Evaluation,
    /// Rebuild the models of a stream, and replace the uploaded stream by the result.
    AutoRefresh,
    /// Run the scoring branch.
    BatchScore,
    /// Run every terminal node, like the Run button, or the stream's script if the stream is set to it.
    RunStream,
}

impl Action {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::Training, Self::Evaluation, Self::AutoRefresh, Self::BatchScore, Self::RunStream];
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Training => "TRAINING",
            Self::Evaluation => "EVALUATION",
            Self::AutoRefresh => "AUTO_REFRESH",
            Self::BatchScore => "BATCH_SCORE",
            Self::RunStream => "RUN_STREAM",
        })
    }
}

/// The format of a data file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FileFormat {
    /// Commas, double quotes if needed, field names in the first line, UTF-8 (RFC 4180).
    Csv,
    /// Tabs instead of commas; lines end with CR LF when written.
    Tab,
    /// Apache Parquet.
    Parquet,
    /// Microsoft Excel.
    Excel,
    /// SPSS Statistics data.
    Sav,
}

impl FileFormat {
    /// The format that a file extension implies.
    pub fn of_name(name: &str) -> Option<Self> {
        let (_, extension) = name.rsplit_once('.')?;
        match extension.to_ascii_lowercase().as_str() {
            "csv" => Some(Self::Csv),
            "tsv" | "tab" => Some(Self::Tab),
            "parquet" => Some(Self::Parquet),
            "xls" | "xlsx" => Some(Self::Excel),
            "sav" | "zsav" => Some(Self::Sav),
            _ => None,
        }
    }
}

impl fmt::Display for FileFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Csv => "CSV",
            Self::Tab => "TAB",
            Self::Parquet => "PARQUET",
            Self::Excel => "EXCEL",
            Self::Sav => "SAV",
        })
    }
}

/// A source override: other data for a source node in this job.
#[derive(Debug, Clone)]
pub struct SourceOverride {
    /// Label or name of the source node.
    pub node: String,
    /// The data.
    pub path: PathBuf,
    /// The user's name of the file; its extension may determine the format.
    pub file_name: String,
    /// The format. Without one, a Var. File node reads the file with its own settings, and any other source
    /// by the file extension.
    pub format: Option<FileFormat>,
    /// Text encoding (a WHATWG label, e.g. `windows-1252`). Without one, the node's own.
    pub encoding: Option<String>,
}

/// An export override: another target for a terminal node in this job.
#[derive(Debug, Clone)]
pub struct ExportOverride {
    /// Label or name of the terminal node.
    pub node: String,
    /// Name of the result file.
    pub file_name: String,
    /// The format; without one, that of the file extension, then the job's format.
    pub format: Option<FileFormat>,
}

/// A value for a stream parameter.
#[derive(Debug, Clone)]
pub struct ParameterOverride {
    /// The parameter's name.
    pub name: String,
    /// Its value as text.
    pub value: String,
}

/// A job, ready to run.
#[derive(Debug, Clone)]
pub struct JobRequest {
    /// The action.
    pub action: Action,
    /// The stream.
    pub stream: Arc<StreamFile>,
    /// Source overrides.
    pub sources: Vec<SourceOverride>,
    /// Export overrides.
    pub exports: Vec<ExportOverride>,
    /// Default format of result files.
    pub format: FileFormat,
    /// How the documents of output and chart nodes are written.
    pub documents: DocumentFormat,
    /// Stream parameters that this job sets.
    pub parameters: Vec<ParameterOverride>,
    /// The encoding of text files whose node has the server default or system default: an IANA label.
    pub system_encoding: String,
    /// A folder of this attempt, created if necessary, for results and spilled data.
    pub work_dir: PathBuf,
    /// The limits of the job.
    pub limits: Limits,
}
