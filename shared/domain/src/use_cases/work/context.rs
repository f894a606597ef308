//! The connection between a run and its lease holder.

use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{Notify, watch};

use crate::job::execution::Progress;
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

    /// Reports the progress of the run. Cheap: the latest value is stored at the next heartbeat.
    pub fn report(&self, progress: Progress) {
        self.progress.send_replace(progress);
    }

    /// The latest word.
    #[must_use]
    pub fn progress(&self) -> Progress {
        *self.progress.borrow()
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
