//! The replacement of the stored stream by an AUTO_REFRESH job.
//!
//! The stream is replaced after all results are stored, and only in place of the content that the job read. The store
//! does that in one step, so that the file is either the old or the new one, as a whole. The new version names the job:
//! a later attempt of the same submission finds it, and replaces nothing again.

use std::path::Path;

use satsuma_domain::file::{FileInfo, FileKey};
use satsuma_domain::log::Level;
use satsuma_domain::origin::Origin;
use satsuma_domain::ports::{ChargeStorage, GetFile, ReplaceFile, Replaced};
use satsuma_domain::quota::{release, reserve};
use satsuma_domain::work::RunContext;
use satsuma_domain::{Error, ExecutionNumber, Failure, FailureCategory, Job, StoreError};

/// The media type of a stored stream.
const MEDIA_TYPE: &str = "application/octet-stream";

/// What became of the stored stream.
#[derive(Debug, PartialEq)]
pub(crate) enum Refreshed {
    /// It is the new one.
    Replaced,
    /// It is not, with the reason, which is a warning.
    Not(String),
    /// The run was asked to stop first.
    Stopped,
}

/// Replaces the stored stream by a new one, if it still is the one that the job read.
///
/// # Errors
/// The store failed, so that the job fails; the reason says whether the file may be replaced.
pub(crate) async fn replace<F>(
    files: &F,
    usage: Option<&dyn ChargeStorage>,
    job: &Job,
    number: ExecutionNumber,
    (key, read): (&FileKey, &FileInfo),
    new: &Path,
    context: &RunContext,
) -> Result<Refreshed, Failure>
where
    F: GetFile + ReplaceFile,
{
    let bytes = std::fs::metadata(new).map_err(|error| crate::failure::of_disk(&error))?.len();
    let more = match usage {
        None => 0,
        Some(usage) => match reserve(files, &Charge(usage), key, bytes).await {
            Ok(more) => more,
            Err(Error::Store(fault)) => return Err(crate::failure::of_store(&fault)),
            Err(error) => return Ok(Refreshed::Not(error.to_string())),
        },
    };
    let done = if context.begin_commit() {
        let by = made_by(job, number);
        match files.replace_file(key, read, &by, MEDIA_TYPE, new).await {
            Ok(Replaced::Done) => Ok(Refreshed::Replaced),
            Ok(Replaced::Changed) => Ok(Refreshed::Not(changed(files, key).await)),
            Err(fault) => after_fault(files, key, &by, &fault).await,
        }
    } else {
        Ok(Refreshed::Stopped)
    };
    if let (Some(usage), false) = (usage, matches!(done, Ok(Refreshed::Replaced))) {
        release(&Charge(usage), &key.instance, more).await;
    }
    if let Ok(Refreshed::Replaced) = &done {
        context
            .log()
            .line(Level::Info, &format!("the file `{}` is replaced by the new stream", key.name.id()));
    }
    done
}

/// The maker of a new version.
fn made_by(job: &Job, number: ExecutionNumber) -> Origin {
    let (id, uuid) = (job.key.id.clone(), job.uuid);
    Origin::Job { id, uuid, revision: job.revision, execution: number }
}

/// Why a file with another content was not replaced.
async fn changed<F: GetFile>(files: &F, key: &FileKey) -> String {
    let id = key.name.id();
    match files.file_info(key).await {
        Ok(Some(info)) => format!(
            "the file `{id}` was changed while the job ran, by {}; it stays, and the new stream is a result of the job",
            info.by
        ),
        Ok(None) => {
            format!(
                "the file `{id}` was deleted while the job ran; the new stream is only a result of the job"
            )
        }
        Err(_) => {
            format!("the file `{id}` was changed while the job ran; the new stream is a result of the job")
        }
    }
}

/// The response was a fault: the file itself knows whether it is replaced.
async fn after_fault<F: GetFile>(
    files: &F,
    key: &FileKey,
    by: &Origin,
    fault: &StoreError,
) -> Result<Refreshed, Failure> {
    tracing::error!(%fault, "the stream could not be replaced");
    let state = match files.file_info(key).await {
        Ok(Some(info)) if *info.by == *by => return Ok(Refreshed::Replaced),
        Ok(_) => "it is not replaced; submit the job again".to_owned(),
        Err(_) => {
            "it may be replaced: GET /pm/v1/file/<id>/versions lists who made each version of it".to_owned()
        }
    };
    let message = format!("the storage failed while the file `{}` was replaced; {state}", key.name.id());
    Err(Failure::new("storage", FailureCategory::System, message))
}

/// Charges through a reference.
struct Charge<'a>(&'a dyn ChargeStorage);

#[async_trait::async_trait]
impl ChargeStorage for Charge<'_> {
    async fn charge_storage(
        &self,
        instance: &satsuma_domain::InstanceId,
        bytes: i64,
    ) -> Result<satsuma_domain::ports::Stored, StoreError> {
        self.0.charge_storage(instance, bytes).await
    }
}
