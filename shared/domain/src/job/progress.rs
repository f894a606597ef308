//! The progress of an execution.

use serde::{Deserialize, Serialize};

use super::report::cut_name;

/// Most builders that are stored of one execution, the first ones. Every heartbeat stores them; the log has all.
pub const MAX_BUILDERS: usize = 20;

/// The progress of an execution.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Progress {
    /// Fraction of the work that is done, 0 to 1.
    pub fraction: f64,
    /// Records read from all sources.
    pub rows_read: u64,
    /// Records written to all results.
    pub rows_written: u64,
    /// The model builders in the order in which they run.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub builders: Vec<BuilderProgress>,
}

/// The progress of a model builder.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct BuilderProgress {
    /// The node's name in the stream.
    pub node: String,
    /// Its state.
    pub state: BuilderState,
    /// Number of records that trained its model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub records: Option<u64>,
    /// The quality of its model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quality: Option<ModelQuality>,
}

/// The quality of a model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ModelQuality {
    /// What was measured: `accuracy`, or a measure of the builder's own.
    pub measure: String,
    /// Its value.
    pub value: f64,
}

/// The state of a model builder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum BuilderState {
    /// It has not begun.
    Waiting,
    /// It reads records or computes its model.
    Running,
    /// Its model is in the new stream.
    Built,
    /// Its model is not in the new stream: the old one stays, or there is no place for it.
    Kept,
    /// It failed, and the others continue.
    Failed,
}

impl BuilderProgress {
    /// A builder that has not begun.
    #[must_use]
    pub fn waiting(node: &str) -> Self {
        let mut node = node.to_owned();
        cut_name(&mut node);
        Self { node, state: BuilderState::Waiting, records: None, quality: None }
    }
}

impl Progress {
    /// The number of builders that have ended, and of all builders.
    #[must_use]
    pub fn builders_done(&self) -> (usize, usize) {
        let is_open = |builder: &&BuilderProgress| {
            matches!(builder.state, BuilderState::Waiting | BuilderState::Running)
        };
        let open = self.builders.iter().filter(is_open).count();
        (self.builders.len() - open, self.builders.len())
    }
}
