//! Submitting a job: it is stored first and queued then, so that a crash between the two loses
//! nothing; the sweeper sends the message of a job that waits too long.

use crate::definition::JobDefinition;
use crate::error::Error;
use crate::fingerprint::{Fingerprint, Verb};
use crate::ids::IdempotencyKey;
use crate::job::{Job, JobKey};
use crate::ports::{CreateJob, GetJob, JobMessage, ReplaceJob, SendMessage, Written};
use crate::time::{Clock, Timestamp};
use crate::transition::{Event, Refusal, transition};

/// How often a resubmission is tried again when others write the same job.
const RACES: usize = 5;

/// What is submitted, and what marks the request.
#[derive(Debug, Clone, PartialEq)]
pub struct Submission {
    /// What to run.
    pub definition: JobDefinition,
    /// Where the caller marked the request: the same mark again submits nothing anew. Of a request
    /// without a mark the [`fingerprint`](crate::fingerprint) is known for a short while.
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
    let request = Request::new(Verb::Create, &submission);
    create_as(store, queue, clock, key, submission.definition, &request).await
}

async fn create_as<S, Q>(
    store: &S,
    queue: &Q,
    clock: &dyn Clock,
    key: JobKey,
    definition: JobDefinition,
    request: &Request,
) -> Result<Job, Error>
where
    S: CreateJob,
    Q: SendMessage,
{
    let number = store.next_number(&key.instance).await?;
    let mut job = Job::new(key, number, definition, clock.now());
    request.mark(&mut job);
    match store.create_job(&job).await? {
        Written::Done => {
            announce(queue, &job).await;
            Ok(job)
        }
        Written::Conflict(Some(held)) if request.submitted(&held, clock.now()) => Ok(*held),
        Written::Conflict(_) => Err(Error::JobExists(job.key.id.to_string())),
        Written::OverQuota(exceeded) => Err(Error::QuotaExceeded(exceeded)),
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
    let request = Request::new(Verb::CreateOrResubmit, &submission);
    for _ in 0..RACES {
        let Some(job) = store.get_job(&key).await? else {
            match create_as(store, queue, clock, key.clone(), submission.definition.clone(), &request).await {
                Err(Error::JobExists(_)) => continue,
                created => return created.map(Submitted::Created),
            }
        };
        if request.submitted(&job, clock.now()) {
            return Ok(Submitted::Repeated(job));
        }
        let event = Event::Resubmit(submission.definition.clone());
        let mut resubmitted = match transition(&job, &event, clock.now()) {
            Ok(next) => next,
            Err(refusal) => return Err(conflict(&job, &refusal)),
        };
        request.mark(&mut resubmitted);
        match store.replace_job(&job, &resubmitted).await? {
            Written::Done => {
                announce(queue, &resubmitted).await;
                return Ok(Submitted::Resubmitted(resubmitted));
            }
            Written::Conflict(_) => {}
            Written::OverQuota(exceeded) => return Err(Error::QuotaExceeded(exceeded)),
        }
    }
    Err(Error::Conflict(format!("the job `{}` is being changed by others; try again", key.id)))
}

/// What a request is known by.
struct Request {
    key: Option<IdempotencyKey>,
    fingerprint: Fingerprint,
}

impl Request {
    fn new(verb: Verb, submission: &Submission) -> Self {
        let fingerprint = Fingerprint::of(verb, &submission.definition);
        Self { key: submission.idempotency_key.clone(), fingerprint }
    }

    fn mark(&self, job: &mut Job) {
        job.idempotency_key.clone_from(&self.key);
        job.fingerprint = Some(self.fingerprint.clone());
    }

    /// Whether it is this request that submitted `job`, and its answer was lost or slow. A caller's
    /// own mark says it; where neither has one, the fingerprint does.
    fn submitted(&self, job: &Job, now: Timestamp) -> bool {
        match (&self.key, &job.idempotency_key) {
            (Some(key), Some(before)) => {
                let before_was = job.fingerprint.as_ref();
                key == before && before_was.is_some_and(|it| it.is_of_same_definition(&self.fingerprint))
            }
            (None, None) => self.fingerprint.repeats(job, now),
            _ => false,
        }
    }
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
