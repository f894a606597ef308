//! A task's access to its run: counters, warnings, cancellation.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use datafusion::common::config::{ConfigEntry, ConfigExtension, ConfigOptions, ExtensionOptions};
use datafusion::error::DataFusionError;

use crate::error::{EngineError, NodeRef};
use crate::progress::Meter;
use crate::statistics::NodeCounter;

/// The status of the run of a task. Kernels and operators find it in the configuration of their task. Without
/// one, nothing is counted or canceled.
#[derive(Clone, Default)]
pub struct TaskStatus {
    meter: Option<Arc<Meter>>,
    counters: Arc<[Arc<NodeCounter>]>,
}

impl TaskStatus {
    pub(crate) fn new(meter: Arc<Meter>, counters: Vec<Arc<NodeCounter>>) -> Self {
        Self { meter: Some(meter), counters: counters.into() }
    }

    /// The status in a task's configuration.
    pub(crate) fn of(options: &ConfigOptions) -> Self {
        options.extensions.get::<Self>().cloned().unwrap_or_default()
    }

    /// Fails if cancellation was requested.
    ///
    /// # Errors
    /// [`EngineError::Canceled`].
    pub fn check_canceled(&self) -> Result<(), EngineError> {
        self.meter.as_ref().map_or(Ok(()), |meter| meter.check_canceled())
    }

    /// Counts output records of a node of the plan.
    ///
    /// # Errors
    /// [`EngineError::Canceled`].
    pub(crate) fn passed(&self, node: usize, rows: u64) -> Result<(), EngineError> {
        match (&self.meter, self.counters.get(node)) {
            (Some(meter), Some(counter)) => meter.passed(counter, rows),
            _ => Ok(()),
        }
    }

    /// Reports that a kernel computed records of a node of the plan. Where the node counts its records elsewhere, they
    /// are not counted again.
    ///
    /// # Errors
    /// [`EngineError::Canceled`].
    pub(crate) fn computed(&self, node: usize, rows: u64) -> Result<(), EngineError> {
        match self.counters.get(node).is_some_and(|counter| counter.is_counting()) {
            true => self.passed(node, 0),
            false => self.passed(node, rows),
        }
    }

    /// Counts records and bytes that a source read.
    fn read(&self, node: usize, rows: u64, bytes: u64) -> Result<(), EngineError> {
        match (&self.meter, self.counters.get(node)) {
            (Some(meter), Some(counter)) => meter.read(counter, rows, bytes),
            _ => Ok(()),
        }
    }

    /// Executes work in a node's time.
    pub(crate) fn busy<T>(&self, node: usize, work: impl FnOnce() -> T) -> T {
        match self.counters.get(node) {
            Some(counter) => counter.busy(work),
            None => work(),
        }
    }
}

/// Names of counts that are no warnings; those are sentences.
const ROWS: &str = "rows";
const BYTES: &str = "bytes";

/// The status of one node in a task.
#[derive(Clone)]
pub struct NodeTask {
    status: TaskStatus,
    place: usize,
    node: NodeRef,
    pass: Option<Arc<Pass>>,
}

/// A pass over a part of a source's data: a range of a file. Records and warnings of a part count once, however many
/// passes read it.
struct Pass {
    part: u64,
    /// The counts of the pass so far.
    counts: Mutex<HashMap<Cow<'static, str>, u64>>,
}

impl NodeTask {
    /// A node's part of a task, which knows it by its place in the plan of the job.
    pub(crate) fn new(status: TaskStatus, place: usize, node: NodeRef) -> Self {
        Self { status, place, node, pass: None }
    }

    /// The same, for a pass over a part of the node's data.
    pub(crate) fn of_part(&self, part: u64) -> Self {
        let pass = Pass { part, counts: Mutex::default() };
        Self { pass: Some(Arc::new(pass)), ..self.clone() }
    }

    /// Counts something; returns the excess over all earlier passes.
    fn more(&self, what: &str, times: u64) -> u64 {
        let counter = self.status.counters.get(self.place);
        let (Some(pass), Some(counter)) = (&self.pass, counter) else { return times };
        let mut counts = pass.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let counted = counts.entry(Cow::Owned(what.to_owned())).or_default();
        *counted += times;
        counter.advance(pass.part, Cow::Owned(what.to_owned()), *counted)
    }

    /// The node.
    pub fn node(&self) -> &NodeRef {
        &self.node
    }

    /// Issues a warning; `times` is the number of its occurrences, which the warning contains.
    pub fn warn(&self, message: impl Into<String>, times: u64) {
        if let Some(meter) = self.status.meter.as_ref().filter(|_| times > 0) {
            let message = message.into();
            let times = self.more(&message, times);
            meter.warn(&self.node, message, times);
        }
    }

    /// Warns of `times` records. `order` is the position of the first one in record order; `first` describes it,
    /// and runs only if no earlier one is known.
    pub fn warn_first(
        &self,
        message: impl Into<String>,
        times: u64,
        order: u64,
        first: impl FnOnce() -> String,
    ) {
        if let Some(meter) = self.status.meter.as_ref().filter(|_| times > 0) {
            let message = message.into();
            let times = self.more(&message, times);
            meter.warn_first(&self.node, message, times, order, first);
        }
    }

    /// Counts records and bytes that the source read.
    ///
    /// # Errors
    /// The job was canceled, or exceeds its limit of rows.
    pub fn read(&self, rows: u64, bytes: u64) -> Result<(), EngineError> {
        self.status.read(self.place, self.more(ROWS, rows), self.more(BYTES, bytes))
    }

    /// Does something in the node's time.
    pub fn busy<T>(&self, work: impl FnOnce() -> T) -> T {
        self.status.busy(self.place, work)
    }

    /// Fails if cancellation was requested.
    ///
    /// # Errors
    /// [`EngineError::Canceled`].
    pub fn check_canceled(&self) -> Result<(), EngineError> {
        self.status.check_canceled()
    }
}

impl std::fmt::Debug for NodeTask {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "NodeTask({})", self.node)
    }
}

impl std::fmt::Debug for TaskStatus {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TaskStatus")
    }
}

impl ConfigExtension for TaskStatus {
    const PREFIX: &'static str = "satsuma";
}

impl ExtensionOptions for TaskStatus {
    fn as_any(&self) -> &dyn std::any::Any {
        self
    }

    fn as_any_mut(&mut self) -> &mut dyn std::any::Any {
        self
    }

    fn cloned(&self) -> Box<dyn ExtensionOptions> {
        Box::new(self.clone())
    }

    fn set(&mut self, key: &str, _value: &str) -> datafusion::error::Result<()> {
        Err(DataFusionError::Configuration(format!("there is no option satsuma.{key}")))
    }

    fn entries(&self) -> Vec<ConfigEntry> {
        Vec::new()
    }
}
