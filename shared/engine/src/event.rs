//! Events of a run that somebody may want to log.

use std::sync::Arc;

use crate::error::NodeRef;
use crate::outcome::ResultFile;

/// Something that just happened.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Event<'a> {
    /// The plan is made: these nodes will run, each after the nodes that it reads from.
    Planned {
        /// The nodes.
        nodes: &'a [NodeRef],
    },
    /// A source knows its file and fields. No record was read yet.
    Opened {
        /// The source node.
        node: &'a NodeRef,
        /// Fields that it gives.
        fields: usize,
    },
    /// A terminal node wrote a file.
    Written {
        /// The file.
        file: &'a ResultFile,
    },
    /// A terminal node ended that writes no file.
    Finished {
        /// The terminal node.
        node: &'a NodeRef,
    },
}

/// Receives events; it must return at once.
pub type Listener = Arc<dyn Fn(Event<'_>) + Send + Sync>;
