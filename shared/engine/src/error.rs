//! What can go wrong in a job: what happened, at which node, and what to do about it.

use std::fmt;

use thiserror::Error;

use crate::limits::NAME;
use crate::request::Action;

/// A node as a person finds it on the canvas: its label, then what kind of node it is.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeRef {
    /// The label (custom name) or, without one, the default name.
    pub label: String,
    /// The node type, e.g. `Var. File` or the class name where it has no better one.
    pub kind: String,
}

impl fmt::Display for NodeRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "node \"{}\" ({})", self.label, self.kind)
    }
}

/// Whose fault a failure is; callers decide from it whether to retry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Category {
    /// The service or its surroundings: disk, memory, a programming fault. Trying again may help.
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

/// One thing on the branch that is not supported, found before anything ran.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The node.
    pub node: NodeRef,
    /// The property of the node; `None` when the node as a whole is refused.
    pub property: Option<String>,
    /// The value that the property has.
    pub value: Option<String>,
    /// Why, or what would be accepted.
    pub reason: String,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.node)?;
        match (&self.property, &self.value) {
            (Some(property), Some(value)) => write!(f, ", property {property} = {value:?}")?,
            (Some(property), None) => write!(f, ", property {property}")?,
            (None, _) => {}
        }
        write!(f, ": {}", self.reason)
    }
}

/// Why a job failed or was refused.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum EngineError {
    /// The action is known but not built yet.
    #[error("action {0} is not supported yet; BATCH_SCORE is")]
    Action(Action),

    /// Nodes or properties on the branch are not supported. Nothing has run.
    #[error("the stream needs what is not supported yet: {}", join(.0))]
    Unsupported(Vec<Refusal>),

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

    /// The query engine failed, for want of memory or by a fault.
    #[error("the query engine failed: {0}")]
    Query(String),
}

/// What can be wrong with data.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum DataFault {
    /// A record has another number of fields than the first.
    #[error(
        "line {line}: the number of fields is {found} instead of {expected}; check the delimiters and quotes"
    )]
    FieldCount {
        /// Line of the file, from 1.
        line: u64,
        /// Fields that the first record has.
        expected: usize,
        /// Fields found.
        found: usize,
    },
    /// A quotation mark opens and never closes.
    #[error(
        "the quotation mark on line {line} has no partner; set the node's quotes to Discard or Include as text if it is part of the text"
    )]
    UnpairedQuote {
        /// Line of the file, from 1.
        line: u64,
    },
    /// Bytes that are no text in the node's encoding.
    #[error("the file is not {encoding} text; save it as UTF-8 or name its encoding")]
    NotText {
        /// The encoding tried.
        encoding: &'static str,
    },
    /// A field longer than any honest one.
    #[error("line {line} has a field or record over {limit} bytes; check the delimiters and quotes")]
    TooLong {
        /// Line of the file, from 1.
        line: u64,
        /// The limit in bytes.
        limit: usize,
    },
    /// More fields than any honest file.
    #[error("line {line} has over {limit} fields; check the delimiters")]
    TooManyFields {
        /// Line of the file, from 1.
        line: u64,
        /// The limit.
        limit: usize,
    },
    /// An empty file where field names are expected.
    #[error("the file is empty; its first line must hold the field names")]
    Empty,
    /// Two fields of one name.
    #[error("the field name {0:?} occurs twice")]
    DuplicateField(String),
    /// A field without a name.
    #[error("field {0} has no name; give every column a name")]
    UnnamedField(usize),
    /// A field that the node needs is not there.
    #[error("field {field:?} is missing; there are {}", list(.available))]
    MissingField {
        /// The field's name.
        field: String,
        /// The fields that there are.
        available: Vec<String>,
    },
    /// A field has a storage that the node cannot work on.
    #[error("field {field:?} is {found}, but {wanted} is needed; check the storage in the source node")]
    Storage {
        /// The field's name.
        field: String,
        /// Its storage.
        found: String,
        /// The storage needed.
        wanted: String,
    },
    /// A date, time or timestamp in another form than the one that is certain.
    #[error(
        "line {line}, field {field:?}: {value:?} is no date or time of the form {form}, the only form read so far"
    )]
    NotADate {
        /// Line of the file where the batch starts, from 1.
        line: u64,
        /// The field's name.
        field: String,
        /// The value found, shortened.
        value: String,
        /// The form that is read.
        form: &'static str,
    },
}

