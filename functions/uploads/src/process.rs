//! Processes one inbox object.

use satsuma_domain::definition::MAX_DEFINITION_BYTES;
use satsuma_domain::file::{FileKey, FileName};
use satsuma_domain::files::is_stream;
use satsuma_domain::files::quota::{release, reserve};
use satsuma_domain::job::JobKey;
use satsuma_domain::ports::{
    ChargeStorage, CreateJob, GetFile, GetJob, Inbox, ReplaceJob, Seal, SendMessage,
};
use satsuma_domain::submit::{self, Submission};
use satsuma_domain::{Clock, Error, JobId, StoreError};
use satsuma_stream::{Limits, StreamFile};
use serde_json::json;
use zeroize::Zeroizing;

use crate::event::{InboxObject, is_later};

/// File extension of job definitions.
const DEFINITION: &str = ".json";

/// The word before a password in a definition.
const PASSWORD: &[u8] = b"password";

/// Largest refused definition that is searched for passwords, in bytes: far more than a definition may have.
const MAX_SEARCHED_BYTES: u64 = 16 * 1024 * 1024;

/// Result of an inbox object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// It is an uploaded file now.
    File,
    /// It is a job now.
    Job,
    /// It is a job now, and was deleted because it held passwords.
    JobWithPasswords,
    /// It cannot be processed; a report has the reason.
    Rejected,
    /// It cannot be processed, and was deleted because it may contain passwords; a report has the reason.
    RejectedPasswords,
    /// It was deleted before it was read.
    Gone,
}

/// Processes an object.
pub(crate) async fn process<J, F, Q>(
    jobs: &J,
    files: &F,
    queue: &Q,
    keys: &dyn Seal,
    clock: &dyn Clock,
    object: &InboxObject,
) -> Result<Taken, StoreError>
where
    J: GetJob + CreateJob + ReplaceJob + ChargeStorage,
    F: Inbox + GetFile,
    Q: SendMessage,
{
    let taken = match object.key.name.as_str().strip_suffix(DEFINITION) {
        Some(name) => job(jobs, files, queue, keys, clock, object, name).await,
        None => file(jobs, files, object).await,
    };
    match taken {
        Ok(taken) => Ok(taken),
        Err(Error::Store(fault)) => Err(fault),
        Err(error) => {
            let report = json!({
                "code": error.code(), "message": error.to_string(), "field": error.field(),
            });
            files.reject(&object.key, &report.to_string()).await?;
            if !may_hold_passwords(files, object).await? {
                return Ok(Taken::Rejected);
            }
            files.remove_inbox_object(&object.key, object.version.as_deref()).await?;
            Ok(Taken::RejectedPasswords)
        }
    }
}

/// Whether a refused definition, even a malformed one, contains the word before a password, in ASCII or
/// UTF-16.
async fn may_hold_passwords<F: Inbox>(files: &F, object: &InboxObject) -> Result<bool, StoreError> {
    if !object.key.name.as_str().ends_with(DEFINITION) {
        return Ok(false);
    }
    let Some(Ok(bytes)) = files.get_inbox_object(&object.key, MAX_SEARCHED_BYTES).await? else {
        return Ok(false);
    };
    let bytes = Zeroizing::new(Vec::from(bytes));
    let text = Zeroizing::new(bytes.iter().filter(|byte| **byte != 0).copied().collect::<Vec<u8>>());
    Ok(text.windows(PASSWORD.len()).any(|word| word.eq_ignore_ascii_case(PASSWORD)))
}

async fn job<J, F, Q>(
    jobs: &J,
    files: &F,
    queue: &Q,
    keys: &dyn Seal,
    clock: &dyn Clock,
    object: &InboxObject,
    name: &str,
) -> Result<Taken, Error>
where
    J: GetJob + CreateJob + ReplaceJob,
    F: Inbox,
    Q: SendMessage,
{
    let id = JobId::new(name)?;
    if !id.is_addressable() {
        let message =
            "a job's name must not contain `/`, `,`, `?` or `%`; put its definition directly into the folder";
        return Err(Error::invalid("invalid_id", Some("id"), message));
    }
    let limit = MAX_DEFINITION_BYTES as u64;
    let bytes = match files.get_inbox_object(&object.key, limit).await? {
        None => return Ok(Taken::Gone),
        Some(Ok(bytes)) => Zeroizing::new(Vec::from(bytes)),
        Some(Err(info)) => {
            return Err(Error::TooLarge { what: "the job definition", bytes: info.bytes, limit });
        }
    };
    let key = JobKey { instance: object.key.instance.clone(), id };
    let submission = Submission::read(&bytes, &key, keys).await?.marked(object.idempotency_key.clone());
    let holds_passwords = !submission.sealed_passwords.is_empty();
    if !is_overtaken(jobs, &key, object).await? {
        submit::create_or_resubmit(jobs, queue, clock, key, submission).await?;
    }
    if !holds_passwords {
        return Ok(Taken::Job);
    }
    files.remove_inbox_object(&object.key, object.version.as_deref()).await?;
    Ok(Taken::JobWithPasswords)
}

/// True if a later content of the object was submitted already: S3 may send events late, or again.
async fn is_overtaken<J: GetJob>(jobs: &J, key: &JobKey, object: &InboxObject) -> Result<bool, StoreError> {
    let Some(key_of_event) = &object.idempotency_key else { return Ok(false) };
    let submitted = jobs.get_job(key).await?.and_then(|job| job.idempotency_key);
    Ok(submitted.is_some_and(|submitted| is_later(&submitted, key_of_event)))
}

async fn file<J, F>(jobs: &J, files: &F, object: &InboxObject) -> Result<Taken, Error>
where
    J: ChargeStorage,
    F: Inbox + GetFile,
{
    let inbox_key = &object.key;
    let id = FileName::upload_id(inbox_key.name.as_str())?;
    if is_stream(&id, None) {
        match files.get_inbox_object(inbox_key, Limits::FILE_BYTES).await? {
            None => return Ok(Taken::Gone),
            Some(Err(info)) => {
                let limit = Limits::FILE_BYTES;
                return Err(Error::TooLarge { what: "the stream", bytes: info.bytes, limit });
            }
            Some(Ok(bytes)) => {
                StreamFile::open(bytes).map_err(|error| {
                    Error::invalid("unreadable_stream", None, format!("the stream cannot be read: {error}"))
                })?;
            }
        }
    }
    let key = FileKey { instance: inbox_key.instance.clone(), name: FileName::Upload(id) };
    let Some(info) = files.inbox_info(inbox_key).await? else { return Ok(Taken::Gone) };
    let more = reserve(files, jobs, &key, info.bytes).await?;
    let adopted = files.adopt(inbox_key, &key).await;
    if adopted.is_err() {
        release(jobs, &key.instance, more).await;
    }
    adopted?;
    Ok(Taken::File)
}
