//! The fields of an execution that the status and the list of executions share.

use satsuma_domain::execution::BuilderProgress;
use satsuma_domain::{Execution, Failure, FailureCategory, Timestamp};
use serde::Serialize;

use super::CostView;

/// The fields of an execution that the status and the list of executions share.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(super) struct ExecutionView<'a> {
    /// Number of the attempt within this submission, from 1. Each lost worker adds one.
    attempt: u32,
    /// When a worker claimed the job.
    started_at: Timestamp,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    finished_at: Option<Timestamp>,
    /// Fraction of the work that is done, 0 to 1: of the source data that was read, or of the models that were built.
    progress: f64,
    /// Records read from all sources.
    rows_read: u64,
    /// Records written to all results.
    rows_written: u64,
    /// The model builders, in the order in which they run. While the job runs, their states are those of the last
    /// heartbeat. Only the first 20 are listed.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    builders: &'a [BuilderProgress],
    /// Warnings for readers of the results.
    warnings: &'a [String],
    /// On `FAILED`: the cause, for programs.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<ErrorView<'a>>,
    /// Its cost, after its end, if the worker counted it.
    #[serde(skip_serializing_if = "Option::is_none")]
    cost: Option<CostView>,
}

/// The cause of a failed execution.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "JobError"))]
struct ErrorView<'a> {
    /// Stable code.
    code: &'a str,
    /// Category of the cause.
    category: FailureCategory,
    /// The node that failed, if a node failed: its type and label, as in messages. Where the stream was not read, its
    /// name in the definition.
    #[serde(skip_serializing_if = "Option::is_none")]
    node: Option<&'a str>,
    /// The uid of that node, which is the same in all versions of the stream.
    #[serde(skip_serializing_if = "Option::is_none")]
    uid: Option<&'a str>,
    /// The problem, its place, and the remedy.
    message: &'a str,
}

impl<'a> ExecutionView<'a> {
    pub(super) fn new(execution: &'a Execution) -> Self {
        Self {
            attempt: execution.attempt,
            started_at: execution.started_at,
            finished_at: execution.finished_at,
            progress: execution.progress.fraction,
            rows_read: execution.progress.rows_read,
            rows_written: execution.progress.rows_written,
            builders: &execution.progress.builders,
            warnings: &execution.warnings,
            error: execution.failure().map(ErrorView::new),
            cost: CostView::of(execution),
        }
    }
}

impl<'a> ErrorView<'a> {
    fn new(failure: &'a Failure) -> Self {
        Self {
            code: &failure.code,
            category: failure.category,
            node: failure.node.as_deref(),
            uid: failure.uid.as_deref(),
            message: &failure.message,
        }
    }
}
