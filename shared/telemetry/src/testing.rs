//! Logs and traces, kept for a test to read.

mod daemon;

use std::io;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use tracing::subscriber::DefaultGuard;
use tracing::{Dispatch, Subscriber};
use tracing_subscriber::fmt::MakeWriter;

pub use self::daemon::{Daemon, SAMPLED, family, invocation};
use crate::logs;

/// The log so far.
#[derive(Debug, Clone, Default)]
pub struct Captured(Arc<Mutex<Vec<u8>>>);

impl Captured {
    /// All of it.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap_or_else(PoisonError::into_inner)).into_owned()
    }
}

impl io::Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Captured {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// Captures what this thread logs at a level, while the guard lives.
#[must_use]
pub fn capture(level: &str) -> (Captured, DefaultGuard) {
    capture_counting(level, None)
}

/// The same, with metrics in a namespace.
#[must_use]
pub fn capture_counting(level: &str, namespace: Option<String>) -> (Captured, DefaultGuard) {
    let captured = Captured::default();
    let guard = listen(logs::counting(level, namespace, captured.clone()));
    (captured, guard)
}

/// The same, with the segments of sampled traces: those of an [`invocation`].
#[must_use]
pub fn capture_traced(level: &str) -> (Captured, Daemon, DefaultGuard) {
    let (captured, daemon) = (Captured::default(), Daemon::listening());
    let guard = listen(logs::traced(level, daemon.traces(), captured.clone()));
    (captured, daemon, guard)
}

fn listen(subscriber: impl Subscriber + Send + Sync) -> DefaultGuard {
    // With a single subscriber in the process, `tracing` caches for each event whether the first thread that
    // reaches it has a listener; the threads of other tests have none.
    static SECOND: LazyLock<Dispatch> = LazyLock::new(|| Dispatch::new(logs::subscriber("trace", io::sink)));
    let guard = tracing::subscriber::set_default(subscriber);
    LazyLock::force(&SECOND);
    guard
}
