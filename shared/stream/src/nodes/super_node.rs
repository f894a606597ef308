//! Supernodes: diagrams inside a node.

use super::properties::{Property, PropertyReader, read};
use super::property_writer::PropertyWriter;
use crate::error::Result;
use crate::node::{Node, NodeKind};
use crate::stream::{Parameter, ScriptLanguage};
use crate::text_enum::text_enum;

text_enum! {
    /// The position of a supernode in the data flow.
    SuperNodeType {
        /// It has no input; sources inside read its data.
        Source = "source",
        /// It has input and output.
        Manipulation = "manipulation",
        /// It has no output; its data end inside.
        Terminal = "terminal",
    }
}

/// A supernode; its diagram is in [`Node::inner`].
#[derive(Debug, Clone, PartialEq)]
pub struct SuperNode {
    /// Its position in the data flow.
    pub super_node_type: SuperNodeType,
    /// Parameters that are valid inside it.
    pub parameters: Vec<Parameter>,
    /// Its script; may be empty.
    pub script: String,
    /// The script's language.
    pub script_language: ScriptLanguage,
    /// Whether executing the supernode runs the script.
    pub script_is_default_execution: bool,
    /// Whether Modeler requires a password to open it.
    pub locked: bool,
    /// Unknown properties.
    pub unknown: Vec<Property>,
}

/// Display settings, and the password, which has no effect on reading.
const NO_EFFECT: [&str; 2] = ["password", "useAnnotationAsComment"];

impl SuperNode {
    /// Reads the node's properties.
    ///
    /// # Errors
    /// A missing property, one of another type, or a node of another type.
    pub fn from_node(node: &Node) -> Result<Self> {
        read(node, NodeKind::SuperNode, "supernode", Self::read)
    }

    fn read(properties: &mut PropertyReader<'_>) -> Result<Self> {
        properties.skip(&NO_EFFECT);
        properties.skip(&["parameterTable"]);
        let parameters = properties.node().properties().map(Parameter::list).transpose()?;
        Ok(SuperNode {
            super_node_type: properties.get_or("superNodeType", SuperNodeType::Manipulation)?,
            parameters: parameters.unwrap_or_default(),
            script: properties.get_or("script", String::new())?,
            script_language: properties.get_or("scriptLanguage", ScriptLanguage::Legacy)?,
            script_is_default_execution: properties.get_or("scriptDefaultExecution", false)?,
            locked: properties.get_or("lockEnabled", false)?,
            unknown: properties.unknown(),
        })
    }

    pub(super) fn write(&self, before: &Self, out: &mut PropertyWriter) {
        out.leaf_if_changed("superNodeType", &before.super_node_type, &self.super_node_type);
        if before.parameters != self.parameters {
            out.table("parameterTable", |old| Parameter::to_element(&self.parameters, old));
        }
        out.leaf_if_changed("script", &before.script, &self.script);
        out.leaf_if_changed("scriptLanguage", &before.script_language, &self.script_language);
        let script_runs = (&before.script_is_default_execution, &self.script_is_default_execution);
        out.leaf_if_changed("scriptDefaultExecution", script_runs.0, script_runs.1);
        out.leaf_if_changed("lockEnabled", &before.locked, &self.locked);
        out.unknown(&before.unknown, &self.unknown);
    }
}
