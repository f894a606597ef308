//! What one node has of a run.

use std::borrow::Cow;
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use datafusion::prelude::SessionContext;
use satsuma_columns::Scalar;

use super::state::RunState;
use crate::environment::DataAccess;
use crate::error::{EngineError, NodeRef};
use crate::outcome::GlobalStatistic;
use crate::statistics::NodeCounter;

/// What one node has of a run: the query engine, the data, its counter, the globals. It clones cheaply.
#[derive(Clone)]
pub struct NodeRun {
    state: Arc<RunState>,
    place: usize,
    node: NodeRef,
    counter: Arc<NodeCounter>,
    wants_values: bool,
    is_made: Arc<AtomicBool>,
}

impl NodeRun {
    pub(crate) fn new(
        state: Arc<RunState>,
        place: usize,
        node: NodeRef,
        counter: Arc<NodeCounter>,
        wants_values: bool,
    ) -> Self {
        Self { state, place, node, counter, wants_values, is_made: Arc::default() }
    }

    /// The node.
    pub fn node(&self) -> &NodeRef {
        &self.node
    }

    /// Its place in the plan of the job.
    pub fn place(&self) -> usize {
        self.place
    }

    /// The query engine.
    pub fn session(&self) -> &SessionContext {
        &self.state.session
    }

    /// The data of sources that the job leaves alone.
    pub fn data(&self) -> &dyn DataAccess {
        self.state.data.as_ref()
    }

    /// The counter of the node.
    pub fn counter(&self) -> &Arc<NodeCounter> {
        &self.counter
    }

    /// Parts of a table that are computed at the same time.
    pub fn partitions(&self) -> usize {
        self.state.limits.partitions.max(1)
    }

    /// Whether a later node uses the values of the fields that pass here: members of sets, ranges.
    pub fn wants_values(&self) -> bool {
        self.wants_values
    }

    /// A path of its own for the next result file.
    pub fn result_path(&self, extension: &str) -> PathBuf {
        self.state.result_path(extension)
    }

    /// A global value of a field.
    pub fn global(&self, field: &str, statistic: GlobalStatistic) -> Option<Scalar> {
        self.state.global(field, statistic)
    }

    /// All global values.
    pub fn globals(&self) -> HashMap<(String, GlobalStatistic), Scalar> {
        self.state.globals()
    }

    /// The time at which the run began, in microseconds since 1970-01-01 00:00:00 UTC: one for all nodes.
    pub fn now(&self) -> i64 {
        self.state.now
    }

    /// Warns, as often as `times` says; the number stands in the warning.
    pub fn warn(&self, message: impl Into<String>, times: u64) {
        self.state.meter.warn(&self.node, message, times);
    }

    /// The source will read so many bytes, for progress.
    pub fn expect_bytes(&self, bytes: u64) {
        self.state.meter.expect_bytes(bytes);
    }

    /// Begins a pass over a part of the source's data, such as a range of a file that begins at byte `part`. The
    /// records of a part count once, however many passes read them.
    pub fn pass(&self, part: u64) -> Pass {
        Pass { run: self.clone(), part, counts: HashMap::new() }
    }

    /// Counts records and bytes that the terminal node wrote.
    ///
    /// # Errors
    /// If the job was canceled or is over its limit of bytes.
    pub fn written(&self, rows: u64, bytes: u64) -> Result<(), EngineError> {
        self.state.meter.written(&self.counter, rows, bytes)
    }

    /// Fails where somebody asked the job to stop.
    ///
    /// # Errors
    /// [`EngineError::Canceled`].
    pub fn check_canceled(&self) -> Result<(), EngineError> {
        self.state.meter.check_canceled()
    }

    /// Whether the node's table was made in this run.
    pub(crate) fn is_made(&self) -> bool {
        self.is_made.load(Relaxed)
    }

    pub(crate) fn made(&self) {
        self.is_made.store(true, Relaxed);
    }
}

/// A pass over a part of a source's data.
#[derive(Debug)]
pub struct Pass {
    run: NodeRun,
    part: u64,
    /// What the pass counted so far.
    counts: HashMap<Cow<'static, str>, u64>,
}

impl Pass {
    /// Counts records and bytes that the pass read.
    ///
    /// # Errors
    /// If the job was canceled or is over its limit of rows.
    pub fn read(&mut self, rows: u64, bytes: u64) -> Result<(), EngineError> {
        let (rows, bytes) = (self.more("rows".into(), rows), self.more("bytes".into(), bytes));
        self.run.state.meter.read(&self.run.counter, rows, bytes)
    }

    /// Warns, as often as `times` says.
    pub fn warn(&mut self, message: impl Into<Cow<'static, str>>, times: u64) {
        if times > 0 {
            let message = message.into();
            let more = self.more(message.clone(), times);
            self.run.warn(message, more);
        }
    }

    /// Counts something; gives what is more than any pass before counted.
    fn more(&mut self, what: Cow<'static, str>, times: u64) -> u64 {
        let counted = self.counts.entry(what.clone()).or_default();
        *counted += times;
        self.run.counter.advance(self.part, what, *counted)
    }
}

impl std::fmt::Debug for NodeRun {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "NodeRun({})", self.node)
    }
}
