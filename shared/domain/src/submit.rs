//! Submitting a job: it is stored first and queued then, so that a crash between the two loses
//! nothing; the sweeper sends the message of a job that waits too long.

use crate::definition::JobDefinition;
use crate::error::Error;
use crate::job::{Job, JobKey};
use crate::ports::{CreateJob, GetJob, JobMessage, ReplaceJob, SendMessage, Written};
use crate::time::Clock;
use crate::transition::{Event, Refusal, transition};

/// How often a resubmission is tried again when others write the same job.
const RACES: usize = 5;

/// What a `PUT` did.
#[derive(Debug, Clone, PartialEq)]
pub enum Submitted {
    /// There was no such job.
    Created(Job),
    /// There was one, and it runs anew.
    Resubmitted(Job),
}

/// Submits a job under an id that must be free.
///
/// # Errors
/// [`Error::JobExists`], or a fault of the store.
pub async fn create<S, Q>(
    store: &S,
    queue: &Q,
    clock: &dyn Clock,
    key: JobKey,
    definition: JobDefinition,
) -> Result<Job, Error>
where
    S: CreateJob,
    Q: SendMessage,
{
    let number = store.next_number(&key.instance).await?;
    let job = Job::new(key, number, definition, clock.now());
    match store.create_job(&job).await? {
        Written::Done => {
            announce(queue, &job).await;
            Ok(job)
        }
        Written::Conflict(_) => Err(Error::JobExists(job.key.id.to_string())),
    }
}

/// Submits a job, or submits it again with a new definition.
///
/// # Errors
/// [`Error::Conflict`] while it runs, or a fault of the store.
pub async fn create_or_resubmit<S, Q>(
    store: &S,
    queue: &Q,
    clock: &dyn Clock,
    key: JobKey,
    definition: JobDefinition,
) -> Result<Submitted, Error>
where
    S: GetJob + CreateJob + ReplaceJob,
    Q: SendMessage,
{
    for _ in 0..RACES {
        let Some(job) = store.get_job(&key).await? else {
            match create(store, queue, clock, key.clone(), definition.clone()).await {
                Err(Error::JobExists(_)) => continue,
                created => return created.map(Submitted::Created),
            }
        };
        let resubmitted = match transition(&job, &Event::Resubmit(definition.clone()), clock.now()) {
            Ok(next) => next,
            Err(refusal) => return Err(conflict(&job, &refusal)),
        };
        if store.replace_job(&resubmitted).await? == Written::Done {
            announce(queue, &resubmitted).await;
            return Ok(Submitted::Resubmitted(resubmitted));
        }
    }
    Err(Error::Conflict(format!("the job `{}` is being changed by others; try again", key.id)))
}

fn conflict(job: &Job, refusal: &Refusal) -> Error {
    Error::Conflict(format!("the job `{}` cannot be submitted again: {refusal}", job.key.id))
}

/// Sends a job's message. The job is safe already, so a failure here is only logged.
pub(crate) async fn announce<Q: SendMessage>(queue: &Q, job: &Job) {
    let message = JobMessage { key: job.key.clone(), revision: job.revision };
    if let Err(fault) = queue.send(&message).await {
        tracing::warn!(job = %job.key.id, %fault, "message not sent, the sweeper will send it");
    }
}
