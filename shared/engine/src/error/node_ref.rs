//! Names of nodes for people.

use std::fmt;

use satsuma_stream::{Node, Stream};
use serde::{Deserialize, Serialize};

use super::names::clipped;
use crate::limits::NAME;

/// A node as displayed on the canvas: its type, then its label.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct NodeRef {
    /// The label (custom name) or, without one, the default name.
    pub label: String,
    /// Modeler's name of the node type, e.g. `Var. File`.
    pub kind: String,
    /// The node's id across saves; labels may occur twice.
    pub uid: String,
}

impl NodeRef {
    /// The displayed name of the node.
    pub fn of(node: &Node) -> Self {
        let known = satsuma_stream::catalog::entry(&node.node_type);
        let kind =
            known.map_or_else(|| clipped(&node.node_type.to_string(), NAME), |entry| entry.name.to_owned());
        Self { label: clipped(node.display_name(), NAME), kind, uid: clipped(&node.uid, NAME) }
    }

    /// The uid, if there is one: the stream as a whole has none.
    pub fn known_uid(&self) -> Option<&str> {
        Some(self.uid.as_str()).filter(|uid| !uid.is_empty())
    }

    /// The stream as a whole.
    pub(crate) fn of_stream(stream: &Stream) -> Self {
        Self { label: clipped(&stream.name, NAME), kind: "stream".to_owned(), uid: String::new() }
    }
}

impl fmt::Display for NodeRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} \"{}\"", self.kind, self.label)
    }
}
