//! What a node is to a job: understood from its [`NodeContext`], it is a [`Step`], which makes a table with
//! what a [`Run`] has at hand.

use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use datafusion::prelude::SessionContext;
use satsuma_stream::{Node, Stream};

use crate::error::EngineError;
use crate::export::Export;
use crate::node_work::NodeCounter;
use crate::progress::Meter;
use crate::request::{ExportOverride, JobRequest, SourceOverride};
use crate::surroundings::SourceResolver;
use crate::table::Table;

/// What a node is understood from.
pub(crate) struct NodeContext<'a> {
    pub(crate) request: &'a JobRequest,
    pub(crate) node: &'a Node,
    pub(crate) source: Option<&'a SourceOverride>,
    pub(crate) export: Option<&'a ExportOverride>,
    /// Whether the branch ends with it.
    pub(crate) is_end: bool,
}

impl NodeContext<'_> {
    pub(crate) fn stream(&self) -> &Stream {
        self.request.stream.stream()
    }
}

/// A source node, understood.
#[async_trait]
pub(crate) trait Source: Send + Sync {
    /// The table that it reads. Only headers are read now; records when the plan runs. They are counted
    /// on `counter`, and so is the time that reading them takes.
    async fn open(&self, run: &Run, counter: Arc<NodeCounter>) -> Result<Table, EngineError>;

    /// The file that it looks for by name; `None` where the job says which file it reads.
    fn wanted_file(&self) -> Option<&str>;
}

/// A node that turns one table into another, understood.
pub(crate) trait Process: Send + Sync {
    /// The table that it makes of `input`. Nothing runs yet. What has work of its own then counts it on
    /// `counter`.
    fn apply(&self, input: Table, run: &Run, counter: Arc<NodeCounter>) -> Result<Table, EngineError>;
}

/// What a node does.
pub(crate) enum Step {
    Source(Box<dyn Source>),
    Process(Box<dyn Process>),
    Export(Export),
}

/// What a node has at hand while the plan is made.
#[derive(Clone)]
pub(crate) struct Run {
    pub(crate) session: SessionContext,
    pub(crate) meter: Arc<Meter>,
    pub(crate) sources: Arc<dyn SourceResolver>,
    pub(crate) work_dir: PathBuf,
}
