//! Logs, kept for a test to read.

use std::io;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use tracing::Dispatch;
use tracing::subscriber::DefaultGuard;
use tracing_subscriber::fmt::MakeWriter;

use crate::logs;

/// What was logged so far.
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
    // With a single subscriber in the process, `tracing` asks the thread that meets an event first
    // whether anybody listens, once and for all; the threads of other tests would say no.
    static SECOND: LazyLock<Dispatch> = LazyLock::new(|| Dispatch::new(logs::subscriber("trace", io::sink)));
    let captured = Captured::default();
    let guard = tracing::subscriber::set_default(logs::counting(level, namespace, captured.clone()));
    LazyLock::force(&SECOND);
    (captured, guard)
}
