//! Events of a run, for logs.

use std::sync::Arc;

use crate::error::NodeRef;
use crate::outcome::ResultFile;

/// An event.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Event<'a> {
    /// The plan is complete: these nodes will run, each after its inputs.
    Planned {
        /// The nodes.
        nodes: &'a [NodeRef],
    },
    /// A source has opened its file and knows its fields. No record has been read.
    Opened {
        /// The source node.
        node: &'a NodeRef,
        /// Number of its fields.
        fields: usize,
    },
    /// A terminal node wrote a file.
    Written {
        /// The file.
        file: &'a ResultFile,
    },
    /// A terminal node without a file has ended.
    Finished {
        /// The terminal node.
        node: &'a NodeRef,
    },
}

/// Receives events; it must return immediately.
pub type Listener = Arc<dyn Fn(Event<'_>) + Send + Sync>;
