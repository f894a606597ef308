//! The sweeper: resends lost messages and ends leases of silent workers.

use crate::error::StoreError;
use crate::job::transition::{Event, transition};
use crate::job::{Job, JobKey, JobState, LEASE, RESEND_AFTER};
use crate::metrics;
use crate::ports::{DueJobs, GetJob, RemoveJob, ReplaceJob, SendMessage, SendNotice, Written};
use crate::time::{Clock, Timestamp};
use crate::use_cases::publish::publish_notices;
use crate::use_cases::submit::announce;

/// Most jobs of one sweep; the next sweep continues.
pub const MAX_SWEPT: usize = 500;

/// Result of a sweep.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Swept {
    /// Jobs that were checked.
    pub seen: usize,
    /// Jobs whose message was sent again.
    pub requeued: usize,
    /// Jobs that ended because their worker vanished.
    pub ended: usize,
    /// Jobs whose lease had expired, whether they were retried or ended.
    pub expired_leases: usize,
    /// Notices that were published in place of the worker.
    pub announced: usize,
    /// Jobs with a lasting fault of their own.
    pub faulty: usize,
    /// Overdue time of the longest overdue job, in milliseconds.
    pub lag_ms: u64,
}

impl Swept {
    fn add(&mut self, more: Self) {
        self.seen += more.seen;
        self.requeued += more.requeued;
        self.ended += more.ended;
        self.expired_leases += more.expired_leases;
        self.announced += more.announced;
        self.faulty += more.faulty;
        self.lag_ms = self.lag_ms.max(more.lag_ms);
    }

    /// Counts a job that was brought from one state to another.
    fn count(&mut self, before: &Job, after: &Job, now: Timestamp) {
        match after.state {
            JobState::Pending => self.requeued += 1,
            _ => self.ended += 1,
        }
        if before.lease.as_ref().is_some_and(|lease| lease.expires_at <= now) {
            self.expired_leases += 1;
        }
        self.lag_since(before.work_due_at(), now);
    }

    fn lag_since(&mut self, due: Option<Timestamp>, now: Timestamp) {
        let overdue = due.map_or(0, |due| now.0 - due.0);
        self.lag_ms = self.lag_ms.max(u64::try_from(overdue).unwrap_or(0));
    }
}

/// Sweeps every job that is due. A job with a permanent fault is logged and skipped.
///
/// # Errors
/// A fault of the store; earlier changes stay.
pub async fn sweep<S, Q>(store: &S, queue: &Q, clock: &dyn Clock) -> Result<Swept, StoreError>
where
    S: DueJobs + GetJob + ReplaceJob + RemoveJob,
    Q: SendMessage + SendNotice,
{
    sweep_until(store, queue, clock, clock.now(), &Event::Sweep).await
}

/// Recovers every job that has not ended, whatever its lease and its message: for a service whose workers
/// and queue live in one process, at its start, before it accepts requests. Any other running worker would
/// lose its job.
///
/// # Errors
/// A fault of the store; earlier changes stay.
pub async fn restart<S, Q>(store: &S, queue: &Q, clock: &dyn Clock) -> Result<Swept, StoreError>
where
    S: DueJobs + GetJob + ReplaceJob + RemoveJob,
    Q: SendMessage + SendNotice,
{
    take_up(store, queue, clock, &Event::Restart).await
}

/// Recovers jobs as [`restart`] does, after a process that was asked to stop: the interrupted attempts of its
/// jobs do not count.
///
/// # Errors
/// As [`restart`].
pub async fn restart_after_stop<S, Q>(store: &S, queue: &Q, clock: &dyn Clock) -> Result<Swept, StoreError>
where
    S: DueJobs + GetJob + ReplaceJob + RemoveJob,
    Q: SendMessage + SendNotice,
{
    take_up(store, queue, clock, &Event::Stopped).await
}

async fn take_up<S, Q>(store: &S, queue: &Q, clock: &dyn Clock, event: &Event) -> Result<Swept, StoreError>
where
    S: DueJobs + GetJob + ReplaceJob + RemoveJob,
    Q: SendMessage + SendNotice,
{
    // Every job that the former process left is due by then; a recovered one is due later.
    let horizon = Timestamp(clock.now().plus(LEASE.max(RESEND_AFTER)).0 - 1);
    let mut total = Swept::default();
    loop {
        let swept = sweep_until(store, queue, clock, horizon, event).await?;
        total.add(swept);
        if swept.requeued + swept.ended + swept.announced == 0 {
            return Ok(total);
        }
    }
}

async fn sweep_until<S, Q>(
    store: &S,
    queue: &Q,
    clock: &dyn Clock,
    due: Timestamp,
    event: &Event,
) -> Result<Swept, StoreError>
where
    S: DueJobs + GetJob + ReplaceJob + RemoveJob,
    Q: SendMessage + SendNotice,
{
    let mut swept = Swept::default();
    for key in store.due_jobs(due, MAX_SWEPT).await? {
        swept.seen += 1;
        match sweep_one(store, queue, clock, &key, event, &mut swept).await {
            Ok(Some((before, after))) => swept.count(&before, &after, clock.now()),
            Ok(None) => {}
            Err(fault) if fault.transient => return Err(fault),
            // A job that this version cannot parse must not delay all others.
            Err(fault) => {
                swept.faulty += 1;
                tracing::error!(instance = %key.instance, job = %key.id, %fault, "a job cannot be swept");
            }
        }
    }
    Ok(swept)
}

/// The job before and after, if it was changed.
async fn sweep_one<S, Q>(
    store: &S,
    queue: &Q,
    clock: &dyn Clock,
    key: &JobKey,
    event: &Event,
    swept: &mut Swept,
) -> Result<Option<(Job, Job)>, StoreError>
where
    S: GetJob + ReplaceJob + RemoveJob,
    Q: SendMessage + SendNotice,
{
    // The index may lag: the job itself decides.
    let Some(mut job) = store.get_job(key).await? else { return Ok(None) };
    let unsaid = job.notice_due_at();
    if unsaid.is_some_and(|due| due <= clock.now() || matches!(event, Event::Restart | Event::Stopped)) {
        swept.lag_since(unsaid, clock.now());
        swept.announced += publish(store, queue, clock, &job).await;
        // Publishing wrote the job, and took time.
        let Some(now) = store.get_job(key).await? else { return Ok(None) };
        job = now;
    }
    let Ok(next) = transition(&job, event, clock.now()) else { return Ok(None) };
    if store.replace_job(&job, &next).await? != Written::Done {
        return Ok(None);
    }
    if next.state == JobState::Pending {
        announce(queue, &next).await;
    } else {
        metrics::job_ended(&next);
        publish(store, queue, clock, &next).await;
    }
    Ok(Some((job, next)))
}

/// Publishes the job's pending notices and returns their number. On a fault a later sweep retries, and other
/// jobs are not delayed.
async fn publish<S, Q>(store: &S, queue: &Q, clock: &dyn Clock, job: &Job) -> usize
where
    S: ReplaceJob + RemoveJob,
    Q: SendNotice,
{
    publish_notices(store, queue, clock, job).await.unwrap_or_else(|fault| {
        tracing::warn!(instance = %job.key.instance, job = %job.key.id, %fault, "a notice was not published");
        0
    })
}

#[cfg(test)]
mod tests;
