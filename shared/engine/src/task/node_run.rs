//! The access of one node to a run.

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
use crate::training::Quality;

/// The access of one node to a run: the query engine, the data, its counter, the globals. Cloning is cheap.
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

    /// Its index in the plan of the job.
    pub fn place(&self) -> usize {
        self.place
    }

    /// The query engine.
    pub fn session(&self) -> &SessionContext {
        &self.state.session
    }

    /// The data of sources without an override.
    pub fn data(&self) -> &dyn DataAccess {
        self.state.data.as_ref()
    }

    /// The counter of the node.
    pub fn counter(&self) -> &Arc<NodeCounter> {
        &self.counter
    }

    /// Number of table parts that are computed in parallel.
    pub fn partitions(&self) -> usize {
        self.state.limits.partitions.max(1)
    }

    /// Whether a later node uses the values of the node's fields: members of sets, ranges.
    pub fn wants_values(&self) -> bool {
        self.wants_values
    }

    /// A unique path for the next result file.
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

    /// The start time of the run, in microseconds since 1970-01-01 00:00:00 UTC, the same for all nodes.
    pub fn now(&self) -> i64 {
        self.state.now
    }

    /// Issues a warning; `times` is the number of its occurrences, which the warning contains.
    pub fn warn(&self, message: impl Into<String>, times: u64) {
        self.state.meter.warn(&self.node, message, times);
    }

    /// Notes the number of records that trained the builder's model, for the log. The last number counts.
    pub fn note_training_records(&self, records: u64) {
        self.state.note(self.place, |notes| notes.records = Some(records));
    }

    /// Notes the quality of the builder's model, by a measure that the builder has: `silhouette`. A builder without a
    /// measure of its own notes none; the engine then scores the training records with the new model.
    pub fn note_quality(&self, measure: &str, value: f64) {
        let quality = Quality { measure: measure.to_owned(), value };
        self.state.note(self.place, |notes| notes.quality = Some(quality));
    }

    /// Announces the number of bytes that the source will read, for progress.
    pub fn expect_bytes(&self, bytes: u64) {
        self.state.meter.expect_bytes(bytes);
    }

    /// Counts records and bytes that the terminal node has written.
    ///
    /// # Errors
    /// The job was canceled, or exceeds its limit of bytes.
    pub fn written(&self, rows: u64, bytes: u64) -> Result<(), EngineError> {
        self.state.meter.written(&self.counter, rows, bytes)
    }

    /// Fails if cancellation was requested.
    ///
    /// # Errors
    /// [`EngineError::Canceled`].
    pub fn check_canceled(&self) -> Result<(), EngineError> {
        self.state.meter.check_canceled()
    }

    /// Whether the node's table was created in this run.
    pub(crate) fn is_made(&self) -> bool {
        self.is_made.load(Relaxed)
    }

    pub(crate) fn made(&self) {
        self.is_made.store(true, Relaxed);
    }
}

impl std::fmt::Debug for NodeRun {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "NodeRun({})", self.node)
    }
}
