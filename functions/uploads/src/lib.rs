//! Takes what is dropped into the bucket under `uploads/<instance>/`: a file becomes an uploaded file of
//! the same name, a job definition `NAME.json` becomes the job `NAME`. What cannot be taken stays where
//! it is, with a report under `rejected/`.
//!
//! S3 tells of an object at least once. A file that is taken twice is the same file; a definition is
//! marked with its object's sequencer, so that telling twice of one object, or late of an earlier one,
//! runs one job. Dropped again, even with the same content, it runs again.
//!
//! A definition that holds passwords is deleted as soon as its job is stored with their sealed form.

mod event;
mod take;

use aws_lambda_events::s3::S3Event;
use satsuma_domain::ports::{
    ChargeStorage, CreateJob, DropBox, GetFile, GetJob, ReplaceJob, Seal, SendMessage,
};
use satsuma_domain::{Clock, StoreError, metrics};

pub use take::Taken;

/// Takes every object of an event.
///
/// # Errors
/// A fault of the store; S3 tells again, and what was taken is taken as the same.
pub async fn handle<J, F, Q>(
    jobs: &J,
    files: &F,
    queue: &Q,
    keeper: &dyn Seal,
    clock: &dyn Clock,
    event: S3Event,
) -> Result<Vec<Taken>, StoreError>
where
    J: GetJob + CreateJob + ReplaceJob + ChargeStorage,
    F: DropBox + GetFile,
    Q: SendMessage,
{
    let mut all = Vec::with_capacity(event.records.len());
    for record in &event.records {
        let Some(object) = event::object(record) else { continue };
        let taken = take::take(jobs, files, queue, keeper, clock, &object).await?;
        let (instance, name) = (&object.drop.instance, &object.drop.name);
        tracing::info!(target: metrics::DROPPED, %instance, %name, ?taken, drops = 1, "dropped");
        all.push(taken);
    }
    Ok(all)
}

#[cfg(test)]
mod tests;
