//! A worker's side of the protocol: claim a job, keep its lease while it runs, publish what it made.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::{Notify, watch};

use crate::error::StoreError;
use crate::execution::{Execution, Failure, FailureCategory, Outcome, Progress, ResultFile};
use crate::ids::{ExecutionNumber, WorkerId};
use crate::job::{HEARTBEAT, Job, JobState};
use crate::ports::{GetJob, JobMessage, RemoveJob, ReplaceJob, Written};
use crate::time::Clock;
use crate::transition::{Event, Refusal, transition};

/// How often a write is tried again when others write the same job.
const RACES: usize = 8;

/// How often a finished job's last write is tried while the store is out of reach.
const FINISH_TRIES: u32 = 5;

/// What a run tells while it goes on, and how it learns that it should stop.
#[derive(Clone)]
pub struct RunContext {
    progress: Arc<watch::Sender<Progress>>,
    stop: Arc<Stop>,
}

#[derive(Default)]
struct Stop {
    asked: AtomicBool,
    notify: Notify,
}

impl RunContext {
    /// A context that nobody listens to yet.
    #[must_use]
    pub fn new() -> Self {
        Self { progress: Arc::new(watch::Sender::new(Progress::default())), stop: Arc::default() }
    }

    /// Says how far the run got. Cheap: the latest word is stored at the next heartbeat.
    pub fn report(&self, progress: Progress) {
        self.progress.send_replace(progress);
    }

    /// The latest word.
    #[must_use]
    pub fn progress(&self) -> Progress {
        *self.progress.borrow()
    }

    /// Whether the run should stop.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.stop.asked.load(Ordering::Acquire)
    }

    /// Waits until the run should stop.
    pub async fn stopped(&self) {
        let notified = self.stop.notify.notified();
        tokio::pin!(notified);
        // Registered before the flag is read, so that no wish to stop falls between the two.
        notified.as_mut().enable();
        if !self.is_stopped() {
            notified.await;
        }
    }

    /// Asks the run to stop.
    pub fn stop(&self) {
        self.stop.asked.store(true, Ordering::Release);
        self.stop.notify.notify_waiters();
    }
}

impl Default for RunContext {
    fn default() -> Self {
        Self::new()
    }
}

/// How a run ended, before the protocol has its say.
#[derive(Debug, Clone, PartialEq)]
pub struct Ran {
    /// What a reader of the results should know.
    pub warnings: Vec<String>,
    /// How it ended.
    pub outcome: Outcome,
}

/// Runs jobs: fetches what they name, executes the stream, stores the results under the
/// execution's own prefix.
#[async_trait]
pub trait Runner: Send + Sync {
    /// Runs one execution. Returns soon after `context` asks to stop. May panic: the caller
    /// survives it.
    async fn run(&self, job: Job, execution: ExecutionNumber, context: RunContext) -> Ran;

    /// Removes results that `run` stored and that nobody will ever see: the job was canceled or taken
    /// away before its end was written. Best effort; what stays costs room and nothing else.
    async fn discard(&self, _job: &Job, _execution: ExecutionNumber, _results: &[ResultFile]) {}
}

/// What became of a message.
#[derive(Debug, Clone, PartialEq)]
pub enum Handled {
    /// The job ran and this is its last state.
    Ended(Box<Job>),
    /// There was nothing to run: the job is gone, was resubmitted, or somebody else has it.
    Nothing(Option<Refusal>),
    /// The job was taken away while it ran.
    Lost,
}

/// Handles one message: claims the job, runs it, and ends it within `deadline` from now.
///
/// # Errors
/// A fault of the store before the job was claimed, or so lasting a one afterwards that the end
/// could not be written; the message should then be delivered again.
pub async fn handle<S>(
    store: &S,
    runner: Arc<dyn Runner>,
    clock: &dyn Clock,
    message: &JobMessage,
    deadline: Duration,
) -> Result<Handled, StoreError>
where
    S: GetJob + ReplaceJob + RemoveJob,
{
    let started = tokio::time::Instant::now();
    let claimed = match claim(store, clock, message).await? {
        Ok(job) => job,
        Err(refusal) => return Ok(Handled::Nothing(refusal)),
    };
    let Some(number) = claimed.execution().map(|execution: &Execution| execution.number) else {
        return Ok(Handled::Nothing(None));
    };
    let context = RunContext::new();
    let run = spawn_run(Arc::clone(&runner), claimed.clone(), number, context.clone());
    let mut keeper = Keeper { store, clock, job: claimed, number, context };
    let Some(ran) = keeper.keep_while(run, started + deadline).await else { return Ok(Handled::Lost) };
    let stored = match &ran.outcome {
        Outcome::Success { results } => results.clone(),
        _ => Vec::new(),
    };
    let handled = keeper.finish(ran).await?;
    if !stored.is_empty() && !keeper.is_published() {
        runner.discard(&keeper.job, number, &stored).await;
    }
    Ok(handled)
}

