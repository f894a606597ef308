//! The environment of a running job: its data, its observers, and the request to stop it.

use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;

use crate::event::{Event, Listener};
use crate::progress::{Cancellation, ProgressSink};
use crate::statistics::RunStatistics;

/// Finds the data of source nodes that the job leaves alone.
#[async_trait]
pub trait DataAccess: Send + Sync {
    /// A local copy of the file that a source node names, or `None` if there is none.
    ///
    /// `file_name` is the last part of a path on somebody's Windows or Mac, and as such hostile: it is a
    /// name to look up, never a path to open.
    ///
    /// # Errors
    /// If the lookup itself fails.
    async fn locate(&self, file_name: &str) -> std::io::Result<Option<PathBuf>>;
}

/// No data but those that the job names.
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
    /// Finds the data of sources that the job leaves alone.
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
