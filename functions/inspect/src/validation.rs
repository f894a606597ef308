//! What is said of a job that was validated.

use satsuma_domain::JobDefinition;
use satsuma_domain::definition::Action;
use satsuma_engine::NodeUse;
use satsuma_stream::explain::Obstacle;
use satsuma_worker::rehearsal::{Found, Read, Rehearsal, Write};
use serde::Serialize;

/// What a job would do, and what stands in its way.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Validation<'a> {
    /// Whether it can run: whether there is no obstacle. The data themselves are not looked at.
    can_run: bool,
    /// What it does.
    action: Action,
    /// The nodes that it would run, every one after its inputs.
    branch: Vec<BranchNode<'a>>,
    /// The nodes among them that it would end with.
    terminals: Vec<BranchNode<'a>>,
    /// The sources among them, and what they would read.
    sources: Vec<Source<'a>>,
    /// What it would write.
    exports: Vec<Export<'a>>,
    /// What stands in the way.
    obstacles: &'a [Obstacle],
    /// What the run would warn of.
    warnings: &'a [String],
}

/// A node that a job would run.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct BranchNode<'a> {
    /// Its number in the stream's diagram.
    id: u32,
    /// Its id across saves.
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
    /// Its id across saves.
    uid: &'a str,
    /// The uploaded file that it would read; `null` where it is no file.
    file: Option<&'a str>,
    /// Whether the file is there.
    found: bool,
    /// Its size.
    #[serde(skip_serializing_if = "Option::is_none")]
    bytes: Option<u64>,
}

/// A terminal node that would write records.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct Export<'a> {
    /// Label or name of the node.
    node: &'a str,
    /// Its id across saves.
    uid: &'a str,
    /// The name of the result file; `null` where the records would go elsewhere.
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