async fn claim<S>(
    store: &S,
    clock: &dyn Clock,
    message: &JobMessage,
) -> Result<Result<Job, Option<Refusal>>, StoreError>
where
    S: GetJob + ReplaceJob,
{
    let event = Event::Claim { worker: WorkerId::new(), revision: message.revision };
    let Some(mut job) = store.get_job(&message.key).await? else { return Ok(Err(None)) };
    for _ in 0..RACES {
        let claimed = match transition(&job, &event, clock.now()) {
            Ok(claimed) => claimed,
            Err(refusal) => return Ok(Err(Some(refusal))),
        };
        match store.replace_job(&job, &claimed).await? {
            Written::Done => return Ok(Ok(claimed)),
            Written::Conflict(Some(current)) => job = *current,
            Written::Conflict(None) => return Ok(Err(None)),
        }
    }
    Ok(Err(Some(Refusal::State(job.state))))
}

/// Runs in a task of its own, so that a panic stays there.
async fn spawn_run(runner: Arc<dyn Runner>, job: Job, number: ExecutionNumber, context: RunContext) -> Ran {
    let task = tokio::spawn(async move { runner.run(job, number, context).await });
    task.await.unwrap_or_else(|panic| {
        tracing::error!(%panic, "the run panicked");
        let failure = Failure::new(
            "internal",
            FailureCategory::System,
            "the service itself failed while it ran this stream; the log has the details",
        );
        Ran { warnings: Vec::new(), outcome: Outcome::Failed { failure } }
    })
}

/// Holds one claimed job.
struct Keeper<'a, S> {
    store: &'a S,
    clock: &'a dyn Clock,
    job: Job,
    number: ExecutionNumber,
    context: RunContext,
}

impl<S: GetJob + ReplaceJob + RemoveJob> Keeper<'_, S> {
    /// Renews the lease until the run ends; `None` where the job was taken away.
    async fn keep_while(
        &mut self,
        run: impl Future<Output = Ran>,
        deadline: tokio::time::Instant,
    ) -> Option<Ran> {
        tokio::pin!(run);
        let mut out_of_time = false;
        loop {
            let beat = tokio::time::sleep(HEARTBEAT);
            tokio::select! {
                ran = &mut run => return Some(if out_of_time { self.timed_out() } else { ran }),
                () = beat => {}
                () = tokio::time::sleep_until(deadline), if !out_of_time => {
                    out_of_time = true;
                    self.context.stop();
                }
            }
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
        }
    }

    fn timed_out(&self) -> Ran {
        let progress = self.context.progress();
        let message = format!(
            "the time limit of a worker was reached after {} records read and {} written; \
             score fewer records in one job",
            progress.rows_read, progress.rows_written
        );
        let failure = Failure::new("time_limit", FailureCategory::System, message);
        Ran { warnings: Vec::new(), outcome: Outcome::Failed { failure } }
    }

    async fn finish(&mut self, ran: Ran) -> Result<Handled, StoreError> {
        let event = Event::Finish {
            execution: self.number,
            progress: self.context.progress(),
            warnings: ran.warnings,
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
    fn is_published(&self) -> bool {
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
            let written = if next.state.is_terminal() && next.remove_when_ended {
                self.store.remove_job(&self.job).await?
            } else {
                self.store.replace_job(&self.job, &next).await?
            };
            match written {
                Written::Done => {
                    self.job = next;
                    return Ok(Ok(()));
                }
                // A job that was removed and submitted anew bears the same id and is another job.
                Written::Conflict(Some(current)) if current.uuid == self.job.uuid => self.job = *current,
                Written::Conflict(_) => return Ok(Err(Refusal::LostLease(self.number))),
            }
        }
        Err(StoreError::transient("write a job", "others kept writing it"))
    }
}

#[cfg(test)]
mod tests;
