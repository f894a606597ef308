//! What can go wrong in a job: what happened, at which node, and what to do about it.

mod data;
mod diagnostic;
mod names;
mod node;
mod node_ref;
mod query;

use thiserror::Error;

pub use self::data::DataFault;
pub use self::diagnostic::{Diagnostic, Severity};
pub use self::names::{clipped, list};
pub use self::node::NodeError;
pub use self::node_ref::NodeRef;
use crate::request::Action;

/// The kind of a fault; callers decide from it whether to retry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Category {
    /// The service or its environment: disk, memory, a programming fault. A retry may help.
    System,
    /// The job definition: a name or a setting in it.
    Definition,
    /// The data, or a file that is missing.
    Data,
    /// A model or a calculation.
    Algorithm,
    /// Something in the stream that this version does not do.
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

/// Why a job failed or was refused.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum EngineError {
    /// The action is known but not built yet.
    #[error("action {0} is not supported yet; {supported}", supported = Action::supported())]
    Action(Action),

    /// Something stands in the way of the job: nodes, properties, models, the definition. Nothing has run.
    #[error("{}", refused(.0))]
    Refused(Vec<Diagnostic>),

    /// The job definition does not fit the stream.
    #[error("{0}")]
    Definition(String),

    /// The stream does not say what to run.
    #[error("{0}")]
    Branch(String),

    /// A node of the stream is damaged.
    #[error("{node}: cannot be read from the stream: {message}")]
    Node {
        /// The node.
        node: NodeRef,
        /// What is wrong with it.
        message: String,
    },

    /// A source's file is not there.
    #[error(
        "{node}: no data for {file:?}; upload a file of that name or name another one in the job's inputs"
    )]
    SourceMissing {
        /// The source node.
        node: NodeRef,
        /// The file name that the node asks for.
        file: String,
    },

    /// The data cannot be read or do not fit the stream.
    #[error("{node}: {fault}")]
    Data {
        /// The node that found it.
        node: NodeRef,
        /// What is wrong.
        fault: Box<DataFault>,
    },

    /// A stored model cannot be compiled or applied.
    #[error("{node}: {message}")]
    Model {
        /// The nugget, or the node that carries the model.
        node: NodeRef,
        /// What is wrong with it.
        message: String,
    },

    /// A limit of this run was reached.
    #[error("the job is over its limit of {limit} {what}; split the data over several jobs")]
    Limit {
        /// What is limited, with its unit.
        what: &'static str,
        /// The limit.
        limit: u64,
    },

    /// Sorting, grouping or joining needs more memory than the job has, and could not spill.
    #[error(
        "the {} MB of memory that a job has for sorting, grouping and joining are used up ({detail}); split the data \
         over several jobs, or have the workers' memory raised",
        limit >> 20
    )]
    Memory {
        /// The limit in bytes.
        limit: usize,
        /// What asked for how much, in the query engine's words.
        detail: String,
    },

    /// Somebody asked for the job to stop.
    #[error("the job was canceled")]
    Canceled,

    /// A file of ours could not be read or written.
    #[error("cannot {doing} {path}: {source}")]
    Io {
        /// What was tried.
        doing: &'static str,
        /// The file's name, without its folder.
        path: String,
        /// The system's reason.
        source: std::io::Error,
    },

    /// The bytes of a plan make no plan here.
    #[error("the plan cannot be decoded: {0}; it must be sent by a process of the same version")]
    Undecodable(String),

    /// The query engine failed, for want of memory or by a fault.
    #[error("the query engine failed: {0}")]
    Query(String),
}

impl EngineError {
    /// Whose fault it is.
    pub fn category(&self) -> Category {
        match self {
            Self::Action(_) => Category::Unsupported,
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

    /// The node that failed, where one did.
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

    /// Whether the job stopped because somebody asked for it.
    pub fn is_canceled(&self) -> bool {
        matches!(self, Self::Canceled)
    }

    /// The same, with the limit that the query engine does not tell.
    pub(crate) fn within(self, limits: &crate::limits::Limits) -> Self {
        match self {
            Self::Memory { detail, .. } => Self::Memory { limit: limits.memory_bytes, detail },
            other => other,
        }
    }

    /// Something stands in the way of the job.
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

    /// A file could not be read or written; only the name of the file is kept.
    pub fn io(doing: &'static str, path: &std::path::Path, source: std::io::Error) -> Self {
        let path = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        Self::Io { doing, path, source }
    }
}

/// What is not supported comes first; whatever else is wrong with the job comes with it.
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
