//! One attempt to run a job, and its result.

use serde::{Deserialize, Serialize};

use crate::ids::{ExecutionNumber, Revision, WorkerId};
pub use crate::job::progress::{BuilderProgress, BuilderState, MAX_BUILDERS, ModelQuality, Progress};
use crate::job::report::Report;
use crate::time::Timestamp;

/// Longest stored message of a failure or warning, in bytes. Messages are stored with the job.
pub const MAX_MESSAGE_BYTES: usize = 2_000;

/// The code of an execution that ended because the service was stopped.
pub const SERVICE_STOPPED: &str = "service_stopped";

/// Most warnings that are stored of one execution.
pub const MAX_WARNINGS: usize = 10;

/// Most result files of one execution. They are listed in the job's item.
pub const MAX_RESULTS: usize = 20;

/// The category of a failure's cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum FailureCategory {
    /// The service or its infrastructure.
    System,
    /// The data or the definition: a missing file, a wrong field.
    Data,
    /// The stream's own computation.
    Algorithm,
    /// Something that this service cannot do yet.
    Unsupported,
}

impl FailureCategory {
    /// The name in API responses.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Data => "data",
            Self::Algorithm => "algorithm",
            Self::Unsupported => "unsupported",
        }
    }
}

/// The cause of a failed execution.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Failure {
    /// Stable code for programs.
    pub code: String,
    /// Category of the cause.
    pub category: FailureCategory,
    /// The node that failed, if a node failed: its type and label, as in messages. Where the stream was not read, its
    /// name in the definition.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub node: Option<String>,
    /// The uid of that node, if it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uid: Option<String>,
    /// The problem, its place, and the remedy.
    pub message: String,
}

impl Failure {
    /// A failure without a node. A message beyond [`MAX_MESSAGE_BYTES`] is truncated.
    #[must_use]
    pub fn new(code: &str, category: FailureCategory, message: impl Into<String>) -> Self {
        Self { code: code.to_owned(), category, node: None, uid: None, message: cut(message.into()) }
    }

    /// Adds the node that failed.
    #[must_use]
    pub fn at_node(mut self, node: impl Into<String>) -> Self {
        self.node = Some(cut(node.into()));
        self
    }

    /// Adds the uid of the node that failed.
    #[must_use]
    pub fn with_uid(mut self, uid: impl Into<String>) -> Self {
        self.uid = Some(cut(uid.into()));
        self
    }
}

/// A file that an execution created. It is stored under the execution's own prefix.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ResultFile {
    /// Its name, without folders.
    pub name: String,
    /// Its media type.
    pub media_type: String,
    /// Its size in bytes.
    pub bytes: u64,
}

/// The end of an execution.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "camelCase")]
pub enum Outcome {
    /// It succeeded.
    Success {
        /// The files. The first one is that of `dataUrl`.
        results: Vec<ResultFile>,
    },
    /// It failed.
    Failed {
        /// The cause.
        failure: Failure,
    },
    /// It was canceled.
    Canceled,
}

/// One attempt to run a job.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Execution {
    /// Its number within the job: the fencing token of all its writes.
    pub number: ExecutionNumber,
    /// Number of the submission that it runs.
    pub revision: Revision,
    /// Number of the attempt within this submission, from 1.
    pub attempt: u32,
    /// Id of the worker.
    pub worker: WorkerId,
    /// When it was claimed.
    pub started_at: Timestamp,
    /// When it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finished_at: Option<Timestamp>,
    /// Its progress.
    pub progress: Progress,
    /// Warnings for readers of the results.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
    /// The report of its work, after its end.
    #[serde(default, skip_serializing_if = "Report::is_empty")]
    pub report: Report,
    /// Its outcome, after its end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
}

impl Execution {
    /// Whether it ended because the service was stopped. Its job is pending again, and the attempt is
    /// repeated.
    #[must_use]
    pub fn was_stopped(&self) -> bool {
        self.failure().is_some_and(|failure| failure.code == SERVICE_STOPPED)
    }

    /// The files that it created, if it succeeded.
    #[must_use]
    pub fn results(&self) -> &[ResultFile] {
        match &self.outcome {
            Some(Outcome::Success { results }) => results,
            _ => &[],
        }
    }

    /// The cause of its failure, if it failed.
    #[must_use]
    pub fn failure(&self) -> Option<&Failure> {
        match &self.outcome {
            Some(Outcome::Failed { failure }) => Some(failure),
            _ => None,
        }
    }
}

/// Truncates a worker's warnings in number and length.
#[must_use]
pub fn kept_warnings(warnings: &[String]) -> Vec<String> {
    let mut kept: Vec<String> = warnings.iter().take(MAX_WARNINGS).cloned().map(cut).collect();
    if warnings.len() > MAX_WARNINGS {
        kept.push(format!("… and {} more warnings", warnings.len() - MAX_WARNINGS));
    }
    kept
}

/// A text of at most [`MAX_MESSAGE_BYTES`], with a mark if it was truncated.
pub(crate) fn cut(mut text: String) -> String {
    if text.len() <= MAX_MESSAGE_BYTES {
        return text;
    }
    let end = (0..=MAX_MESSAGE_BYTES).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
    text.truncate(end);
    text.push('…');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_message_is_cut_between_characters() {
        let failure = Failure::new("x", FailureCategory::Data, "é".repeat(MAX_MESSAGE_BYTES));
        assert!(failure.message.len() <= MAX_MESSAGE_BYTES + '…'.len_utf8());
        assert!(failure.message.ends_with("é…"));
    }

    #[test]
    fn warnings_beyond_the_limit_are_counted() {
        let kept = kept_warnings(&vec!["w".to_owned(); MAX_WARNINGS + 5]);
        assert_eq!(kept.len(), MAX_WARNINGS + 1);
        assert_eq!(kept.last().map(String::as_str), Some("… and 5 more warnings"));
    }
}
