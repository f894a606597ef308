//! Holds a claimed job while it runs: renews its lease, detects cancellation, writes its end.

use std::future::Future;
use std::time::Duration;

use tokio::time::{Instant, sleep_until, timeout};

use super::{RACES, Ran, RunContext};
use crate::error::StoreError;
use crate::ids::ExecutionNumber;
use crate::job::execution::{Failure, FailureCategory, Outcome};
use crate::job::transition::{Event, Refusal, transition};
use crate::job::{HEARTBEAT, Job, JobState, MAY_BE_REPLACED};
use crate::ports::{GetJob, ReplaceJob, Written};
use crate::time::Clock;
use crate::use_cases::work::Handled;

/// Interval of the version checks between heartbeats: the delay of a cancellation. On DynamoDB a version
/// check is half a read unit for each 4 KB of the job. A heartbeat is a write unit for each KB and two for
/// its index, and a write unit costs five read units (on demand, us-east-1, since November 2024). So the
/// nine checks between two heartbeats add about a fifth to the price of one; a heartbeat every second would
/// multiply it by ten.
pub const VERSION_CHECK_INTERVAL: Duration = Duration::from_secs(1);

/// Time that a run has to stop when asked. A runner stops before its next batch; one that does not is
/// dropped, and its further results are never published.
pub const STOP_TIMEOUT: Duration = Duration::from_secs(8);

/// How often a finished job's last write is tried while the store is out of reach.
const FINISH_TRIES: u32 = 5;

/// Holds one claimed job.
pub(super) struct LeaseHolder<'a, S> {
    pub(super) store: &'a S,
    pub(super) clock: &'a dyn Clock,
    pub(super) job: Job,
    pub(super) number: ExecutionNumber,
    pub(super) context: RunContext,
    /// Time limit of the run.
    pub(super) limit: Duration,
}

impl<S: GetJob + ReplaceJob> LeaseHolder<'_, S> {
    /// Renews the lease until the run ends; `None` if the job was lost.
    pub(super) async fn hold_while(
        &mut self,
        run: impl Future<Output = Ran>,
        deadline: Instant,
    ) -> Option<Ran> {
        tokio::pin!(run);
        let mut beat_at = Instant::now() + HEARTBEAT;
        let mut out_of_time = false;
        let mut give_up_at = None;
        loop {
            let look_at = Instant::now() + VERSION_CHECK_INTERVAL;
            tokio::select! {
                ran = &mut run => {
                    // Stored files are changed already: the end must say so.
                    let is_committed =
                        self.context.commits() && matches!(ran.outcome, Outcome::Success { .. });
                    return Some(if out_of_time && !is_committed { self.timed_out() } else { ran });
                }
                () = sleep_until(beat_at.min(look_at)) => {}
                () = sleep_until(deadline), if !out_of_time => {
                    out_of_time = true;
                    self.context.stop();
                }
            }
            if Instant::now() >= beat_at || self.is_changed_elsewhere().await {
                self.beat().await?;
                beat_at = Instant::now() + HEARTBEAT;
            }
            if self.context.is_stopped() {
                let give_up_at = *give_up_at.get_or_insert_with(|| Instant::now() + STOP_TIMEOUT);
                if Instant::now() >= give_up_at {
                    tracing::warn!(job = %self.job.key.id, "the run did not stop when asked and was dropped");
                    return Some(if out_of_time { self.timed_out() } else { canceled() });
                }
            }
        }
    }

    /// Sends a heartbeat, and stops the run if the job was canceled; `None` if the job was lost.
    async fn beat(&mut self) -> Option<()> {
        let progress = self.context.progress();
        match self.write(Event::Heartbeat { execution: self.number, progress }).await {
            Ok(Ok(())) if self.job.state == JobState::Canceling => self.context.stop(),
            Ok(Ok(())) => {}
            Ok(Err(refusal)) => {
                tracing::warn!(job = %self.job.key.id, %refusal, "the lease was lost");
                self.context.stop();
                return None;
            }
            // The lease outlives several heartbeats: the next one may succeed.
            Err(fault) => tracing::warn!(job = %self.job.key.id, %fault, "heartbeat not written"),
        }
        Some(())
    }

    /// True if another writer seems to have changed the job. False if the check fails or reads stale data;
    /// the next one follows in a second.
    async fn is_changed_elsewhere(&self) -> bool {
        if self.context.is_stopped() {
            return false;
        }
        match timeout(VERSION_CHECK_INTERVAL, self.store.get_job_version(&self.job.key)).await {
            Ok(Ok(Some((uuid, version)))) => uuid != self.job.uuid || version > self.job.version,
            Ok(Ok(None)) => true,
            Ok(Err(_)) | Err(_) => false,
        }
    }

    fn timed_out(&self) -> Ran {
        let progress = self.context.progress();
        let (done, all) = progress.builders_done();
        let builders = match all {
            0 => String::new(),
            _ => format!(", and {done} of {all} models built"),
        };
        let kept = match self.context.commits() {
            true => format!("no result was kept, but {MAY_BE_REPLACED}"),
            false => "nothing was kept".to_owned(),
        };
        let message = format!(
            "the time limit of {} s for one run was reached at {} %, with {} records read and {} \
             written{builders}; {kept}. Split the data over several jobs, or raise the workers' memory, which also \
             gives them more processor time",
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
            report: self.context.node_report(),
            outcome: ran.outcome,
        };
        let mut tries = 0;
        loop {
            match self.write(event.clone()).await {
                Ok(Ok(())) => return Ok(Handled::Ended(Box::new(self.job.clone()))),
                Ok(Err(refusal)) => {
                    tracing::warn!(job = %self.job.key.id, %refusal, "the end of the execution was rejected");
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

    /// True if the last known state of the job has this execution's results. The job may have moved on: an
    /// end whose response was lost may have been followed by a resubmission.
    pub(super) fn is_published(&self) -> bool {
        let mut executions = self.job.executions.iter();
        executions.any(|execution| {
            execution.number == self.number && matches!(execution.outcome, Some(Outcome::Success { .. }))
        })
    }

    /// Applies an event to the last known state, and to the stored state if that was stale.
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
                // A job that was removed and submitted again has the same id and is another job.
                Written::Conflict(Some(current)) if current.uuid == self.job.uuid => self.job = *current,
                // A worker's writes of its own job need no quota.
                Written::Conflict(_) | Written::OverQuota(_) => {
                    return Ok(Err(Refusal::LostLease(self.number)));
                }
            }
        }
        Err(StoreError::transient("write a job", "it kept changing"))
    }
}

fn canceled() -> Ran {
    Ran { warnings: Vec::new(), outcome: Outcome::Canceled }
}
