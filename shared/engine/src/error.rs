//! Errors of jobs: the problem, the node, and the remedy.

mod data;
mod diagnostic;
mod names;
mod node;
mod node_ref;
mod query;

use thiserror::Error;

pub use self::data::DataFault;
pub use self::diagnostic::{Diagnostic, Severity};
pub(crate) use self::names::without_node;
pub use self::names::{clipped, list};
pub use self::node::NodeError;
pub use self::node_ref::NodeRef;

/// The category of a fault. It determines whether callers retry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Category {
    /// The service or its environment: disk, memory, a programming error. A retry may help.
    System,
    /// The job definition: a name or a setting in it.
    Definition,
    /// The data, or a missing file.
    Data,
    /// A model or a calculation.
    Algorithm,
    /// An unsupported feature of the stream.
    Unsupported,
}

impl Category {
    /// A stable code for programs.
    pub fn code(self) -> &'static str {
        match self {
            Self::System => "engine",
            Self::Definition => "definition",
            Self::Data => "data",
            Self::Algorithm => "model",
            Self::Unsupported => "unsupported",
        }
    }
}

/// The reason why a job failed or was refused.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum EngineError {
    /// The job has obstacles: nodes, properties, models, the definition. Nothing has run.
    #[error("{}", refused(.0))]
    Refused(Vec<Diagnostic>),

    /// The job definition does not match the stream.
    #[error("{0}")]
    Definition(String),

    /// The stream does not define what to run.
    #[error("{0}")]
    Branch(String),

    /// A node of the stream is damaged.
    #[error("{node}: cannot be read from the stream: {message}")]
    Node {
        /// The node.
        node: NodeRef,
        /// The problem.
        message: String,
    },

    /// The file of a source is missing.
    #[error(
        "{node}: no data for {file:?}; upload a file of that name or name another one in the job's inputs"
    )]
    SourceMissing {
        /// The source node.
        node: NodeRef,
        /// The file name of the node.
        file: String,
    },

    /// The data are unreadable, or do not match the stream.
    #[error("{node}: {fault}")]
    Data {
        /// The node that detected it.
        node: NodeRef,
        /// The problem.
        fault: Box<DataFault>,
    },

    /// A stored model cannot be compiled or applied.
    #[error("{node}: {message}")]
    Model {
        /// The nugget, or the node that contains the model.
        node: NodeRef,
        /// The problem.
        message: String,
    },

    /// A limit of this run was reached.
    #[error("the job is over its limit of {limit} {what}; split the data over several jobs")]
    Limit {
        /// The limited quantity, with its unit.
        what: &'static str,
        /// The limit.
        limit: u64,
    },

    /// Sorting, grouping or joining needs more memory than the job has, and cannot spill to disk.
    #[error(
        "the {} MB of memory that a job has for sorting, grouping and joining are used up ({detail}); split the data \
         over several jobs, or have the workers' memory raised",
        limit >> 20
    )]
    Memory {
        /// The limit in bytes.
        limit: usize,
        /// The operator and its request, in the query engine's words.
        detail: String,
    },

    /// The job was canceled.
    #[error("the job was canceled")]
    Canceled,

    /// A file of the engine could not be read or written.
    #[error("cannot {doing} {path}: {source}")]
    Io {
        /// The operation.
        doing: &'static str,
        /// The name of the file without its folder.
        path: String,
        /// The system's reason.
        source: std::io::Error,
    },

    /// The bytes of a plan make no plan here.
    #[error("the plan cannot be decoded: {0}; it must be sent by a process of the same version")]
    Undecodable(String),

    /// The query engine failed, because memory is exhausted or there is an error in it.
    #[error("the query engine failed: {0}")]
    Query(String),
}

impl EngineError {
    /// The category of the fault.
    pub fn category(&self) -> Category {
        match self {
            Self::Refused(reasons) => category(reasons),
            Self::Definition(_) | Self::Branch(_) => Category::Definition,
            Self::SourceMissing { .. } | Self::Data { .. } | Self::Node { .. } => Category::Data,
            Self::Model { .. } => Category::Algorithm,
            Self::Limit { .. }
            | Self::Memory { .. }
            | Self::Canceled
            | Self::Io { .. }
            | Self::Undecodable(_)
            | Self::Query(_) => Category::System,
        }
    }

    /// The node that failed, if a node failed.
    pub fn node(&self) -> Option<&NodeRef> {
        match self {
            Self::SourceMissing { node, .. }
            | Self::Data { node, .. }
            | Self::Model { node, .. }
            | Self::Node { node, .. } => Some(node),
            Self::Refused(reasons) => reasons.first().and_then(|reason| reason.node.as_ref()),
            _ => None,
        }
    }

    /// Whether the job was canceled.
    pub fn is_canceled(&self) -> bool {
        matches!(self, Self::Canceled)
    }

    /// Whether nothing of the job can go on: it was canceled, or memory, disk or a limit is exhausted.
    pub(crate) fn is_fatal(&self) -> bool {
        self.category() == Category::System
    }

    /// The same error again, for another branch that the failed node is part of. Errors of files have only their text.
    pub(crate) fn copied(&self) -> Self {
        match self {
            Self::Refused(reasons) => Self::Refused(reasons.clone()),
            Self::Definition(message) => Self::Definition(message.clone()),
            Self::Branch(message) => Self::Branch(message.clone()),
            Self::Node { node, message } => Self::Node { node: node.clone(), message: message.clone() },
            Self::SourceMissing { node, file } => {
                Self::SourceMissing { node: node.clone(), file: file.clone() }
            }
            Self::Data { node, fault } => Self::Data { node: node.clone(), fault: fault.clone() },
            Self::Model { node, message } => Self::Model { node: node.clone(), message: message.clone() },
            Self::Limit { what, limit } => Self::Limit { what, limit: *limit },
            Self::Memory { limit, detail } => Self::Memory { limit: *limit, detail: detail.clone() },
            Self::Canceled => Self::Canceled,
            other => Self::Query(other.to_string()),
        }
    }

    /// Adds the limit, which the query engine does not report.
    pub(crate) fn within(self, limits: &crate::limits::Limits) -> Self {
        match self {
            Self::Memory { detail, .. } => Self::Memory { limit: limits.memory_bytes, detail },
            other => other,
        }
    }

    /// The error of a job with obstacles.
    pub(crate) fn of_diagnostics(reasons: Vec<Diagnostic>) -> Self {
        Self::Refused(reasons)
    }

    /// The stream is set to run its script.
    pub(crate) fn script(stream: &satsuma_stream::Stream) -> Self {
        let language = &stream.properties.script_language;
        let message = format!("the stream is set to run its script ({language}); scripts are not supported");
        let node = NodeRef::of_stream(stream);
        Self::Refused(vec![Diagnostic::unsupported(node, Some("script".into()), message)])
    }

    /// A file could not be read or written. The error has only the file's name.
    pub fn io(doing: &'static str, path: &std::path::Path, source: std::io::Error) -> Self {
        let path = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        Self::Io { doing, path, source }
    }
}

/// Unsupported features determine the category before all other problems.
fn category(reasons: &[Diagnostic]) -> Category {
    let is_unsupported = |reason: &Diagnostic| reason.category == Category::Unsupported;
    match reasons.iter().any(is_unsupported) {
        true => Category::Unsupported,
        false => reasons.first().map_or(Category::Unsupported, |reason| reason.category),
    }
}

fn refused(reasons: &[Diagnostic]) -> String {
    let joined = reasons.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
    match category(reasons) {
        Category::Unsupported => format!("the stream needs what is not supported yet: {joined}"),
        _ => joined,
    }
}
