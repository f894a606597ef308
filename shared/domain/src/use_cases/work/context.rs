//! What goes between a run and its keeper.

use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{Notify, watch};

use crate::job::execution::Progress;
use crate::job::log::RunLog;
use crate::job::report::Report;
use crate::time::{Clock, SystemClock, Timestamp};

/// What a run tells while it goes on, and how it learns that it should stop.
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
    /// A context that nobody listens to yet.
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

    /// Says how far the run got. Cheap: the latest word is stored at the next heartbeat.
    pub fn report(&self, progress: Progress) {
        self.progress.send_replace(progress);
    }

    /// The latest word.
    #[must_use]
    pub fn progress(&self) -> Progress {
        *self.progress.borrow()
    }

    /// Says what the run did, whatever comes of it. Stored with its end.
    pub fn tell(&self, report: Report) {
        *self.report.lock().unwrap_or_else(PoisonError::into_inner) = report;
    }

    /// What was told last.
    #[must_use]
    pub fn told(&self) -> Report {
        self.report.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What happens, for who submitted the job.
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

    /// What `doing` gives, or nothing where the run should stop before that: it is dropped then.
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
