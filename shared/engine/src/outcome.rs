//! The results of a job.

use std::path::PathBuf;

use satsuma_columns::Scalar;
use satsuma_documents::{Document, Format as DocumentFormat};
use satsuma_stream::NewNugget;

use crate::training::BuiltModel;

/// The result of a terminal node.
#[derive(Debug, Clone, PartialEq)]
pub enum Product {
    /// A file of records.
    File(ResultFile),
    /// A document, to be written under a name in a format.
    Document(String, Document, DocumentFormat),
    /// Global values of fields, which `@GLOBAL_…` functions read.
    Globals(Vec<GlobalValue>),
    /// A new model for the nuggets of its builder. The job's result is the stream with all new models.
    Model(Box<NewNugget>),
}

/// The media type of figures of a model's quality, a JSON array, which come beside documents.
pub const METRICS: &str = "application/vnd.satsuma.metrics+json";

/// A global value of a field.
#[derive(Debug, Clone, PartialEq)]
pub struct GlobalValue {
    /// The field.
    pub field: String,
    /// The statistic.
    pub statistic: GlobalStatistic,
    /// The value.
    pub value: Scalar,
}

/// The statistics of a field's global values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum GlobalStatistic {
    /// `@GLOBAL_MEAN`.
    Mean,
    /// `@GLOBAL_SUM`.
    Sum,
    /// `@GLOBAL_MIN`.
    Min,
    /// `@GLOBAL_MAX`.
    Max,
    /// `@GLOBAL_SDEV`.
    StandardDeviation,
}

/// A file that the job created.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResultFile {
    /// Its displayed name, without a folder.
    pub name: String,
    /// Its path in the job's work folder.
    pub path: PathBuf,
    /// Media type, e.g. `text/csv`.
    pub media_type: &'static str,
    /// Records in it.
    pub rows: u64,
    /// Bytes in it.
    pub bytes: u64,
    /// Label of the terminal node.
    pub node: String,
}

/// A finished job.
#[derive(Debug, Clone, PartialEq)]
pub struct JobOutcome {
    /// Results, in the execution order of the terminal nodes.
    pub files: Vec<ResultFile>,
    /// The models that builders made, in the execution order of the builders.
    pub models: Vec<BuiltModel>,
    /// Warnings, one sentence each.
    pub warnings: Vec<String>,
    /// Records read from all sources.
    pub rows_read: u64,
    /// Records written to all results.
    pub rows_written: u64,
}
