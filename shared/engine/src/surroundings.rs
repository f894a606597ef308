//! What surrounds a running job: where it finds its data, who is told of it, and who stops it.

use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;

use crate::moment::{Listener, Moment};
use crate::node_work::NodeLedger;
use crate::progress::{Cancellation, ProgressSink};

/// Finds the data of source nodes that the job leaves alone.
#[async_trait]
pub trait SourceResolver: Send + Sync {
    /// A local copy of the file that a source node names, or `None` if there is none.
    ///
    /// `file_name` is the last part of a path on somebody's Windows or Mac, and as such hostile: it is a
    /// name to look up, never a path to open.
    ///
    /// # Errors
    /// If the lookup itself fails.
    async fn locate(&self, file_name: &str) -> std::io::Result<Option<PathBuf>>;
}

/// No data but what the job names.
#[derive(Debug, Clone, Copy)]
pub struct NoSources;

#[async_trait]
impl SourceResolver for NoSources {
    async fn locate(&self, _file_name: &str) -> std::io::Result<Option<PathBuf>> {
        Ok(None)
    }
}

/// What surrounds a running job.
#[derive(Clone)]
pub struct Surroundings {
    /// Finds the data of sources that the job leaves alone.
    pub sources: Arc<dyn SourceResolver>,
    /// Told how far the job is.
    pub progress: Option<ProgressSink>,
    /// Told what happens.
    pub listener: Option<Listener>,
    /// Tells what each node did.
    pub ledger: NodeLedger,
    /// Stops the job.
    pub cancellation: Cancellation,
}

impl Default for Surroundings {
    fn default() -> Self {
        Self {
            sources: Arc::new(NoSources),
            progress: None,
            listener: None,
            ledger: NodeLedger::new(),
            cancellation: Cancellation::new(),
        }
    }
}

impl Surroundings {
    pub(crate) fn tell(&self, moment: Moment<'_>) {
        if let Some(listener) = &self.listener {
            listener(moment);
        }
    }
}
