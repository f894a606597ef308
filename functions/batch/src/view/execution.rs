//! An execution as the API shows it.

use satsuma_domain::{Execution, Failure, FailureCategory, Timestamp};
use serde::Serialize;

use super::CostView;

/// What a job's status and the list of its executions both tell of one.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(super) struct ExecutionView<'a> {
    /// Which attempt of this submission it is, from 1: one more each time that a worker vanished.
    attempt: u32,
    /// When a worker took it.
    started_at: Timestamp,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    finished_at: Option<Timestamp>,
    /// The part of its source data that was read, 0 to 1.
    progress: f64,
    /// Records read from all sources.
    rows_read: u64,
    /// Records written to all results.
    rows_written: u64,
    /// What a reader of the results should know.
    warnings: &'a [String],
    /// On `FAILED`: why, for programs.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<ErrorView<'a>>,
    /// What it cost, once it ended, where the worker knows.
    #[serde(skip_serializing_if = "Option::is_none")]
    cost: Option<CostView>,
}

/// Why an execution failed.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "JobError"))]
struct ErrorView<'a> {
    /// Stable code.
    code: &'a str,
    /// Whose fault it is.
    category: FailureCategory,
    /// The node that failed, by its name in the stream, where it was one.
    #[serde(skip_serializing_if = "Option::is_none")]
    node: Option<&'a str>,
    /// What happened, where, and what to do.
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
            message: &failure.message,
        }
    }
}
