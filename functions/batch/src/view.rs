//! Jobs as the API shows them: the original's objects, with additions that its clients ignore.

mod cost;
mod execution;

use lambda_http::Request;
use satsuma_domain::file::{FileName, ResultId};
use satsuma_domain::outlook::{self, PendingReason};
use satsuma_domain::usage::Usage;
use satsuma_domain::{Execution, Failure, FailureCategory, Job, JobDefinition, JobState, Timestamp};
use satsuma_http::Settings;
use serde::Serialize;

pub use cost::CostView;
pub use execution::{ExecutionEntry, executions};

/// A job: its definition as it was stored, and what the service adds.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Job"))]
#[serde(rename_all = "camelCase")]
pub struct JobView<'a> {
    /// `<region>$<instance>`.
    namespace: String,
    /// `<namespace>/<id>`.
    storage_id: String,
    /// When it was first submitted.
    created_at: Timestamp,
    /// The original's spelling. Of its four facts ours knows the instance.
    creater: String,
    /// The id that its user chose.
    id: &'a str,
    /// Where it stands.
    status: JobState,
    #[serde(flatten)]
    definition: &'a JobDefinition,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    finished_at: Option<Timestamp>,
    /// Once it ended: its status.
    #[serde(skip_serializing_if = "Option::is_none")]
    result: Option<StatusView<'a>>,
}

impl<'a> JobView<'a> {
    /// Shows a job; once it ended, with its status as the result.
    #[must_use]
    pub fn new(job: &'a Job, settings: &Settings, request: &Request) -> Self {
        let namespace = settings.namespace(&job.key.instance);
        let ended = job.state.is_terminal();
        Self {
            storage_id: format!("{namespace}/{}", job.key.id),
            namespace,
            created_at: job.created_at,
            creater: format!(
                "Tenant [instanceId={}, planId=null, appId=null, enable=true]",
                job.key.instance
            ),
            id: job.key.id.as_str(),
            status: job.state,
            definition: &job.definition,
            finished_at: job.execution().and_then(|execution| execution.finished_at).filter(|_| ended),
            result: ended.then(|| StatusView::new(job, settings, request)),
        }
    }
}

/// Where a job stands.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "JobStatus"))]
#[serde(rename_all = "camelCase")]
pub struct StatusView<'a> {
    /// The id that its user chose.
    job_id: &'a str,
    /// Where it stands.
    job_status: JobState,
    /// On `SUCCESS` with result files: the first of them, fetched and deleted like a file, the access key
    /// appended.
    #[serde(skip_serializing_if = "Option::is_none")]
    data_url: Option<String>,
    /// On `FAILED`: what happened, where, and what to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    failure_msg: Option<&'a str>,
    /// While it is `PENDING`: why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pending_reason: Option<PendingReason>,
    /// While it runs and reads its data: how many seconds it may still take, as if it went on like this.
    #[serde(skip_serializing_if = "Option::is_none")]
    remaining_seconds: Option<u64>,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    execution: Option<ExecutionView<'a>>,
}

/// What is known of the execution that the status is about.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
struct ExecutionView<'a> {
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

impl<'a> StatusView<'a> {
    /// Shows where a job stands.
    #[must_use]
    pub fn new(job: &'a Job, settings: &Settings, request: &Request) -> Self {
        let failure = job.execution().and_then(Execution::failure).filter(|_| job.state == JobState::Failed);
        Self {
            job_id: job.key.id.as_str(),
            job_status: job.state,
            data_url: data_file(job).map(|file| settings.file_url(request, &file)),
            failure_msg: failure.map(|failure| failure.message.as_str()),
            pending_reason: outlook::pending_reason(job, None),
            remaining_seconds: None,
            execution: job.execution().map(ExecutionView::new),
        }
    }

    /// The same, with how long the job may still run, and more on why it waits where its instance's
    /// usage is the reason.
    #[must_use]
    pub fn at(mut self, now: Timestamp, job: &Job, usage: Option<&Usage>) -> Self {
        self.pending_reason = outlook::pending_reason(job, usage);
        self.remaining_seconds = outlook::remaining_seconds(job, now);
        self
    }
}

impl<'a> ExecutionView<'a> {
    fn new(execution: &'a Execution) -> Self {
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

/// The file that `dataUrl` names: the first result of a job that succeeded.
fn data_file(job: &Job) -> Option<FileName> {
    let execution = job.execution().filter(|_| job.state == JobState::Success)?;
    let first = execution.results().first()?;
    let result = ResultId { job: job.uuid, execution: execution.number, name: first.name.clone() };
    Some(FileName::Result(result))
}
