//! The status of a job.

use lambda_http::Request;
use satsuma_domain::file::{FileName, ResultId};
use satsuma_domain::outlook::{self, PendingReason};
use satsuma_domain::usage::Usage;
use satsuma_domain::{Execution, Job, JobState, Timestamp};
use satsuma_http::Settings;
use serde::Serialize;

use super::execution::ExecutionView;

/// The status of a job.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "JobStatus"))]
#[serde(rename_all = "camelCase")]
pub struct StatusView<'a> {
    /// The id that the caller chose.
    job_id: &'a str,
    /// State of the job.
    job_status: JobState,
    /// On `SUCCESS` with result files: URL of the first one, for fetching and deleting it; append the access
    /// key.
    #[serde(skip_serializing_if = "Option::is_none")]
    data_url: Option<String>,
    /// On `FAILED`: the problem, its place, and the remedy.
    #[serde(skip_serializing_if = "Option::is_none")]
    failure_msg: Option<&'a str>,
    /// On `PENDING`: the reason.
    #[serde(skip_serializing_if = "Option::is_none")]
    pending_reason: Option<PendingReason>,
    /// While it runs and reads its data: estimated remaining seconds, at the present speed.
    #[serde(skip_serializing_if = "Option::is_none")]
    remaining_seconds: Option<u64>,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    execution: Option<ExecutionView<'a>>,
}

impl<'a> StatusView<'a> {
    /// The status of a job, without time-dependent fields.
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

    /// Adds the remaining time and, if the instance's usage delays the job, the detailed reason.
    #[must_use]
    pub fn at(mut self, now: Timestamp, job: &Job, usage: Option<&Usage>) -> Self {
        self.pending_reason = outlook::pending_reason(job, usage);
        self.remaining_seconds = outlook::remaining_seconds(job, now);
        self
    }
}

/// The file of `dataUrl`: the first result of a successful job.
fn data_file(job: &Job) -> Option<FileName> {
    let execution = job.execution().filter(|_| job.state == JobState::Success)?;
    let first = execution.results().first()?;
    let result = ResultId { job: job.uuid, execution: execution.number, name: first.name.clone() };
    Some(FileName::Result(result))
}
