//! What a job gives back.

use std::path::PathBuf;

/// A file of records that the job made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResultFile {
    /// The name to offer it under, without a folder.
    pub name: String,
    /// Where it lies, in the job's work folder.
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
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobOutcome {
    /// Results, in the order in which the stream runs its terminal nodes.
    pub files: Vec<ResultFile>,
    /// What the user should know although the job succeeded, one sentence each.
    pub warnings: Vec<String>,
    /// Records read from all sources.
    pub rows_read: u64,
    /// Records written to all results.
    pub rows_written: u64,
}
