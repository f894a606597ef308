//! Jobs as the API shows them: the original's objects, with additions that its clients ignore.

mod cost;
mod execution;
mod executions;
mod status;

use lambda_http::Request;
use satsuma_domain::{Job, JobDefinition, JobState, Timestamp};
use satsuma_http::Settings;
use serde::Serialize;

use self::cost::CostView;
pub use self::executions::{ExecutionEntry, executions};
pub use self::status::StatusView;

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
