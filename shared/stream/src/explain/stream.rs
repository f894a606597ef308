//! Explanation of deployment, parameters, global values and scripts.

use serde::Serialize;

use super::diagram::text;
use crate::element::Element;
use crate::error::Result;
use crate::stream::{Designation, GlobalValues, Parameter, Stream};
use crate::value::Value;

/// The deployment of a stream.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ScoringSummary {
    /// Purpose of the deployment: `none`, `scoring`, `modelRefresh`.
    pub deployment: String,
    /// The terminal node of the scoring branch.
    pub terminal: DesignationSummary,
    /// The nugget that scoring uses.
    pub model: DesignationSummary,
    /// The builder that a model refresh runs.
    pub builder: DesignationSummary,
    /// Numbers of the nodes of the scoring branch in the stream's diagram. Each node follows its inputs.
    /// `null` if there is no branch.
    pub branch: Option<Vec<u32>>,
}

/// The target of a designation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", tag = "state")]
pub enum DesignationSummary {
    /// No node is designated.
    Unset,
    /// An existing node is designated.
    Node {
        /// Its uid.
        uid: String,
        /// The displayed name.
        name: String,
    },
    /// A missing node is designated.
    Dangling {
        /// Its uid.
        uid: String,
    },
}

/// A parameter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ParameterSummary {
    /// Its name.
    pub name: String,
    /// The label of the prompt for its value.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub long_name: String,
    /// Storage of its value.
    pub storage: Option<String>,
    /// Its value, as text.
    pub value: Option<String>,
    /// Whether Modeler asks the user for its value.
    pub prompt: bool,
}

/// Global values of a field, as text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct GlobalSummary {
    /// The field.
    pub field: String,
    /// Its mean.
    pub mean: Option<String>,
    /// Its sum.
    pub sum: Option<String>,
    /// Its smallest value.
    pub minimum: Option<String>,
    /// Its largest value.
    pub maximum: Option<String>,
    /// Its standard deviation.
    pub standard_deviation: Option<String>,
}

/// A script.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ScriptSummary {
    /// Uid of the supernode that contains it; `null` for scripts of the stream.
    pub super_node: Option<String>,
    /// Its language: `python`, `legacy`.
    pub language: String,
    /// Whether a run executes it instead of the terminal nodes.
    pub is_default_execution: bool,
    /// The text.
    pub text: String,
}

impl ScoringSummary {
    pub(super) fn of(stream: &Stream) -> Self {
        let branch = stream.scoring_branch().ok();
        let branch = branch.map(|branch| branch.nodes.iter().map(|node| node.id.0).collect());
        ScoringSummary {
            deployment: stream.properties.deployment_type.to_string(),
            terminal: DesignationSummary::of(stream.scoring_terminal()),
            model: DesignationSummary::of(stream.scoring_model()),
            builder: DesignationSummary::of(stream.model_builder()),
            branch,
        }
    }
}

impl DesignationSummary {
    fn of(designation: Designation<'_>) -> Self {
        match designation {
            Designation::Unset => DesignationSummary::Unset,
            Designation::Dangling(uid) => DesignationSummary::Dangling { uid: uid.to_owned() },
            Designation::Node(node) => {
                let (uid, name) = (node.uid.clone(), node.display_name().to_owned());
                DesignationSummary::Node { uid, name }
            }
        }
    }
}

impl ParameterSummary {
    pub(super) fn of(parameter: &Parameter) -> Self {
        ParameterSummary {
            name: parameter.name.clone(),
            long_name: parameter.long_name.clone(),
            storage: parameter.storage.as_ref().map(ToString::to_string),
            value: parameter.value.as_ref().map(Value::text),
            prompt: parameter.prompt,
        }
    }
}

impl GlobalSummary {
    pub(super) fn of(global: &GlobalValues) -> Self {
        let text = |value: &Option<Value>| value.as_ref().map(Value::text);
        GlobalSummary {
            field: global.field.clone(),
            mean: text(&global.mean),
            sum: text(&global.sum),
            minimum: text(&global.minimum),
            maximum: text(&global.maximum),
            standard_deviation: text(&global.standard_deviation),
        }
    }
}

impl ScriptSummary {
    /// The script of an element's properties, unless it is empty.
    pub(super) fn of(super_node: Option<&str>, properties: Option<&Element>) -> Result<Option<Self>> {
        let script = text(properties, "script").filter(|script| !script.trim().is_empty());
        let Some(script) = script else {
            return Ok(None);
        };
        let runs = properties.map(|properties| properties.get_or("scriptDefaultExecution", false));
        Ok(Some(ScriptSummary {
            super_node: super_node.map(str::to_owned),
            language: text(properties, "scriptLanguage").unwrap_or_else(|| "legacy".to_owned()),
            is_default_execution: runs.transpose()?.unwrap_or(false),
            text: script,
        }))
    }
}
