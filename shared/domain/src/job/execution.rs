//! One attempt to run a job, and its result.

use serde::{Deserialize, Serialize};

use crate::ids::{ExecutionNumber, Revision, WorkerId};
use crate::job::report::Report;
use crate::time::Timestamp;

/// Longest message that is kept of a failure or warning, in bytes: they are stored with the job.
pub const MAX_MESSAGE_BYTES: usize = 2_000;

/// The code of an execution that ended because the service was stopped.
pub const SERVICE_STOPPED: &str = "service_stopped";

/// Most warnings that are kept of one execution.
pub const MAX_WARNINGS: usize = 10;

/// Most result files that one execution may have: they are listed in the job's item.
pub const MAX_RESULTS: usize = 20;

/// Whose fault a failure is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum FailureCategory {
    /// The service or what it stands on.
    System,
    /// The data or the definition: a missing file, a wrong field.
    Data,
    /// The stream's own computation.
    Algorithm,
    /// Something that this service cannot do yet.
    Unsupported,
}

impl FailureCategory {
    /// Its name, as the API writes it.
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

/// Why an execution failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Failure {
    /// Stable code for programs.
    pub code: String,
    /// Whose fault.
    pub category: FailureCategory,
    /// The node that failed, by its name in the stream, where it was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub node: Option<String>,
    /// What happened, where, and what to do.
    pub message: String,
}

impl Failure {
    /// A failure without a node; a message beyond [`MAX_MESSAGE_BYTES`] is cut.
    #[must_use]
    pub fn new(code: &str, category: FailureCategory, message: impl Into<String>) -> Self {
        Self { code: code.to_owned(), category, node: None, message: cut(message.into()) }
    }

    /// The same failure, blamed on a node.
    #[must_use]
    pub fn at_node(mut self, node: impl Into<String>) -> Self {
        self.node = Some(cut(node.into()));
        self
    }
}

/// How far an execution got.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Progress {
    /// The part that is done, 0 to 1.
    pub fraction: f64,
    /// Records read from all sources.
    pub rows_read: u64,
    /// Records written to all results.
    pub rows_written: u64,
}

/// A file that an execution made. It lies under the execution's own prefix.
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

/// How an execution ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "camelCase")]
pub enum Outcome {
    /// It made these results.
    Success {
        /// The files, the one that `dataUrl` names first.
        results: Vec<ResultFile>,
    },
    /// It did not.
    Failed {
        /// Why.
        failure: Failure,
    },
    /// It stopped because it was asked to.
    Canceled,
}

/// One attempt to run a job.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Execution {
    /// Its number within the job: the fencing token of all its writes.
    pub number: ExecutionNumber,
    /// The submission that it runs.
    pub revision: Revision,
    /// Which attempt of that submission it is, counting from 1.
    pub attempt: u32,
    /// Who runs it.
    pub worker: WorkerId,
    /// When it was claimed.
    pub started_at: Timestamp,
    /// When it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finished_at: Option<Timestamp>,
    /// How far it got.
    pub progress: Progress,
    /// What a reader of the results should know.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
    /// What else it tells of its work, once it ended.
    #[serde(default, skip_serializing_if = "Report::is_empty")]
    pub report: Report,
    /// How it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
}

impl Execution {
    /// Whether it ended because the service was stopped: its job waits again, and the attempt is made again.
    #[must_use]
    pub fn was_stopped(&self) -> bool {
        self.failure().is_some_and(|failure| failure.code == SERVICE_STOPPED)
    }

    /// The files that it made, if it succeeded.
    #[must_use]
    pub fn results(&self) -> &[ResultFile] {
        match &self.outcome {
            Some(Outcome::Success { results }) => results,
            _ => &[],
        }
    }

    /// Why it failed, if it did.
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

/// A text of at most [`MAX_MESSAGE_BYTES`], with a sign if it was truncated.
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
