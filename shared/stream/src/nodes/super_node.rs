//! Supernodes: diagrams inside a node.

use super::properties::{Property, PropertyReader, read};
use super::property_writer::PropertyWriter;
use crate::error::Result;
use crate::node::{Node, NodeKind};
use crate::stream::{Parameter, ScriptLanguage};
use crate::text_enum::text_enum;

text_enum! {
    /// How a supernode stands in the flow.
    SuperNodeType {
        /// It has no input: its data come from sources inside.
        Source = "source",
        /// It has input and output.
        Manipulation = "manipulation",
        /// It has no output: its data end inside.
        Terminal = "terminal",
    }
}

/// A supernode; what is inside is in [`Node::inner`].
#[derive(Debug, Clone, PartialEq)]
pub struct SuperNode {
    /// How it stands in the flow.
    pub super_node_type: SuperNodeType,
    /// Parameters that hold inside it.
    pub parameters: Vec<Parameter>,
    /// Its script; may be empty.
    pub script: String,
    /// The script's language.
    pub script_language: ScriptLanguage,
    /// Whether executing the supernode runs the script.
    pub script_is_default_execution: bool,
    /// Whether it opens with a password only.
    pub locked: bool,
    /// Properties that are not known.
    pub unknown: Vec<Property>,
}

/// How it looks, and the password, which says nothing once the file is open.
const NO_EFFECT: [&str; 2] = ["password", "useAnnotationAsComment"];

impl SuperNode {
    /// Reads the node's properties.
    ///
    /// # Errors
    /// If something in them is missing or not of its kind, or the node is of another type.
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
