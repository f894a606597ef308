//! What a job asks for.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use satsuma_stream::StreamFile;

use crate::limits::Limits;

/// What a job does with its stream; the five actions of the batch job API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// Rebuild the models of a stream.
    Training,
    /// Run the outputs and charts, but for the scoring branch.
    Evaluation,
    /// Rebuild the models of a stream, which replaces the uploaded one.
    AutoRefresh,
    /// Run the scoring branch.
    BatchScore,
    /// Run every terminal node, as the Run button does, or the stream's script where it says so.
    RunStream,
}

impl Action {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::Training, Self::Evaluation, Self::AutoRefresh, Self::BatchScore, Self::RunStream];

    /// Whether this version runs it.
    pub fn is_supported(self) -> bool {
        matches!(self, Self::Training | Self::BatchScore | Self::RunStream)
    }

    /// The actions that this version runs, for a message.
    pub(crate) fn supported() -> String {
        let names = Self::ALL.into_iter().filter(|action| action.is_supported());
        let names = names.map(|action| action.to_string()).collect::<Vec<_>>();
        format!("supported: {}", names.join(", "))
    }
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

/// How a file of records is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FileFormat {
    /// Commas, double quotes where needed, field names on the first line, UTF-8 (RFC 4180).
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
    /// The format that a file name's extension means.
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

/// A source node whose data come from elsewhere in this job.
#[derive(Debug, Clone)]
pub struct SourceOverride {
    /// Label or name of the source node.
    pub node: String,
    /// Where the data are.
    pub path: PathBuf,
    /// What the user calls the file; its extension may tell the format.
    pub file_name: String,
    /// The layout. Without one, a Var. File node reads the file with its own settings, and any other
    /// source by the extension of the file name.
    pub format: Option<FileFormat>,
    /// Text encoding (a WHATWG label, e.g. `windows-1252`). Without one, the node's own.
    pub encoding: Option<String>,
}

/// A terminal node whose records go elsewhere in this job.
#[derive(Debug, Clone)]
pub struct ExportOverride {
    /// Label or name of the terminal node.
    pub node: String,
    /// Name of the result file.
    pub file_name: String,
    /// The layout; without one, by the extension of the file name, then the job's format.
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
    /// What to do.
    pub action: Action,
    /// The stream.
    pub stream: Arc<StreamFile>,
    /// Sources that this job replaces.
    pub sources: Vec<SourceOverride>,
    /// Terminal nodes that this job replaces.
    pub exports: Vec<ExportOverride>,
    /// Layout of result files of nodes that have no layout of their own.
    pub format: FileFormat,
    /// Stream parameters that this job sets.
    pub parameters: Vec<ParameterOverride>,
    /// The encoding of text files whose node says server default or system default: an IANA label.
    pub system_encoding: String,
    /// A folder of this attempt's own, made if need be; results and spilled data are written there.
    pub work_dir: PathBuf,
    /// What the job may use.
    pub limits: Limits,
}
