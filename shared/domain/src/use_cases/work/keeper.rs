//! Keeps a claimed job while it runs: renews its lease, hears of cancellation, writes its end.

use std::future::Future;
use std::time::Duration;

use tokio::time::{Instant, sleep_until, timeout};

use super::{RACES, Ran, RunContext};
use crate::error::StoreError;
use crate::ids::ExecutionNumber;
use crate::job::execution::{Failure, FailureCategory, Outcome};
use crate::job::transition::{Event, Refusal, transition};
use crate::job::{HEARTBEAT, Job, JobState};
use crate::ports::{GetJob, ReplaceJob, Written};
use crate::time::Clock;
use crate::use_cases::work::Handled;

/// How often a worker looks, between its heartbeats, whether somebody else wrote its job: that is how
/// soon it hears of a cancellation. On DynamoDB a look is half a read unit for each 4 KB of the job; a
/// heartbeat is a write unit for each KB and two for its index, and a write unit costs five read units
/// (on demand, us-east-1, since November 2024). So the nine looks between two heartbeats add about a
/// fifth to the price of one; a heartbeat every second would multiply it by ten.
pub const LOOK: Duration = Duration::from_secs(1);

/// How long a run that was asked to stop is waited for. A runner stops before its next batch; one that
/// does not is dropped where it waits, and what it still makes is seen by nobody.
pub const STOP_PATIENCE: Duration = Duration::from_secs(8);

/// How often a finished job's last write is tried while the store is out of reach.
const FINISH_TRIES: u32 = 5;

/// Holds one claimed job.
pub(super) struct Keeper<'a, S> {
    pub(super) store: &'a S,
    pub(super) clock: &'a dyn Clock,
    pub(super) job: Job,
    pub(super) number: ExecutionNumber,
    pub(super) context: RunContext,
    /// How long the run may take.
    pub(super) limit: Duration,
}

impl<S: GetJob + ReplaceJob> Keeper<'_, S> {
    /// Renews the lease until the run ends; `None` where the job was taken away.
    pub(super) async fn keep_while(
        &mut self,
        run: impl Future<Output = Ran>,
        deadline: Instant,
    ) -> Option<Ran> {
        tokio::pin!(run);
        let mut beat_at = Instant::now() + HEARTBEAT;
        let mut out_of_time = false;
        let mut give_up_at = None;
        loop {
            let look_at = Instant::now() + LOOK;
            tokio::select! {
                ran = &mut run => return Some(if out_of_time { self.timed_out() } else { ran }),
                () = sleep_until(beat_at.min(look_at)) => {}
                () = sleep_until(deadline), if !out_of_time => {
                    out_of_time = true;
                    self.context.stop();
                }
            }
            if Instant::now() >= beat_at || self.is_touched().await {
                self.beat().await?;
                beat_at = Instant::now() + HEARTBEAT;
            }
            if self.context.is_stopped() {
                let give_up_at = *give_up_at.get_or_insert_with(|| Instant::now() + STOP_PATIENCE);
                if Instant::now() >= give_up_at {
                    tracing::warn!(job = %self.job.key.id, "the run did not stop when asked and is left alone");
                    return Some(if out_of_time { self.timed_out() } else { canceled() });
                }
            }
        }
    }

    /// Says that the worker lives, and hears whether the run should stop; `None` where the job was
    /// taken away.
    async fn beat(&mut self) -> Option<()> {
        let progress = self.context.progress();
        match self.write(Event::Heartbeat { execution: self.number, progress }).await {
            Ok(Ok(())) if self.job.state == JobState::Canceling => self.context.stop(),
            Ok(Ok(())) => {}
            Ok(Err(refusal)) => {
                tracing::warn!(job = %self.job.key.id, %refusal, "the job was taken away");
                self.context.stop();
                return None;
            }
            // The lease outlives several heartbeats: the next one may succeed.
            Err(fault) => tracing::warn!(job = %self.job.key.id, %fault, "heartbeat not written"),
        }
        Some(())
    }

    /// Whether somebody else seems to have written the job since. A look that fails or tells of the
    /// past is followed by another.
    async fn is_touched(&self) -> bool {
        if self.context.is_stopped() {
            return false;
        }
        match timeout(LOOK, self.store.glance_at_job(&self.job.key)).await {
            Ok(Ok(Some((uuid, version)))) => uuid != self.job.uuid || version > self.job.version,
            Ok(Ok(None)) => true,
            Ok(Err(_)) | Err(_) => false,
        }
    }

    fn timed_out(&self) -> Ran {
        let progress = self.context.progress();
        let message = format!(
            "the time limit of {} s for one run was reached at {} %, with {} records read and {} written, none of \
             which are kept; split the data over several jobs, or have the workers' memory raised: they get more \
             of a processor with it",
            self.limit.as_secs(),
            (progress.fraction.clamp(0.0, 1.0) * 100.0).floor(),
            progress.rows_read,
            progress.rows_written
        );
        let failure = Failure::new("time_limit", FailureCategory::System, message);
        Ran { warnings: Vec::new(), outcome: Outcome::Failed { failure } }
    }

    pub(super) async fn finish(&mut self, ran: Ran) -> Result<Handled, StoreError> {
        let event = Event::Finish {
            execution: self.number,
            progress: self.context.progress(),
            warnings: ran.warnings,
            report: self.context.told(),
            outcome: ran.outcome,
        };
        let mut tries = 0;
        loop {
            match self.write(event.clone()).await {
                Ok(Ok(())) => return Ok(Handled::Ended(Box::new(self.job.clone()))),
                Ok(Err(refusal)) => {
                    tracing::warn!(job = %self.job.key.id, %refusal, "the end was not accepted");
                    return Ok(Handled::Lost);
                }
                Err(fault) if tries + 1 < FINISH_TRIES => {
                    tracing::warn!(job = %self.job.key.id, %fault, "the end was not written");
                    tokio::time::sleep(Duration::from_millis(200 << tries)).await;
                    tries += 1;
                }
                Err(fault) => return Err(fault),
            }
        }
    }

    /// Whether the job, as it was last seen, holds this execution's results: also where it went on
    /// since, because an end whose answer was lost may have been followed by a resubmission.
    pub(super) fn is_published(&self) -> bool {
        let mut executions = self.job.executions.iter();
        executions.any(|execution| {
            execution.number == self.number && matches!(execution.outcome, Some(Outcome::Success { .. }))
        })
    }

    /// Applies an event to the newest state that is known, and to what the store says where that
    /// was too old.
    async fn write(&mut self, event: Event) -> Result<Result<(), Refusal>, StoreError> {
        for _ in 0..RACES {
            let next = match transition(&self.job, &event, self.clock.now()) {
                Ok(next) => next,
                Err(refusal) => return Ok(Err(refusal)),
            };
            match self.store.replace_job(&self.job, &next).await? {
                Written::Done => {
                    self.job = next;
                    return Ok(Ok(()));
                }
                // A job that was removed and submitted anew bears the same id and is another job.
                Written::Conflict(Some(current)) if current.uuid == self.job.uuid => self.job = *current,
                // No quota is asked of what a worker writes of its job.
                Written::Conflict(_) | Written::OverQuota(_) => {
                    return Ok(Err(Refusal::LostLease(self.number)));
                }
            }
        }
        Err(StoreError::transient("write a job", "others kept writing it"))
    }
}

fn canceled() -> Ran {
    Ran { warnings: Vec::new(), outcome: Outcome::Canceled }
}
