//! The connection between a run and its lease holder.

use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{Notify, watch};

use crate::job::execution::{BuilderProgress, Progress};
use crate::job::log::RunLog;
use crate::job::report::Report;
use crate::time::{Clock, SystemClock, Timestamp};

/// Takes a run's progress, report and log, and asks it to stop.
#[derive(Clone)]
pub struct RunContext {
    progress: Arc<watch::Sender<Progress>>,
    report: Arc<Mutex<Report>>,
    log: Arc<RunLog>,
    stop: Arc<Stop>,
}

#[derive(Default)]
struct Stop {
    asked: Arc<AtomicBool>,
    /// Whether the run has begun to change stored files.
    commits: Mutex<bool>,
    notify: Notify,
}

impl RunContext {
    /// A context without a listener.
    #[must_use]
    pub fn new() -> Self {
        Self::starting(SystemClock.now())
    }

    /// The same, by a clock of the caller's.
    #[must_use]
    pub fn starting(now: Timestamp) -> Self {
        let log = Arc::new(RunLog::starting(now));
        let progress = Arc::new(watch::Sender::new(Progress::default()));
        Self { progress, report: Arc::default(), log, stop: Arc::default() }
    }

    /// Reports the progress of the run, except that of its builders. Cheap: the latest value is stored at the next
    /// heartbeat.
    pub fn report(&self, progress: Progress) {
        self.progress.send_modify(|known| {
            *known = Progress { builders: std::mem::take(&mut known.builders), ..progress };
        });
    }

    /// Reports the progress of the run's builders.
    pub fn report_builders(&self, builders: Vec<BuilderProgress>) {
        self.progress.send_modify(|known| known.builders = builders);
    }

    /// The latest word.
    #[must_use]
    pub fn progress(&self) -> Progress {
        self.progress.borrow().clone()
    }

    /// Sets the report of the run, whatever its outcome. It is stored with its end.
    pub fn set_report(&self, report: Report) {
        *self.report.lock().unwrap_or_else(PoisonError::into_inner) = report;
    }

    /// The report that was set last.
    #[must_use]
    pub fn node_report(&self) -> Report {
        self.report.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The log of the execution, for the user who submitted the job.
    #[must_use]
    pub fn log(&self) -> &RunLog {
        &self.log
    }

    /// Whether the run should stop.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.stop.asked.load(Ordering::Acquire)
    }

    /// The same as a flag, for what computes for long without waiting for anything.
    #[must_use]
    pub fn stop_flag(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.stop.asked)
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

    /// The result of `doing`, or `None` if the run should stop before that; `doing` is dropped then.
    pub async fn unless_stopped<T>(&self, doing: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            done = doing => Some(done),
            () = self.stopped() => None,
        }
    }

    /// The run begins to change stored files; false if it should stop instead.
    #[must_use]
    pub fn begin_commit(&self) -> bool {
        let mut commits = self.stop.commits.lock().unwrap_or_else(PoisonError::into_inner);
        *commits = !self.is_stopped();
        *commits
    }

    /// Whether the run has begun to change stored files.
    #[must_use]
    pub fn commits(&self) -> bool {
        *self.stop.commits.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks the run to stop.
    pub fn stop(&self) {
        let begun = self.stop.commits.lock().unwrap_or_else(PoisonError::into_inner);
        self.stop.asked.store(true, Ordering::Release);
        drop(begun);
        self.stop.notify.notify_waiters();
    }
}

impl Default for RunContext {
    fn default() -> Self {
        Self::new()
    }
}
