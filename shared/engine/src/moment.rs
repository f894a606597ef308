//! What happens in the course of a run that somebody may want to write down.

use std::sync::Arc;

use crate::error::NodeRef;
use crate::outcome::ResultFile;

/// Something that just happened.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Moment<'a> {
    /// The branch is understood: these nodes will run, each after what it reads from.
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
    /// A terminal node has all its records.
    Written {
        /// What it made.
        file: &'a ResultFile,
    },
}

/// Told of moments; it must return at once.
pub type Listener = Arc<dyn Fn(Moment<'_>) + Send + Sync>;
