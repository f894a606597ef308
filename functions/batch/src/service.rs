//! All operations behind one function.

use std::sync::Arc;

use lambda_http::{Body, Request, Response};
use satsuma_domain::Clock;
use satsuma_domain::ports::{
    ChargeStorage, CompleteUpload, CreateJob, GetFile, GetJob, GetUsage, LinkFile, ListFiles, ListJobs,
    ListParts, ListVersions, PutFile, RemoveFile, RemoveJob, ReplaceJob, RestoreVersion, Seal, SendMessage,
    SendNotice, Staging, StartUpload,
};
use satsuma_http::{Answer, ApiError, NoRoute, Settings, answer};

use crate::{
    complete_upload, delete_file, delete_jobs, get_file, get_job, get_job_status, get_log, list_executions,
    list_files, list_jobs, list_models, list_versions, openapi, put_file, resubmit_job, rollback_file,
    start_upload, submit_job,
};

/// The ports of the operations: the AWS adapters on AWS and locally, in memory in tests.
#[derive(Clone)]
pub struct Service<J, F, Q> {
    /// The job store.
    pub jobs: J,
    /// The file store.
    pub files: F,
    /// The queue to the workers.
    pub queue: Q,
    /// Generates the data keys that encrypt passwords.
    pub keys: Arc<dyn Seal>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// The settings of the deployment.
    pub settings: Settings,
}

/// Handles a request with the function that a [`Route`](crate::Route) names, like [`satsuma_http::run`] on
/// Lambda.
pub async fn call<J, F, Q>(function: &str, service: &Service<J, F, Q>, request: Request) -> Response<Body>
where
    J: GetJob + ListJobs + CreateJob + ReplaceJob + RemoveJob + ChargeStorage + GetUsage,
    F: GetFile + LinkFile + ListFiles + PutFile + RemoveFile,
    F: StartUpload + ListParts + CompleteUpload + Staging + ListVersions + RestoreVersion,
    Q: SendMessage + SendNotice,
{
    answer(function, request, |request| handle(function, service, request)).await
}

/// The operation of the function that a [`Route`](crate::Route) names.
///
/// # Errors
/// The API's errors; 404 for a name that no function of this crate has.
pub async fn handle<J, F, Q>(function: &str, service: &Service<J, F, Q>, request: Request) -> Answer
where
    J: GetJob + ListJobs + CreateJob + ReplaceJob + RemoveJob + ChargeStorage + GetUsage,
    F: GetFile + LinkFile + ListFiles + PutFile + RemoveFile,
    F: StartUpload + ListParts + CompleteUpload + Staging + ListVersions + RestoreVersion,
    Q: SendMessage + SendNotice,
{
    let Service { jobs, files, queue, keys, clock, settings } = service;
    let (keys, clock) = (&**keys, &**clock);
    match function {
        "submit-job" => submit_job::handle(jobs, queue, keys, clock, settings, request).await,
        "resubmit-job" => resubmit_job::handle(jobs, queue, keys, clock, settings, request).await,
        "list-jobs" => list_jobs::handle(jobs, settings, request).await,
        "get-job" => get_job::handle(jobs, settings, request).await,
        "get-job-status" => get_job_status::handle(jobs, clock, settings, request).await,
        "list-executions" => list_executions::handle(jobs, settings, request).await,
        "get-log" => get_log::handle(jobs, files, request).await,
        "delete-jobs" => delete_jobs::handle(jobs, queue, clock, request).await,
        "put-file" => put_file::handle(files, jobs, settings, request).await,
        "get-file" => get_file::handle(files, request).await,
        "list-files" => list_files::handle(files, settings, request).await,
        "list-versions" => list_versions::handle(files, settings, request).await,
        "rollback-file" => rollback_file::handle(files, jobs, clock, request).await,
        "delete-file" => delete_file::handle(files, jobs, request).await,
        "openapi" => openapi::handle().await,
        "start-upload" => start_upload::handle(files, jobs, clock, settings, request).await,
        "complete-upload" => complete_upload::handle(files, jobs, settings, request).await,
        "list-models" => list_models::handle(request).await,
        _ => Err(ApiError::NoRoute(NoRoute::Nothing)),
    }
}
