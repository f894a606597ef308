//! Diagnostics: what stands in the way of a job, found before anything runs.

use std::borrow::Cow;
use std::fmt;

use satsuma_stream::Node;

use super::{Category, EngineError, NodeRef, clipped};
use crate::limits::{NAME, REASON};

/// One thing that stands in the way of a job, or a warning about it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Diagnostic {
    /// Whether the job can run all the same.
    pub severity: Severity,
    /// What kind of fault it is; [`Category::code`] is the stable code for programs.
    pub category: Category,
    /// The node; `None` for the job or the stream as a whole.
    pub node: Option<NodeRef>,
    /// The node's id across saves.
    pub uid: Option<String>,
    /// The property of the node; `None` where the node as a whole is meant.
    pub property: Option<String>,
    /// The value that the property has, shortened.
    pub value: Option<String>,
    /// What is wrong, and what to do or what would be accepted.
    pub message: String,
}

/// How much a diagnostic matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// The job runs all the same.
    Warning,
    /// The job cannot run.
    Error,
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(node) = &self.node {
            write!(f, "{node}")?;
        }
        match (&self.property, &self.value) {
            (Some(property), Some(value)) => write!(f, ", property {property} = {value:?}")?,
            (Some(property), None) => write!(f, ", property {property}")?,
            (None, _) => {}
        }
        let separator = if self.node.is_some() || self.property.is_some() { ": " } else { "" };
        write!(f, "{separator}{}", self.message)
    }
}

impl Diagnostic {
    /// A fault of the job or the stream as a whole.
    pub(crate) fn new(category: Category, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            category,
            node: None,
            uid: None,
            property: None,
            value: None,
            message: clipped(&message.into(), REASON),
        }
    }

    /// Something that a node asks for and that is not supported.
    pub(crate) fn unsupported(
        node: NodeRef,
        property: Option<Cow<'static, str>>,
        message: impl Into<String>,
    ) -> Self {
        let property = property.map(|property| clipped(&property, NAME));
        Self { node: Some(node), property, ..Self::new(Category::Unsupported, message) }
    }

    /// An error as a diagnostic; the node, which it bears itself, is left out of the message.
    pub(crate) fn of_error(error: &EngineError, node: Option<&Node>) -> Self {
        let message = error.to_string();
        let prefix = error.node().map(|node| format!("{node}: ")).unwrap_or_default();
        let message = message.strip_prefix(&prefix).unwrap_or(&message);
        Self {
            node: node.map(NodeRef::of).or_else(|| error.node().cloned()),
            uid: node
                .map(|node| clipped(&node.uid, NAME))
                .or_else(|| error.node().map(|node| node.uid.clone()).filter(|uid| !uid.is_empty())),
            ..Self::new(error.category(), message)
        }
    }
}