impl EngineError {
    /// Whose fault it is.
    pub fn category(&self) -> Category {
        match self {
            Self::Action(_) | Self::Unsupported(_) => Category::Unsupported,
            Self::Definition(_) | Self::Branch(_) => Category::Definition,
            Self::SourceMissing { .. } | Self::Data { .. } | Self::Node { .. } => Category::Data,
            Self::Model { .. } => Category::Algorithm,
            Self::Limit { .. } | Self::Memory { .. } | Self::Canceled | Self::Io { .. } | Self::Query(_) => {
                Category::System
            }
        }
    }

    /// The node that failed, where one did.
    pub fn node(&self) -> Option<&NodeRef> {
        match self {
            Self::SourceMissing { node, .. }
            | Self::Data { node, .. }
            | Self::Model { node, .. }
            | Self::Node { node, .. } => Some(node),
            Self::Unsupported(refusals) => refusals.first().map(|refusal| &refusal.node),
            _ => None,
        }
    }

    /// Whether the job stopped because somebody asked for it.
    pub fn is_canceled(&self) -> bool {
        matches!(self, Self::Canceled)
    }

    /// The same, with the limit that the query engine does not tell.
    pub(crate) fn within(self, limits: &crate::Limits) -> Self {
        match self {
            Self::Memory { detail, .. } => Self::Memory { limit: limits.memory_bytes, detail },
            other => other,
        }
    }

    pub(crate) fn data(node: &NodeRef, fault: DataFault) -> Self {
        Self::Data { node: node.clone(), fault: Box::new(fault) }
    }

    pub(crate) fn io(doing: &'static str, path: &std::path::Path, source: std::io::Error) -> Self {
        let path = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        Self::Io { doing, path, source }
    }
}

/// Our own errors travel through the query engine as its external errors; this takes them out again.
impl From<datafusion::error::DataFusionError> for EngineError {
    fn from(error: datafusion::error::DataFusionError) -> Self {
        use datafusion::error::DataFusionError as Df;
        match error {
            Df::External(inner) => match inner.downcast::<EngineError>() {
                Ok(ours) => *ours,
                Err(other) => Self::Query(other.to_string()),
            },
            Df::Context(_, inner) => Self::from(*inner),
            Df::ArrowError(inner, _) => match *inner {
                datafusion::arrow::error::ArrowError::ExternalError(inner) => {
                    match inner.downcast::<EngineError>() {
                        Ok(ours) => *ours,
                        Err(other) => Self::Query(other.to_string()),
                    }
                }
                other => Self::Query(other.to_string()),
            },
            Df::IoError(source) => Self::Io { doing: "spill to", path: "the work folder".to_owned(), source },
            other => match other.find_root() {
                Df::ResourcesExhausted(detail) => Self::Memory { limit: 0, detail: detail.clone() },
                _ => Self::Query(other.strip_backtrace()),
            },
        }
    }
}

impl From<EngineError> for datafusion::error::DataFusionError {
    fn from(error: EngineError) -> Self {
        Self::External(Box::new(error))
    }
}

fn join(refusals: &[Refusal]) -> String {
    refusals.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

/// The start of a text that a stream or a file gave: it may have any length.
pub(crate) fn clipped(text: &str, characters: usize) -> String {
    match text.char_indices().nth(characters) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// Names for a person: the first few, then how many more.
pub(crate) fn list(names: &[String]) -> String {
    const SHOWN: usize = 20;
    let shown = names.iter().take(SHOWN).map(|name| format!("{:?}", clipped(name, NAME)));
    let shown = shown.collect::<Vec<_>>().join(", ");
    match names.len() {
        0 => "none".to_owned(),
        n if n > SHOWN => format!("{shown} and {} more", n - SHOWN),
        _ => shown,
    }
}

#[cfg(test)]
mod tests {
    use datafusion::error::DataFusionError;

    use super::*;
    use crate::Limits;

    #[test]
    fn memory_that_is_used_up_is_told_with_its_limit_and_what_to_do() {
        let exhausted = "Failed to allocate 8.0 MB for ExternalSorter[0]".to_owned();
        let error = DataFusionError::ResourcesExhausted(exhausted).context("sort");
        let limits = Limits { memory_bytes: 64 << 20, ..Limits::default() };
        let error = EngineError::from(error).within(&limits);
        insta::assert_snapshot!(error, @"the 64 MB of memory that a job has for sorting, grouping and joining are used up (Failed to allocate 8.0 MB for ExternalSorter[0]); split the data over several jobs, or have the workers' memory raised");
    }
}
