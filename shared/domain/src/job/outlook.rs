//! The pending reason of a job and its estimated remaining time.

use serde::Serialize;

use crate::job::execution::Outcome;
use crate::job::{Job, JobState, LEASE, MAX_ATTEMPTS};
use crate::tenancy::usage::{Quota, Usage};
use crate::time::Timestamp;

/// The smallest fraction of the source data from which the remaining time is estimated. Below it, the start
/// of the worker and of the run dominates.
const LEAST_FRACTION: f64 = 0.02;

/// The reason why a job is pending.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PendingReason {
    /// Stable code for programs: `waiting_for_worker`, `message_sent_again`, `worker_lost`,
    /// `instance_at_limit`.
    pub code: &'static str,
    /// The reason and its time, for people.
    pub message: String,
}

/// True if the reason depends on the usage of the job's instance.
#[must_use]
pub fn depends_on_usage(job: &Job) -> bool {
    job.state == JobState::Pending && job.deferred_until.is_some()
}

/// The reason why the job is pending, if it is. `usage` is that of its instance if the reason depends on it.
#[must_use]
pub fn pending_reason(job: &Job, usage: Option<&Usage>) -> Option<PendingReason> {
    if job.state != JobState::Pending {
        return None;
    }
    if let Some(until) = job.deferred_until {
        return Some(at_limit(until, usage));
    }
    let since = job.queued_at.rfc3339();
    let lost = job.execution().filter(|execution| execution.outcome.is_some());
    Some(match lost {
        Some(execution) => {
            let why = match &execution.outcome {
                Some(Outcome::Failed { failure }) => failure.message.as_str(),
                _ => "it ended without a report",
            };
            let next = execution.attempt.saturating_add(1);
            let message = format!(
                "{why}; waits for attempt {next} of {MAX_ATTEMPTS}, whose message was sent at {since}"
            );
            PendingReason { code: "worker_lost", message }
        }
        None if job.queued_at > job.submitted_at => PendingReason {
            code: "message_sent_again",
            message: format!(
                "no worker claimed the job since {}; its message was sent again at {since}, because it may \
                 have been lost",
                job.submitted_at.rfc3339()
            ),
        },
        None => {
            PendingReason { code: "waiting_for_worker", message: format!("waits for a worker since {since}") }
        }
    })
}

fn at_limit(until: Timestamp, usage: Option<&Usage>) -> PendingReason {
    let found = "the instance runs its maximum number of jobs";
    let now = usage.map_or_else(String::new, |usage| {
        let (runs, may) = (usage.used(Quota::RunningJobs), usage.quotas.limit(Quota::RunningJobs));
        format!(" ({runs} of {may} now)")
    });
    let message = format!("{found}{now}; the job is retried at {}", until.rfc3339());
    PendingReason { code: "instance_at_limit", message }
}

/// Estimated remaining seconds of the job, extrapolated from the fraction of the source data that was read
/// by its last heartbeat. `None` if too little was read, and `None` once everything is read: the time to
/// write and store the results is unknown.
#[must_use]
pub fn remaining_seconds(job: &Job, now: Timestamp) -> Option<u64> {
    let execution = job.execution().filter(|_| job.state == JobState::Running)?;
    let fraction = execution.progress.fraction;
    if !(LEAST_FRACTION..1.0).contains(&fraction) {
        return None;
    }
    // Every heartbeat extends the lease.
    let lease_began = job.lease.as_ref()?.expires_at.0.saturating_sub(Timestamp(0).plus(LEASE).0);
    let ran = u32::try_from(lease_began.saturating_sub(execution.started_at.0)).ok()?;
    let left_then = f64::from(ran) * (1.0 - fraction) / fraction;
    let since = now.0.saturating_sub(lease_began).max(0) as f64;
    Some(((left_then - since).max(0.0) / 1000.0).ceil() as u64)
}

#[cfg(test)]
mod tests;
