//! Claiming a job, and what happens where its instance's quotas do not allow it to run.
//!
//! At its running quota, an instance's jobs stay pending and retry later. The delay grows with their number,
//! so that together they retry about once per place in each [`ASK_EVERY`], however many they are. Each waits
//! a random part of that, so that none is always the last.

use std::time::Duration;

use super::RACES;
use crate::error::StoreError;
use crate::ids::WorkerId;
use crate::job::Job;
use crate::job::execution::{Failure, FailureCategory};
use crate::job::transition::{Event, Refusal, transition};
use crate::ports::{GetJob, JobMessage, ReplaceJob, Written};
use crate::tenancy::usage::{Exceeded, Quota};
use crate::time::Clock;

/// Average interval of retries for one place to run.
const ASK_EVERY: Duration = Duration::from_secs(15);

/// The shortest wait: capacity is rarely freed sooner.
const SHORTEST: Duration = Duration::from_secs(2);

/// The longest wait: below the 15 minutes for which SQS holds a message back.
const LONGEST: Duration = Duration::from_secs(600);

/// Result of a claim.
pub(super) enum Claim {
    /// The job is this worker's.
    Won(Job),
    /// There is nothing to run.
    Nothing(Option<Refusal>),
    /// The job stays pending: its message is redelivered after this delay.
    Waits(Duration),
    /// The job may not run, and has ended.
    Refused(Job),
}

/// Claims the job that a message names.
pub(super) async fn claim<S>(store: &S, clock: &dyn Clock, message: &JobMessage) -> Result<Claim, StoreError>
where
    S: GetJob + ReplaceJob,
{
    let worker = WorkerId::new();
    let revision = message.revision;
    let mut event = Event::Claim { worker, revision };
    let mut waits = None;
    let Some(mut job) = store.get_job(&message.key).await? else { return Ok(Claim::Nothing(None)) };
    for _ in 0..RACES {
        let next = match transition(&job, &event, clock.now()) {
            Ok(next) => next,
            Err(refusal) => return Ok(Claim::Nothing(Some(refusal))),
        };
        match store.replace_job(&job, &next).await? {
            Written::Done => {
                return Ok(match (event, waits) {
                    (Event::Defer { .. }, Some(delay)) => Claim::Waits(delay),
                    (Event::Refuse { .. }, _) => Claim::Refused(next),
                    _ => Claim::Won(next),
                });
            }
            Written::Conflict(Some(current)) => job = *current,
            Written::Conflict(None) => return Ok(Claim::Nothing(None)),
            Written::OverQuota(exceeded) if exceeded.quota == Quota::RunningJobs => {
                let delay = delay(&exceeded, worker);
                event = Event::Defer { revision, until: clock.now().plus(delay) };
                waits = Some(delay);
            }
            Written::OverQuota(exceeded) => {
                let failure = Failure::new("quota_exceeded", FailureCategory::Data, exceeded.to_string());
                event = Event::Refuse { worker, revision, failure };
            }
        }
    }
    Ok(Claim::Nothing(Some(Refusal::State(job.state))))
}

/// How long a job waits until it asks again: from half of its share to all of it.
fn delay(exceeded: &Exceeded, worker: WorkerId) -> Duration {
    let share = exceeded.waiting.max(1) as f64 / exceeded.limit.max(1) as f64;
    let longest = LONGEST.as_secs_f64().min(ASK_EVERY.as_secs_f64() * share);
    // Drawn at random for this claim.
    let [one, two, ..] = *worker.0.as_bytes();
    let part = f64::from(u16::from_be_bytes([one, two])) / f64::from(u16::MAX);
    Duration::from_secs_f64(longest * (0.5 + part / 2.0)).max(SHORTEST)
}

#[cfg(test)]
mod tests;
