//! The observable state of a running job: counters, warnings and cancellation.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};

use crate::error::{EngineError, NodeRef};
use crate::limits::Limits;
use crate::statistics::NodeCounter;

/// The progress of a job, reported after every batch.
#[derive(Debug, Clone, PartialEq)]
pub struct Progress {
    /// Fraction of the source files that has been read, 0 to 1.
    pub fraction: f64,
    /// Records read so far.
    pub rows_read: u64,
    /// Records written so far.
    pub rows_written: u64,
    /// Label of the node that processed records last.
    pub node: String,
    /// Number of records that this node has processed.
    pub node_rows: u64,
}

/// Receives progress; it must return immediately.
pub type ProgressSink = Arc<dyn Fn(&Progress) + Send + Sync>;

/// Cancellation of a job, shared between its runner and its callers.
#[derive(Debug, Clone, Default)]
pub struct Cancellation(Arc<AtomicBool>);

impl Cancellation {
    /// A cancellation that was not requested.
    pub fn new() -> Self {
        Self::default()
    }

    /// Requests cancellation. The job stops before its next batch, or within a long one.
    pub fn cancel(&self) {
        self.0.store(true, Relaxed);
    }

    /// Whether cancellation was requested.
    pub fn is_canceled(&self) -> bool {
        self.0.load(Relaxed)
    }

    /// [`EngineError::Canceled`] if cancellation was requested.
    pub(crate) fn check(&self) -> Result<(), EngineError> {
        if self.is_canceled() { Err(EngineError::Canceled) } else { Ok(()) }
    }
}

/// A flag of the caller: true requests cancellation.
impl From<Arc<AtomicBool>> for Cancellation {
    fn from(flag: Arc<AtomicBool>) -> Self {
        Self(flag)
    }
}

/// The counters of one run, shared by its sources, nodes and writers.
pub(crate) struct Meter {
    cancel: Cancellation,
    sink: Option<ProgressSink>,
    limits: Limits,
    bytes_total: AtomicU64,
    bytes_read: AtomicU64,
    rows_read: AtomicU64,
    rows_written: AtomicU64,
    bytes_written: AtomicU64,
    warnings: Mutex<BTreeMap<(NodeRef, String), Warned>>,
}

/// How often a warning was given.
#[derive(Debug, Default)]
struct Warned {
    times: u64,
    /// The first record, by its place in the order of the records.
    first: Option<(u64, String)>,
}

impl Meter {
    pub(crate) fn new(cancel: Cancellation, sink: Option<ProgressSink>, limits: Limits) -> Self {
        Self {
            cancel,
            sink,
            limits,
            bytes_total: AtomicU64::new(0),
            bytes_read: AtomicU64::new(0),
            rows_read: AtomicU64::new(0),
            rows_written: AtomicU64::new(0),
            bytes_written: AtomicU64::new(0),
            warnings: Mutex::default(),
        }
    }

    pub(crate) fn check_canceled(&self) -> Result<(), EngineError> {
        self.cancel.check()
    }

    pub(crate) fn expect_bytes(&self, bytes: u64) {
        self.bytes_total.fetch_add(bytes, Relaxed);
    }

    pub(crate) fn read(&self, node: &NodeCounter, rows: u64, bytes: u64) -> Result<(), EngineError> {
        self.bytes_read.fetch_add(bytes, Relaxed);
        let all = self.rows_read.fetch_add(rows, Relaxed) + rows;
        if all > self.limits.rows_read {
            return Err(EngineError::Limit { what: "rows to read", limit: self.limits.rows_read });
        }
        self.passed(node, rows)
    }

    pub(crate) fn written(&self, node: &NodeCounter, rows: u64, bytes: u64) -> Result<(), EngineError> {
        self.rows_written.fetch_add(rows, Relaxed);
        let all = self.bytes_written.fetch_add(bytes, Relaxed) + bytes;
        if all > self.limits.bytes_written {
            return Err(EngineError::Limit { what: "bytes to write", limit: self.limits.bytes_written });
        }
        self.passed(node, rows)
    }

    /// Counts `rows` more records of a node. Reports progress, and returns whether to continue.
    pub(crate) fn passed(&self, node: &NodeCounter, rows: u64) -> Result<(), EngineError> {
        let node_rows = node.add(rows);
        if let Some(sink) = &self.sink {
            sink(&Progress {
                fraction: self.fraction(),
                rows_read: self.rows_read(),
                rows_written: self.rows_written(),
                node: node.node().label.clone(),
                node_rows,
            });
        }
        self.check_canceled()
    }

    fn fraction(&self) -> f64 {
        let total = self.bytes_total.load(Relaxed);
        if total == 0 {
            return 0.0;
        }
        (self.bytes_read.load(Relaxed) as f64 / total as f64).min(1.0)
    }

    pub(crate) fn rows_read(&self) -> u64 {
        self.rows_read.load(Relaxed)
    }

    pub(crate) fn rows_written(&self) -> u64 {
        self.rows_written.load(Relaxed)
    }

    /// Counts `times` more occurrences of a warning.
    pub(crate) fn warn(&self, node: &NodeRef, what: impl Into<String>, times: u64) {
        if times > 0 {
            let mut warnings = self.warnings.lock().unwrap_or_else(PoisonError::into_inner);
            warnings.entry((node.clone(), what.into())).or_default().times += times;
        }
    }

    /// The same, with the first record: its place in the order of the records, and what a person finds it by.
    pub(crate) fn warn_first(
        &self,
        node: &NodeRef,
        what: impl Into<String>,
        times: u64,
        order: u64,
        first: impl FnOnce() -> String,
    ) {
        if times == 0 {
            return;
        }
        let mut warnings = self.warnings.lock().unwrap_or_else(PoisonError::into_inner);
        let warned = warnings.entry((node.clone(), what.into())).or_default();
        warned.times += times;
        if warned.first.as_ref().is_none_or(|(known, _)| order < *known) {
            warned.first = Some((order, first()));
        }
    }

    /// Forgets the warnings of a node.
    pub(crate) fn forget(&self, node: &NodeRef) {
        let mut warnings = self.warnings.lock().unwrap_or_else(PoisonError::into_inner);
        warnings.retain(|(warned, _), _| warned != node);
    }

    pub(crate) fn warnings(&self) -> Vec<String> {
        let warnings = self.warnings.lock().unwrap_or_else(PoisonError::into_inner);
        warnings
            .iter()
            .map(|((node, what), Warned { times, first })| match (times, first) {
                (1, None) => format!("{node}: {what}"),
                (times, None) => format!("{node}: {what} ({times} times)"),
                (1, Some((_, first))) => format!("{node}: {what} ({first})"),
                (times, Some((_, first))) => format!("{node}: {what} ({times} times, first: {first})"),
            })
            .collect()
    }
}
