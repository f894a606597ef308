//! Submitting a job: it is stored first and queued then, so that a crash between the two loses
//! nothing; the sweeper sends the message of a job that waits too long.

use crate::definition::JobDefinition;
use crate::error::Error;
use crate::ids::IdempotencyKey;
use crate::job::{Job, JobKey};
use crate::ports::{CreateJob, GetJob, JobMessage, ReplaceJob, SendMessage, Written};
use crate::time::Clock;
use crate::transition::{Event, Refusal, transition};

/// How often a resubmission is tried again when others write the same job.
const RACES: usize = 5;

/// What is submitted, and what marks the request.
#[derive(Debug, Clone, PartialEq)]
pub struct Submission {
    /// What to run.
    pub definition: JobDefinition,
    /// Where the caller marked the request: the same mark again submits nothing anew.
    pub idempotency_key: Option<IdempotencyKey>,
}

impl From<JobDefinition> for Submission {
    fn from(definition: JobDefinition) -> Self {
        Self { definition, idempotency_key: None }
    }
}

/// What a `PUT` did.
#[derive(Debug, Clone, PartialEq)]
pub enum Submitted {
    /// There was no such job.
    Created(Job),
    /// There was one, and it runs anew.
    Resubmitted(Job),
    /// The very same request came before: nothing was done.
    Repeated(Job),
}

/// Submits a job under an id that must be free, or that the very same request took.
///
/// # Errors
/// [`Error::JobExists`], or a fault of the store.
pub async fn create<S, Q>(
    store: &S,
    queue: &Q,
    clock: &dyn Clock,
    key: JobKey,
    submission: impl Into<Submission>,
) -> Result<Job, Error>
where
    S: CreateJob,
    Q: SendMessage,
{
    let submission = submission.into();
    let number = store.next_number(&key.instance).await?;
    let mut job = Job::new(key, number, submission.definition, clock.now());
    job.idempotency_key = submission.idempotency_key;
    match store.create_job(&job).await? {
        Written::Done => {
            announce(queue, &job).await;
            Ok(job)
        }
        Written::Conflict(Some(held)) if is_repeated(&held, &job.idempotency_key, &job.definition) => {
            Ok(*held)
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
    submission: impl Into<Submission>,
) -> Result<Submitted, Error>
where
    S: GetJob + CreateJob + ReplaceJob,
    Q: SendMessage,
{
    let submission = submission.into();
    for _ in 0..RACES {
        let Some(job) = store.get_job(&key).await? else {
            match create(store, queue, clock, key.clone(), submission.clone()).await {
                Err(Error::JobExists(_)) => continue,
                created => return created.map(Submitted::Created),
            }
        };
        if is_repeated(&job, &submission.idempotency_key, &submission.definition) {
            return Ok(Submitted::Repeated(job));
        }
        let event = Event::Resubmit(submission.definition.clone());
        let mut resubmitted = match transition(&job, &event, clock.now()) {
            Ok(next) => next,
            Err(refusal) => return Err(conflict(&job, &refusal)),
        };
        resubmitted.idempotency_key.clone_from(&submission.idempotency_key);
        if store.replace_job(&job, &resubmitted).await? == Written::Done {
            announce(queue, &resubmitted).await;
            return Ok(Submitted::Resubmitted(resubmitted));
        }
    }
    Err(Error::Conflict(format!("the job `{}` is being changed by others; try again", key.id)))
}

/// Whether the request that submitted `job` is the one at hand, whose answer was lost or slow.
fn is_repeated(job: &Job, key: &Option<IdempotencyKey>, definition: &JobDefinition) -> bool {
    key.is_some() && job.idempotency_key == *key && job.definition == *definition
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

#[cfg(test)]
mod tests;
