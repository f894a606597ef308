//! One dropped object.

use satsuma_domain::definition::MAX_DEFINITION_BYTES;
use satsuma_domain::file::{FileKey, FileName};
use satsuma_domain::files::is_stream;
use satsuma_domain::job::JobKey;
use satsuma_domain::ports::{
    ChargeStorage, CreateJob, DropBox, GetFile, GetJob, ReplaceJob, Seal, SendMessage,
};
use satsuma_domain::storage::{give_back, make_room};
use satsuma_domain::submit::{self, Submission};
use satsuma_domain::{Clock, Error, JobId, StoreError};
use satsuma_stream::{Limits, StreamFile};
use serde_json::json;
use zeroize::Zeroizing;

use crate::event::{Dropped, is_later};

/// What the name of a job definition ends in.
const DEFINITION: &str = ".json";

/// What stands before a password.
const PASSWORD: &[u8] = b"password";

/// Largest refused definition that is searched for passwords, in bytes: far more than one may have.
const MAX_SEARCHED_BYTES: u64 = 16 * 1024 * 1024;

/// What became of a dropped object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// It is an uploaded file now.
    File,
    /// It is a job now.
    Job,
    /// It is a job now, and was deleted because it held passwords.
    JobWithPasswords,
    /// It cannot be taken; a report says why.
    Rejected,
    /// It cannot be taken, and was deleted because it may hold passwords; a report says why.
    RejectedPasswords,
    /// It was gone before it could be looked at.
    Gone,
}

/// Takes an object.
pub(crate) async fn take<J, F, Q>(
    jobs: &J,
    files: &F,
    queue: &Q,
    keeper: &dyn Seal,
    clock: &dyn Clock,
    object: &Dropped,
) -> Result<Taken, StoreError>
where
    J: GetJob + CreateJob + ReplaceJob + ChargeStorage,
    F: DropBox + GetFile,
    Q: SendMessage,
{
    let taken = match object.drop.name.as_str().strip_suffix(DEFINITION) {
        Some(name) => job(jobs, files, queue, keeper, clock, object, name).await,
        None => file(jobs, files, object).await,
    };
    match taken {
        Ok(taken) => Ok(taken),
        Err(Error::Store(fault)) => Err(fault),
        Err(error) => {
            let report = json!({
                "code": error.code(), "message": error.to_string(), "field": error.field(),
            });
            files.reject(&object.drop, &report.to_string()).await?;
            if !may_hold_passwords(files, object).await? {
                return Ok(Taken::Rejected);
            }
            files.remove_dropped(&object.drop, object.version.as_deref()).await?;
            Ok(Taken::RejectedPasswords)
        }
    }
}

/// Whether a definition that was refused has a password in it, however broken it is: the word, as ASCII or
/// as UTF-16.
async fn may_hold_passwords<F: DropBox>(files: &F, object: &Dropped) -> Result<bool, StoreError> {
    if !object.drop.name.as_str().ends_with(DEFINITION) {
        return Ok(false);
    }
    let Some(Ok(bytes)) = files.get_dropped(&object.drop, MAX_SEARCHED_BYTES).await? else {
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
    keeper: &dyn Seal,
    clock: &dyn Clock,
    object: &Dropped,
    name: &str,
) -> Result<Taken, Error>
where
    J: GetJob + CreateJob + ReplaceJob,
    F: DropBox,
    Q: SendMessage,
{
    let id = JobId::new(name)?;
    if !id.is_addressable() {
        let message = "a job's name holds no `/`, `,`, `?` or `%`: drop its definition right into the folder";
        return Err(Error::invalid("invalid_id", Some("id"), message));
    }
    let limit = MAX_DEFINITION_BYTES as u64;
    let bytes = match files.get_dropped(&object.drop, limit).await? {
        None => return Ok(Taken::Gone),
        Some(Ok(bytes)) => Zeroizing::new(Vec::from(bytes)),
        Some(Err(info)) => {
            return Err(Error::TooLarge { what: "the job definition", bytes: info.bytes, limit });
        }
    };
    let key = JobKey { instance: object.drop.instance.clone(), id };
    let submission = Submission::read(&bytes, &key, keeper).await?.marked(object.mark.clone());
    let holds_passwords = !submission.sealed_passwords.is_empty();
    if !is_overtaken(jobs, &key, object).await? {
        submit::create_or_resubmit(jobs, queue, clock, key, submission).await?;
    }
    if !holds_passwords {
        return Ok(Taken::Job);
    }
    files.remove_dropped(&object.drop, object.version.as_deref()).await?;
    Ok(Taken::JobWithPasswords)
}

/// Whether a later content of the object was submitted already: S3 may tell late, or again, of an
/// earlier one.
async fn is_overtaken<J: GetJob>(jobs: &J, key: &JobKey, object: &Dropped) -> Result<bool, StoreError> {
    let Some(mark) = &object.mark else { return Ok(false) };
    let submitted = jobs.get_job(key).await?.and_then(|job| job.idempotency_key);
    Ok(submitted.is_some_and(|submitted| is_later(&submitted, mark)))
}

async fn file<J, F>(jobs: &J, files: &F, object: &Dropped) -> Result<Taken, Error>
where
    J: ChargeStorage,
    F: DropBox + GetFile,
{
    let drop = &object.drop;
    let id = FileName::upload_id(drop.name.as_str())?;
    if is_stream(&id, None) {
        match files.get_dropped(drop, Limits::FILE_BYTES).await? {
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
    let key = FileKey { instance: drop.instance.clone(), name: FileName::Upload(id) };
    let Some(info) = files.dropped_info(drop).await? else { return Ok(Taken::Gone) };
    let more = make_room(files, jobs, &key, info.bytes).await?;
    let adopted = files.adopt(drop, &key).await;
    if adopted.is_err() {
        give_back(jobs, &key.instance, more).await;
    }
    adopted?;
    Ok(Taken::File)
}
