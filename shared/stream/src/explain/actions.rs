//! Checks of actions. The engine fills them in, because this crate does not depend on it.

use std::borrow::Cow;

use serde::Serialize;

/// Whether an action of a job can be run on the stream.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ActionCheck {
    /// Name of the action in job definitions.
    pub action: String,
    /// Whether it can be run.
    pub can_run: bool,
    /// The problems that prevent it; empty if there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub obstacles: Vec<Obstacle>,
}

/// A problem that prevents an action.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Obstacle {
    /// The node: its type and label, as in messages. `null` if the stream itself is the problem.
    pub node: Option<String>,
    /// The node's uid, which is the same in all versions of the stream.
    pub uid: Option<String>,
    /// The property, if a property is the problem.
    pub property: Option<String>,
    /// Value of the property, shortened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// The problem, or the supported values.
    pub reason: String,
    /// Stable code for programs: `unsupported`, `definition`, `data`, `model` …
    pub code: Cow<'static, str>,
}
