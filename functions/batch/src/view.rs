//! Jobs in the form of the API: the original's objects, with additional fields that its clients ignore.

mod cost;
mod execution;
mod executions;
mod status;
mod version;

use lambda_http::Request;
use satsuma_domain::{Job, JobDefinition, JobState, Timestamp};
use satsuma_http::Settings;
use serde::Serialize;

use self::cost::CostView;
pub use self::executions::{ExecutionEntry, executions};
pub use self::status::StatusView;
pub use self::version::VersionView;

/// A job: its stored definition and the service's own fields.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Job"))]
#[serde(rename_all = "camelCase")]
pub struct JobView<'a> {
    /// `<region>$<instance>`.
    namespace: String,
    /// `<namespace>/<id>`.
    storage_id: String,
    /// Time of its first submission.
    created_at: Timestamp,
    /// The instance that owns the job. The name has the original's spelling; `planId`, `appId` and `enable`
    /// are constant.
    creater: String,
    /// The id that the caller chose.
    id: &'a str,
    /// State of the job.
    status: JobState,
    #[serde(flatten)]
    definition: &'a JobDefinition,
    /// Time of its end.
    #[serde(skip_serializing_if = "Option::is_none")]
    finished_at: Option<Timestamp>,
    /// Status of the job after its end.
    #[serde(skip_serializing_if = "Option::is_none")]
    result: Option<StatusView<'a>>,
}

impl<'a> JobView<'a> {
    /// The view of a job. After its end, the status is the result.
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
