//! Whether actions can be run. This crate knows no engine: whoever links one fills these in.

use std::borrow::Cow;

use serde::Serialize;

/// Whether an action of a job can be run on the stream.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ActionCheck {
    /// The action, as job definitions name it.
    pub action: String,
    /// Whether it can be run.
    pub can_run: bool,
    /// What stands in the way; empty if it can.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub obstacles: Vec<Obstacle>,
}

/// Something that stands in the way of an action.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Obstacle {
    /// The node, as messages name it; `null` if it is the stream itself.
    pub node: Option<String>,
    /// Its uid.
    pub uid: Option<String>,
    /// The property, if it is one.
    pub property: Option<String>,
    /// The value that the property has, shortened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// What is wrong, or what would be accepted.
    pub reason: String,
    /// Stable code for programs: `unsupported`, `definition`, `data`, `model` …
    pub code: Cow<'static, str>,
}
