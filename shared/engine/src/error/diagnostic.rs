//! Diagnostics: obstacles of a job, found before anything runs.

use std::borrow::Cow;
use std::fmt;

use satsuma_stream::Node;

use super::{Category, EngineError, NodeRef, clipped};
use crate::limits::{NAME, REASON};

/// An obstacle of a job, or a warning.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Diagnostic {
    /// Whether the job can run nevertheless.
    pub severity: Severity,
    /// The category of the fault; [`Category::code`] is the stable code for programs.
    pub category: Category,
    /// The node; `None` for the job or the stream as a whole.
    pub node: Option<NodeRef>,
    /// The property of the node; `None` for the node as a whole.
    pub property: Option<String>,
    /// The value of the property, shortened.
    pub value: Option<String>,
    /// The problem, and the remedy or the supported values.
    pub message: String,
}

/// The severity of a diagnostic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// The job can run nevertheless.
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
            property: None,
            value: None,
            message: clipped(&message.into(), REASON),
        }
    }

    /// An unsupported feature of a node.
    pub(crate) fn unsupported(
        node: NodeRef,
        property: Option<Cow<'static, str>>,
        message: impl Into<String>,
    ) -> Self {
        let property = property.map(|property| clipped(&property, NAME));
        Self { node: Some(node), property, ..Self::new(Category::Unsupported, message) }
    }

    /// Converts an error to a diagnostic. The diagnostic has the node as a field, so that the message omits
    /// it.
    pub(crate) fn of_error(error: &EngineError, node: Option<&Node>) -> Self {
        let message = error.to_string();
        let prefix = error.node().map(|node| format!("{node}: ")).unwrap_or_default();
        let message = message.strip_prefix(&prefix).unwrap_or(&message);
        Self {
            node: node.map(NodeRef::of).or_else(|| error.node().cloned()),
            ..Self::new(error.category(), message)
        }
    }
}
