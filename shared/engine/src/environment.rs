//! The environment of a running job: its data, its observers, and cancellation.

use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;

use crate::event::{Event, Listener};
use crate::progress::{Cancellation, ProgressSink};
use crate::statistics::RunStatistics;

/// Finds the data of source nodes without an override.
#[async_trait]
pub trait DataAccess: Send + Sync {
    /// A local copy of the file that a source node names, or `None` if there is none.
    ///
    /// `file_name` is the last part of a path on a user's Windows or Mac computer. It is hostile input: use
    /// it as a name for a lookup, never as a path.
    ///
    /// # Errors
    /// A failure of the lookup itself.
    async fn locate(&self, file_name: &str) -> std::io::Result<Option<PathBuf>>;
}

/// Only the data of the job's overrides.
#[derive(Debug, Clone, Copy)]
pub struct NoData;

#[async_trait]
impl DataAccess for NoData {
    async fn locate(&self, _file_name: &str) -> std::io::Result<Option<PathBuf>> {
        Ok(None)
    }
}

/// The environment of a running job.
#[derive(Clone)]
pub struct Environment {
    /// Finds the data of sources without an override.
    pub data: Arc<dyn DataAccess>,
    /// Receives the job's progress.
    pub progress: Option<ProgressSink>,
    /// Receives events.
    pub listener: Option<Listener>,
    /// Counts the records and the time of each node.
    pub statistics: RunStatistics,
    /// Stops the job.
    pub cancellation: Cancellation,
}

impl Default for Environment {
    fn default() -> Self {
        Self {
            data: Arc::new(NoData),
            progress: None,
            listener: None,
            statistics: RunStatistics::new(),
            cancellation: Cancellation::new(),
        }
    }
}

impl Environment {
    pub(crate) fn publish(&self, event: Event<'_>) {
        if let Some(listener) = &self.listener {
            listener(event);
        }
    }
}
