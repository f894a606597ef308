//! A task's access to its run: counters, warnings, cancellation.

use std::sync::Arc;

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

/// The status of one node in a task.
#[derive(Clone)]
pub struct NodeTask {
    status: TaskStatus,
    place: usize,
    node: NodeRef,
}

impl NodeTask {
    /// A node's part of a task, which knows it by its place in the plan of the job.
    pub(crate) fn new(status: TaskStatus, place: usize, node: NodeRef) -> Self {
        Self { status, place, node }
    }

    /// The node.
    pub fn node(&self) -> &NodeRef {
        &self.node
    }

    /// Issues a warning; `times` is the number of its occurrences, which the warning contains.
    pub fn warn(&self, message: impl Into<String>, times: u64) {
        if let Some(meter) = &self.status.meter {
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
        if let Some(meter) = &self.status.meter {
            meter.warn_first(&self.node, message, times, order, first);
        }
    }

    /// Counts records and bytes that the source read.
    ///
    /// # Errors
    /// The job was canceled, or exceeds its limit of rows.
    pub fn read(&self, rows: u64, bytes: u64) -> Result<(), EngineError> {
        self.status.read(self.place, rows, bytes)
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
