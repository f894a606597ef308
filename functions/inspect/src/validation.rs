//! The response to a dry run.

use satsuma_domain::JobDefinition;
use satsuma_domain::definition::Action;
use satsuma_engine::NodeUse;
use satsuma_stream::explain::Obstacle;
use satsuma_worker::rehearsal::{Found, Read, Rehearsal, Write};
use serde::Serialize;

/// The result of a dry run: what the job would do, and the obstacles.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Validation<'a> {
    /// Whether the job can run, i.e. there is no obstacle. The data are not read.
    can_run: bool,
    /// Action of the job.
    action: Action,
    /// The nodes that would run. Each node follows its inputs.
    branch: Vec<BranchNode<'a>>,
    /// The terminal nodes among them.
    terminals: Vec<BranchNode<'a>>,
    /// The source nodes among them, and what they would read.
    sources: Vec<Source<'a>>,
    /// The data that it would write.
    exports: Vec<Export<'a>>,
    /// The problems that prevent the run.
    obstacles: &'a [Obstacle],
    /// The warnings that the run would have.
    warnings: &'a [String],
}

/// A node that a job would run.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct BranchNode<'a> {
    /// Its number in the stream's diagram.
    id: u32,
    /// Its uid, which is the same in all versions of the stream.
    uid: &'a str,
    /// Its label or name.
    name: &'a str,
    /// Its type.
    #[serde(rename = "type")]
    node_type: &'a str,
}

/// A source that a job would read.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct Source<'a> {
    /// Label or name of the node.
    node: &'a str,
    /// The node's uid, which is the same in all versions of the stream.
    uid: &'a str,
    /// The uploaded file that it would read; `null` if it reads no file.
    file: Option<&'a str>,
    /// Whether the file exists.
    found: bool,
    /// Size of the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    bytes: Option<u64>,
}

/// A terminal node that would write records.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct Export<'a> {
    /// Label or name of the node.
    node: &'a str,
    /// The node's uid, which is the same in all versions of the stream.
    uid: &'a str,
    /// Name of the result file; `null` if the records go elsewhere.
    file: Option<&'a str>,
}

impl<'a> Validation<'a> {
    pub(crate) fn of(definition: &JobDefinition, rehearsal: &'a Rehearsal) -> Self {
        let Rehearsal { examined, sources, exports, obstacles } = rehearsal;
        Self {
            can_run: obstacles.is_empty(),
            action: definition.action,
            branch: examined.branch.iter().map(BranchNode::of).collect(),
            terminals: examined.terminals.iter().map(BranchNode::of).collect(),
            sources: sources.iter().map(Source::of).collect(),
            exports: exports.iter().map(Export::of).collect(),
            obstacles,
            warnings: &examined.warnings,
        }
    }
}

impl<'a> BranchNode<'a> {
    fn of(node: &'a NodeUse) -> Self {
        Self { id: node.id, uid: &node.uid, name: &node.name, node_type: &node.node_type }
    }
}

impl<'a> Source<'a> {
    fn of(read: &'a Read) -> Self {
        let info = match &read.found {
            Found::There(info) => Some(info),
            Found::Missing | Found::NotLookedFor => None,
        };
        Self {
            node: &read.node.name,
            uid: &read.node.uid,
            file: read.file.as_deref(),
            found: info.is_some(),
            bytes: info.map(|info| info.bytes),
        }
    }
}

impl<'a> Export<'a> {
    fn of(write: &'a Write) -> Self {
        Self { node: &write.node.name, uid: &write.node.uid, file: write.file.as_deref() }
    }
}
