//! What a job gives back.

use std::path::PathBuf;

use satsuma_columns::Scalar;
use satsuma_stream::NewNugget;

/// What a terminal node made.
#[derive(Debug, Clone, PartialEq)]
pub enum Product {
    /// A file of records or a document.
    File(ResultFile),
    /// Global values of fields, which `@GLOBAL_…` functions read.
    Globals(Vec<GlobalValue>),
    /// A new model for the nuggets of its builder. The job's result is the stream with all new models.
    Model(Box<NewNugget>),
}

/// A global value of a field.
#[derive(Debug, Clone, PartialEq)]
pub struct GlobalValue {
    /// The field.
    pub field: String,
    /// Which of its global values.
    pub statistic: GlobalStatistic,
    /// The value.
    pub value: Scalar,
}

/// The global values that Modeler has of a field.
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

/// A file that the job made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResultFile {
    /// The name to offer it under, without a folder.
    pub name: String,
    /// Its place in the job's work folder.
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
    /// Results, in the order in which the stream runs its terminal nodes.
    pub files: Vec<ResultFile>,
    /// Warnings, one sentence each.
    pub warnings: Vec<String>,
    /// Records read from all sources.
    pub rows_read: u64,
    /// Records written to all results.
    pub rows_written: u64,
}
