//! Jobs as the API shows them: the original's objects, with additions that its clients ignore.

use lambda_http::Request;
use satsuma_domain::file::{FileName, ResultId};
use satsuma_domain::{Execution, FailureCategory, Job, JobDefinition, JobState, Timestamp};
use satsuma_http::Settings;
use serde::Serialize;

/// A job: its definition as it was stored, and what the service adds.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct JobView<'a> {
    namespace: String,
    storage_id: String,
    created_at: Timestamp,
    /// The original's spelling. Of its four facts ours knows the instance.
    creater: String,
    id: &'a str,
    status: JobState,
    #[serde(flatten)]
    definition: &'a JobDefinition,
    #[serde(skip_serializing_if = "Option::is_none")]
    finished_at: Option<Timestamp>,
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
#[serde(rename_all = "camelCase")]
pub struct StatusView<'a> {
    job_id: &'a str,
    job_status: JobState,
    #[serde(skip_serializing_if = "Option::is_none")]
    data_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    failure_msg: Option<&'a str>,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    execution: Option<ExecutionView<'a>>,
}

/// What is known of the execution that the status is about.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ExecutionView<'a> {
    attempt: u32,
    started_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    finished_at: Option<Timestamp>,
    progress: f64,
    rows_read: u64,
    rows_written: u64,
    warnings: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<ErrorView<'a>>,
}

#[derive(Debug, Serialize)]
struct ErrorView<'a> {
    code: &'a str,
    category: FailureCategory,
    #[serde(skip_serializing_if = "Option::is_none")]
    node: Option<&'a str>,
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
            execution: job.execution().map(ExecutionView::new),
        }
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
            error: execution.failure().map(|failure| ErrorView {
                code: &failure.code,
                category: failure.category,
                node: failure.node.as_deref(),
                message: &failure.message,
            }),
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
