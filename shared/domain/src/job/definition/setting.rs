//! All settings of one run.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::choices::{OutputType, ReportFormat};
use super::data::NodeData;
use super::read::objects;

/// A stream parameter and its value for this job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, expecting = "an object with `name` and `value`")]
pub struct ParameterOverride {
    /// The parameter's name in the stream.
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = super::MAX_NAME_BYTES)))]
    pub name: String,
    /// Its value: text, number or boolean.
    #[cfg_attr(feature = "schema", schemars(with = "super::schema::ParameterValue"))]
    pub value: Value,
}

/// All settings of one run.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, expecting = "an object of settings")]
pub struct Setting {
    /// Source overrides.
    #[serde(default, deserialize_with = "objects")]
    pub inputs: Vec<NodeData>,
    /// Export overrides.
    #[serde(default, deserialize_with = "objects")]
    pub exports: Vec<NodeData>,
    /// Values of stream parameters.
    #[serde(default, deserialize_with = "objects")]
    pub parameter_override: Vec<ParameterOverride>,
    /// The form of generated documents.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub report_format: Option<ReportFormat>,
    /// Destination of results.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output_type: Option<OutputType>,
}
