//! Nodes as people find them, and what of them is not supported.

use std::fmt;

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
