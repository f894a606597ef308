//! Events of a run, for logs.

use std::sync::Arc;

use crate::error::NodeRef;
use crate::outcome::ResultFile;
use crate::training::BuiltModel;

/// An event.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Event<'a> {
    /// The plan is complete: these nodes will run, each after its inputs.
    Planned {
        /// The nodes.
        nodes: &'a [NodeRef],
    },
    /// These builders will run, in this order.
    Builders {
        /// The builders.
        nodes: &'a [NodeRef],
    },
    /// A builder has begun.
    Building {
        /// The builder.
        node: &'a NodeRef,
    },
    /// A builder has made a model.
    Built {
        /// The model.
        model: &'a BuiltModel,
    },
    /// A builder has failed, and the others continue.
    NotBuilt {
        /// The builder.
        node: &'a NodeRef,
        /// The reason.
        reason: &'a str,
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
