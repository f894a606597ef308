//! A task's access to its run: counters, warnings, cancellation.

use std::sync::Arc;

use datafusion::common::config::{ConfigEntry, ConfigExtension, ConfigOptions, ExtensionOptions};
use datafusion::error::DataFusionError;

use crate::error::EngineError;
use crate::progress::Meter;
use crate::statistics::NodeCounter;

/// The status of the run of a task. Kernels and operators find it in the configuration of their task. Without
/// one, nothing is counted or canceled.
#[derive(Clone, Default)]
pub struct TaskStatus {
    meter: Option<Arc<Meter>>,
    counters: Vec<Arc<NodeCounter>>,
}

impl TaskStatus {
    pub(crate) fn new(meter: Arc<Meter>, counters: Vec<Arc<NodeCounter>>) -> Self {
        Self { meter: Some(meter), counters }
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

    /// Executes work in a node's time.
    pub(crate) fn busy<T>(&self, node: usize, work: impl FnOnce() -> T) -> T {
        match self.counters.get(node) {
            Some(counter) => counter.busy(work),
            None => work(),
        }
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
