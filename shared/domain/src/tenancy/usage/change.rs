//! The change of an instance's usage by one write of a job.

use super::{Month, Quota};
use crate::job::execution::{Execution, Outcome};
use crate::job::{Job, JobState, LEASE};
use crate::time::Timestamp;

/// The quotas that a write needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Nothing: it frees something, or the service itself does it.
    Nothing,
    /// A caller adds a job to the queue.
    Submission,
    /// A worker starts one.
    Start,
}

impl Need {
    /// The quotas that must have capacity left, those that waiting does not help first.
    #[must_use]
    pub fn quotas(self) -> &'static [Quota] {
        match self {
            Self::Nothing => &[],
            Self::Submission => &[Quota::RuntimeSeconds, Quota::QueuedJobs],
            Self::Start => &[Quota::RuntimeSeconds, Quota::RunningJobs],
        }
    }
}

/// The change of an instance's usage by one write of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    /// Jobs more, or less, that wait.
    pub queued_jobs: i64,
    /// Jobs more, or less, that run.
    pub running_jobs: i64,
    /// How long the execution ran that this write ends, in milliseconds.
    pub runtime_ms: u64,
    /// Bytes of the results that this write publishes.
    pub storage_bytes: u64,
    /// The month of the write.
    pub month: Month,
    /// The quotas that must have capacity left.
    pub need: Need,
}

impl Change {
    /// The change from the stored job `before` to `after`; either may be missing.
    #[must_use]
    pub fn of(before: Option<&Job>, after: Option<&Job>) -> Self {
        let is = |job: Option<&Job>, states: &[JobState]| {
            i64::from(job.is_some_and(|job| states.contains(&job.state)))
        };
        let (queued, running) = (&[JobState::Pending][..], &[JobState::Running, JobState::Canceling][..]);
        let (was_queued, was_running) = (is(before, queued), is(before, running));
        let (is_queued, is_running) = (is(after, queued), is(after, running));
        let ended = before.and_then(|before| Ended::of(before, after));
        let need = match (was_queued + was_running, is_queued, is_running) {
            (0, 1, _) => Need::Submission,
            (_, _, 1) if was_queued == 1 => Need::Start,
            _ => Need::Nothing,
        };
        let started = after.and_then(Job::execution).filter(|_| need == Need::Start).map(|it| it.started_at);
        let now = ended.as_ref().map(|ended| ended.at).or(started);
        let now = now.or_else(|| after.or(before).map(|job| job.submitted_at)).unwrap_or(Timestamp(0));
        Self {
            queued_jobs: is_queued - was_queued,
            running_jobs: is_running - was_running,
            runtime_ms: ended.as_ref().map_or(0, |ended| ended.ran_ms),
            storage_bytes: ended.map_or(0, |ended| ended.published),
            month: Month::of(now),
            need,
        }
    }

    /// Whether the usage stays what it is.
    #[must_use]
    pub fn is_none(&self) -> bool {
        (self.queued_jobs, self.running_jobs, self.runtime_ms, self.storage_bytes) == (0, 0, 0, 0)
    }
}

/// The execution that a write ends.
struct Ended {
    at: Timestamp,
    ran_ms: u64,
    published: u64,
}

impl Ended {
    fn of(before: &Job, after: Option<&Job>) -> Option<Self> {
        let open = before.executions.last().filter(|execution| execution.finished_at.is_none())?;
        let Some(after) = after else {
            // Removed with the job: it ran at least until its last sign of life.
            let lease = before.lease.as_ref()?;
            let at =
                Timestamp(lease.expires_at.0.saturating_sub(i64::try_from(LEASE.as_millis()).unwrap_or(0)));
            return Some(Self { at, ran_ms: between(open, at), published: 0 });
        };
        let ended = after.executions.iter().find(|execution| execution.number == open.number)?;
        let at = ended.finished_at?;
        let published = match &ended.outcome {
            Some(Outcome::Success { results }) => {
                results.iter().fold(0_u64, |sum, result| sum.saturating_add(result.bytes))
            }
            _ => 0,
        };
        Some(Self { at, ran_ms: between(open, at), published })
    }
}

fn between(execution: &Execution, end: Timestamp) -> u64 {
    u64::try_from(end.0.saturating_sub(execution.started_at.0)).unwrap_or(0)
}
