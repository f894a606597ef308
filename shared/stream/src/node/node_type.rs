//! Types of nodes.

use std::fmt;

use crate::element::Element;
use crate::error::Result;

/// The type of a node: its class and, for types added by an extension, the extension's name for it.
///
/// Displayed as `TableNode`, `CFApplyModelNode[neuralnetmodel]`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeType {
    class: String,
    extension: Option<String>,
}

/// The node types with typed properties, and all others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum NodeKind {
    /// Var. File: [`DelimitedFileImport`](crate::nodes::DelimitedFileImport).
    DelimitedFileImport,
    /// Type: [`Type`](crate::nodes::Type).
    Type,
    /// Filter: [`Filter`](crate::nodes::Filter).
    Filter,
    /// Auto Data Prep: [`AutoDataPrep`](crate::nodes::AutoDataPrep).
    AutoDataPrep,
    /// A nugget of an extension, such as SVM: [`ExtensionApply`](crate::nodes::ExtensionApply).
    ExtensionApply,
    /// A nugget of the component framework, such as a neural net: [`CfApply`](crate::nodes::CfApply).
    CfApply,
    /// Table: [`Table`](crate::nodes::Table).
    Table,
    /// Flat File: [`TextFileExport`](crate::nodes::TextFileExport).
    TextFileExport,
    /// A supernode; its diagram is in [`Node::inner`](crate::Node::inner).
    SuperNode,
    /// Inside a supernode: the end of its input link.
    InputConnector,
    /// Inside a supernode: the beginning of its output link.
    OutputConnector,
    /// A type without typed properties.
    Other,
}

const NODE_PACKAGE: &str = "com.spss.clementine.component.node.";

impl NodeType {
    /// A native type.
    pub fn new(class: impl Into<String>) -> Self {
        NodeType { class: class.into(), extension: None }
    }

    /// A type added by an extension.
    pub fn of_extension(class: impl Into<String>, extension: impl Into<String>) -> Self {
        NodeType { class: class.into(), extension: Some(extension.into()) }
    }

    /// The class, without its package: `CFApplyModelNode`.
    pub fn class(&self) -> &str {
        &self.class
    }

    /// The extension's name for the type: `neuralnetmodel`.
    pub fn extension(&self) -> Option<&str> {
        self.extension.as_deref()
    }

    /// The category of the type in this crate.
    pub fn kind(&self) -> NodeKind {
        match self.class.as_str() {
            "DelimitedFileImportNode" => NodeKind::DelimitedFileImport,
            "TypeNode" => NodeKind::Type,
            "FilterNode" => NodeKind::Filter,
            "AutoDataPrepNode" => NodeKind::AutoDataPrep,
            "ExtensionApplyModelNode" => NodeKind::ExtensionApply,
            "CFApplyModelNode" => NodeKind::CfApply,
            "TableNode" => NodeKind::Table,
            "TextFileExportNode" => NodeKind::TextFileExport,
            "MutableSuperNode" => NodeKind::SuperNode,
            "SuperNodeInputConnectorNode" => NodeKind::InputConnector,
            "SuperNodeOutputConnectorNode" => NodeKind::OutputConnector,
            _ => NodeKind::Other,
        }
    }

    /// The full class name in files.
    pub(crate) fn qualified_class(&self) -> String {
        format!("{NODE_PACKAGE}{}", self.class)
    }

    pub(crate) fn from_element(node: &Element) -> Result<Self> {
        let class = node.require_attr("class")?;
        let class = class.rsplit('.').next().unwrap_or(class);
        let element_id = node.attr("extensionElementID");
        let extension = element_id.or_else(|| node.attr("extensionObjectID"));
        Ok(NodeType { class: class.to_owned(), extension: extension.map(str::to_owned) })
    }
}

impl fmt::Display for NodeType {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.extension {
            Some(extension) => write!(out, "{}[{extension}]", self.class),
            None => out.write_str(&self.class),
        }
    }
}
