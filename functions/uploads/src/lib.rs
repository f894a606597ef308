//! Processes objects in the bucket's inbox, `uploads/<instance>/`: a file becomes an uploaded file with the
//! same name, and a job definition `NAME.json` becomes the job `NAME`. An object that cannot be processed
//! stays, with a report under `rejected/`.
//!
//! S3 sends an event at least once. Processing a file twice makes the same file. The sequencer of its object
//! is the idempotency key of a definition, so that duplicate and late events run one job. An object that is
//! uploaded again, even with the same content, runs again.
//!
//! A definition with passwords is deleted as soon as its job is stored with their sealed form.

mod event;
mod process;

use aws_lambda_events::s3::S3Event;
use satsuma_domain::ports::{
    ChargeStorage, CreateJob, GetFile, GetJob, Inbox, ReplaceJob, Seal, SendMessage,
};
use satsuma_domain::{Clock, StoreError, metrics};

pub use process::Taken;

/// Processes every object of an event.
///
/// # Errors
/// A fault of the store; S3 sends the event again, and the repetition has the same result.
pub async fn handle<J, F, Q>(
    jobs: &J,
    files: &F,
    queue: &Q,
    keys: &dyn Seal,
    clock: &dyn Clock,
    event: S3Event,
) -> Result<Vec<Taken>, StoreError>
where
    J: GetJob + CreateJob + ReplaceJob + ChargeStorage,
    F: Inbox + GetFile,
    Q: SendMessage,
{
    let mut all = Vec::with_capacity(event.records.len());
    for record in &event.records {
        let Some(object) = event::object(record) else { continue };
        let taken = process::process(jobs, files, queue, keys, clock, &object).await?;
        let (instance, name) = (&object.key.instance, &object.key.name);
        tracing::info!(target: metrics::INBOX_OBJECT, %instance, %name, ?taken, drops = 1, "processed an inbox object");
        all.push(taken);
    }
    Ok(all)
}

#[cfg(test)]
mod tests;
