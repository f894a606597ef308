//! The sweeper: sends lost messages again and takes jobs from workers that went silent.

use crate::error::StoreError;
use crate::job::{Job, JobKey, JobState, LEASE, RESEND_AFTER};
use crate::metrics;
use crate::notices::announce_ends;
use crate::ports::{DueJobs, GetJob, RemoveJob, ReplaceJob, SendMessage, SendNotice, Written};
use crate::submit::announce;
use crate::time::{Clock, Timestamp};
use crate::transition::{Event, transition};

/// Most jobs that one sweep looks at; the next sweep goes on.
pub const MAX_SWEPT: usize = 500;

/// What a sweep did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Swept {
    /// Jobs that were looked at.
    pub seen: usize,
    /// Jobs whose message was sent again.
    pub requeued: usize,
    /// Jobs that ended because their worker did not come back.
    pub ended: usize,
    /// Jobs whose lease had run out, be it that they run again or ended.
    pub expired_leases: usize,
    /// Ends that whoever ended the job did not announce.
    pub announced: usize,
    /// Jobs with a lasting fault of their own.
    pub faulty: usize,
    /// How long the longest overdue of them was overdue, in milliseconds.
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

/// Looks at every job that is due. One with a lasting fault of its own is logged and left.
///
/// # Errors
/// A fault of the store; what was done until then stays done.
pub async fn sweep<S, Q>(store: &S, queue: &Q, clock: &dyn Clock) -> Result<Swept, StoreError>
where
    S: DueJobs + GetJob + ReplaceJob + RemoveJob,
    Q: SendMessage + SendNotice,
{
    sweep_until(store, queue, clock, clock.now(), &Event::Sweep).await
}

/// Takes up every job that has not ended, whatever its lease and its message: for a service whose
/// workers and queue live and die with one process, once when that process starts and before it
/// takes requests. Called while any other worker runs it costs that worker its job.
///
/// # Errors
/// A fault of the store; what was done until then stays done.
pub async fn restart<S, Q>(store: &S, queue: &Q, clock: &dyn Clock) -> Result<Swept, StoreError>
where
    S: DueJobs + GetJob + ReplaceJob + RemoveJob,
    Q: SendMessage + SendNotice,
{
    take_up(store, queue, clock, &Event::Restart).await
}

/// The same as [`restart`] after a process that was asked to stop: what it did not finish is no attempt of a
/// job's.
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
    // Every job that the former process left is due by then; one that was taken up is due later.
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
            // One job that this version cannot read must not keep all others waiting.
            Err(fault) => {
                swept.faulty += 1;
                tracing::error!(instance = %key.instance, job = %key.id, %fault, "a job cannot be swept");
            }
        }
    }
    Ok(swept)
}

/// The job before and after, where it was brought on.
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
        swept.announced += say(store, queue, clock, &job).await;
        // Saying so wrote the job, and took its time.
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
        say(store, queue, clock, &next).await;
    }
    Ok(Some((job, next)))
}

/// Says what is to be said of a job; how much that was. What cannot be said now is said by a later sweep,
/// and keeps no other job waiting.
async fn say<S, Q>(store: &S, queue: &Q, clock: &dyn Clock, job: &Job) -> usize
where
    S: ReplaceJob + RemoveJob,
    Q: SendNotice,
{
    announce_ends(store, queue, clock, job).await.unwrap_or_else(|fault| {
        tracing::warn!(instance = %job.key.instance, job = %job.key.id, %fault, "an end was not announced");
        0
    })
}

#[cfg(test)]
mod tests;
