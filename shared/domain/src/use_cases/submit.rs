//! Submitting a job: it is stored first and queued then, so that a crash between the two loses
//! nothing; the sweeper sends the message of a job that waits too long.

use crate::error::Error;
use crate::ids::IdempotencyKey;
use crate::job::definition::JobDefinition;
use crate::job::fingerprint::{Fingerprint, Verb};
use crate::job::transition::{Event, Refusal, transition};
use crate::job::{Job, JobKey};
use crate::ports::{CreateJob, GetJob, JobMessage, ReplaceJob, Seal, SendMessage, Written};
use crate::secrets::passwords::SealedPasswords;
use crate::time::{Clock, Timestamp};
use crate::use_cases::passwords;

/// Attempts at a resubmission while others write the same job.
const RACES: usize = 5;

/// A submission: its definition, passwords and idempotency key.
#[derive(Debug, Clone, PartialEq)]
pub struct Submission {
    /// The definition.
    pub definition: JobDefinition,
    /// Its passwords, sealed.
    pub sealed_passwords: SealedPasswords,
    /// The caller's idempotency key: a request with the same key submits nothing again. A request without
    /// one is recognised by its [`fingerprint`](crate::job::fingerprint) for a short time.
    pub idempotency_key: Option<IdempotencyKey>,
}

impl Submission {
    /// Parses a definition and seals its passwords for its job. Key management is called only if there are
    /// passwords.
    ///
    /// # Errors
    /// As [`JobDefinition::read`] and [`JobDefinition::check_owner`], or a fault of key management.
    pub async fn read(json: &[u8], key: &JobKey, keys: &dyn Seal) -> Result<Self, Error> {
        let (definition, passwords) = JobDefinition::read(json)?;
        definition.check_owner(&key.instance)?;
        let sealed_passwords = passwords::seal(keys, key, &definition, &passwords).await?;
        Ok(Self { definition, sealed_passwords, idempotency_key: None })
    }

    /// The same, marked.
    #[must_use]
    pub fn marked(self, idempotency_key: Option<IdempotencyKey>) -> Self {
        Self { idempotency_key, ..self }
    }
}

impl From<JobDefinition> for Submission {
    fn from(definition: JobDefinition) -> Self {
        Self { definition, sealed_passwords: SealedPasswords::default(), idempotency_key: None }
    }
}

/// Result of a `PUT`.
#[derive(Debug, Clone, PartialEq)]
pub enum Submitted {
    /// There was no such job.
    Created(Job),
    /// The job existed, and is pending again.
    Resubmitted(Job),
    /// A retry of an earlier request: nothing was changed.
    Repeated(Job),
}

/// Submits a job with an id that must be free, or that an earlier attempt of the same request used.
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
    create_as(store, queue, clock, key, submission, &request).await
}

async fn create_as<S, Q>(
    store: &S,
    queue: &Q,
    clock: &dyn Clock,
    key: JobKey,
    submission: Submission,
    request: &Request,
) -> Result<Job, Error>
where
    S: CreateJob,
    Q: SendMessage,
{
    let sealed_passwords = passwords::keep(&submission.definition, submission.sealed_passwords, None)?;
    let number = store.next_number(&key.instance).await?;
    let mut job = Job::new(key, number, submission.definition, clock.now());
    job.sealed_passwords = sealed_passwords;
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
            match create_as(store, queue, clock, key.clone(), submission.clone(), &request).await {
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
        resubmitted.sealed_passwords =
            passwords::keep(&submission.definition, submission.sealed_passwords.clone(), Some(&job))?;
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
    Err(Error::Conflict(format!("the job `{}` is being changed by other requests; try again", key.id)))
}

/// The features by which a repeated request is recognised.
struct Request {
    key: Option<IdempotencyKey>,
    fingerprint: Fingerprint,
    /// A fingerprint does not include passwords, so that it cannot be used to guess them. A request with
    /// passwords and without an idempotency key is therefore always a new one: it may correct the passwords.
    brings_passwords: bool,
}

impl Request {
    fn new(verb: Verb, submission: &Submission) -> Self {
        let fingerprint = Fingerprint::of(verb, &submission.definition);
        let brings_passwords = !submission.sealed_passwords.is_empty();
        Self { key: submission.idempotency_key.clone(), fingerprint, brings_passwords }
    }

    fn mark(&self, job: &mut Job) {
        job.idempotency_key.clone_from(&self.key);
        job.fingerprint = Some(self.fingerprint.clone());
        job.request_id = crate::request::current_id();
    }

    /// True if this request submitted `job`, and its response was lost or slow. The idempotency key decides;
    /// if neither has one, the fingerprint does.
    fn submitted(&self, job: &Job, now: Timestamp) -> bool {
        match (&self.key, &job.idempotency_key) {
            (Some(key), Some(before)) => {
                let before_was = job.fingerprint.as_ref();
                key == before && before_was.is_some_and(|it| it.is_of_same_definition(&self.fingerprint))
            }
            (None, None) => !self.brings_passwords && job.is_repeated_by(&self.fingerprint, now),
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
