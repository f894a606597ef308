//! A job: a definition under an id that its user chose, its state, and its executions.

pub mod definition;
pub mod execution;
pub mod fingerprint;
pub mod invariants;
mod key;
pub mod log;
pub mod notices;
pub mod outlook;
mod progress;
pub mod report;
mod state;
pub mod transition;

use std::time::Duration;

use serde::{Deserialize, Serialize};

pub use self::key::JobKey;
pub use self::state::JobState;
use crate::ids::{ExecutionNumber, IdempotencyKey, JobNumber, JobUuid, Revision, Version, WorkerId};
use crate::job::definition::JobDefinition;
use crate::job::execution::Execution;
use crate::job::fingerprint::{Fingerprint, RETRY_WINDOW};
use crate::job::notices::{NOTICE_OVERDUE_AFTER, UnsentNotice};
use crate::secrets::passwords::SealedPasswords;
use crate::time::Timestamp;

/// Time after which a silent worker loses its job.
pub const LEASE: Duration = Duration::from_secs(60);

/// How often a worker renews its lease: several times within [`LEASE`], so that one lost write does
/// not cost it the job.
pub const HEARTBEAT: Duration = Duration::from_secs(10);

/// How long a pending job's message is trusted before it is sent again.
pub const RESEND_AFTER: Duration = Duration::from_secs(120);

/// Attempts at a submission whose workers vanish.
pub const MAX_ATTEMPTS: u32 = 3;

/// What is true of the stored stream if a worker that replaces it does not report how that ended.
pub(crate) const MAY_BE_REPLACED: &str = "the stored stream may have been replaced: GET /pm/v1/file/<id>/versions lists who made each version of it";

/// How many executions of a job are kept, the newest: they are stored in one item.
pub const MAX_EXECUTIONS: usize = 10;

/// The right to run a job until a time that heartbeats extend.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Lease {
    /// The worker that holds it.
    pub worker: WorkerId,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// A stored job.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Job {
    /// Owner and id.
    #[serde(flatten)]
    pub key: JobKey,
    /// Its own identity, never reused.
    pub uuid: JobUuid,
    /// Its number within the instance.
    pub number: JobNumber,
    /// Its definition.
    pub definition: JobDefinition,
    /// The passwords of the definition's databases.
    #[serde(default, skip_serializing_if = "SealedPasswords::is_empty")]
    pub sealed_passwords: SealedPasswords,
    /// Which submission this is.
    pub revision: Revision,
    /// The idempotency key of the request that submitted this revision, if it had one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub idempotency_key: Option<IdempotencyKey>,
    /// The fingerprint of that request if it had no idempotency key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<Fingerprint>,
    /// The request that submitted this revision, as the log knows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// Its state.
    pub state: JobState,
    /// When it was first submitted.
    pub created_at: Timestamp,
    /// When this revision was submitted.
    pub submitted_at: Timestamp,
    /// When its message was last sent.
    pub queued_at: Timestamp,
    /// End of the delay of a job whose instance was at its running quota; the delayed message arrives then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deferred_until: Option<Timestamp>,
    /// The lease of the worker that runs it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lease: Option<Lease>,
    /// True if the job is removed once its worker has stopped and its notices are published.
    #[serde(default)]
    pub remove_when_ended: bool,
    /// The outbox: notices of ends that are not published yet, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unsent_notices: Vec<UnsentNotice>,
    /// The newest executions, oldest first.
    #[serde(default)]
    pub executions: Vec<Execution>,
    /// How often it was written.
    pub version: Version,
}

impl Job {
    /// A job that was just submitted.
    #[must_use]
    pub fn new(key: JobKey, number: JobNumber, definition: JobDefinition, now: Timestamp) -> Self {
        Self {
            key,
            uuid: JobUuid::new(),
            number,
            definition,
            sealed_passwords: SealedPasswords::default(),
            revision: Revision(1),
            idempotency_key: None,
            fingerprint: None,
            request_id: None,
            state: JobState::Pending,
            created_at: now,
            submitted_at: now,
            queued_at: now,
            deferred_until: None,
            lease: None,
            remove_when_ended: false,
            unsent_notices: Vec::new(),
            executions: Vec::new(),
            version: Version(1),
        }
    }

    /// The newest execution of the current revision, if it was claimed already.
    #[must_use]
    pub fn execution(&self) -> Option<&Execution> {
        self.executions.last().filter(|execution| execution.revision == self.revision)
    }

    /// The number that the next execution gets.
    #[must_use]
    pub fn next_execution(&self) -> ExecutionNumber {
        self.executions.last().map_or(ExecutionNumber(1), |last| last.number.next())
    }

    /// True if the request with this fingerprint, at `now`, is a retry of the one that submitted this
    /// revision.
    #[must_use]
    pub fn is_repeated_by(&self, request: &Fingerprint, now: Timestamp) -> bool {
        self.fingerprint.as_ref() == Some(request)
            && request.may_find(self.state)
            && now < self.submitted_at.plus(RETRY_WINDOW)
    }

    /// When it ended, if it has.
    #[must_use]
    pub fn ended_at(&self) -> Option<Timestamp> {
        let finished = self.execution().and_then(|execution| execution.finished_at);
        self.state.is_terminal().then(|| finished.unwrap_or(self.submitted_at))
    }

    /// Time at which the sweeper checks the job; `None` for an ended job without pending notices.
    #[must_use]
    pub fn due_at(&self) -> Option<Timestamp> {
        self.work_due_at().into_iter().chain(self.notice_due_at()).min()
    }

    /// Time at which the sweeper publishes the pending notices.
    #[must_use]
    pub fn notice_due_at(&self) -> Option<Timestamp> {
        self.unsent_notices.first().map(|oldest| oldest.since.plus(NOTICE_OVERDUE_AFTER))
    }

    /// When the sweeper should see whether the job's message or worker was lost; never for an ended one.
    #[must_use]
    pub fn work_due_at(&self) -> Option<Timestamp> {
        match self.state {
            JobState::Pending => Some(self.deferred_until.unwrap_or(self.queued_at).plus(RESEND_AFTER)),
            JobState::Running | JobState::Canceling => {
                Some(self.lease.as_ref().map_or(self.queued_at, |lease| lease.expires_at))
            }
            JobState::Canceled | JobState::Failed | JobState::Success => None,
        }
    }
}
