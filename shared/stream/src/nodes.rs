//! Typed properties, one file per node type.
//!
//! Each type has a `from_node`; [`Node::typed`](crate::Node::typed) selects the right one. A name outside its
//! fixed set becomes `Other`, and unknown properties are listed in `unknown`. Neither is an error here: the
//! engine refuses them before a run, with node, property and value.
//!
//! [`PropertyReader`] reads the node types that are not listed here.

mod auto_data_prep;
mod auto_results;
mod cf_apply;
mod cf_parameters;
mod delimited_file_import;
mod extension_apply;
mod filter;
mod model_header;
mod properties;
mod property_writer;
mod super_node;
mod svm_options;
mod table;
mod text_file_export;
mod type_node;

pub use auto_data_prep::{AutoDataPrep, UnusedFields};
pub use auto_results::{AutoResult, AutoResults, PartitionStatistics, Tile};
pub use cf_apply::{CfApply, ContainerRef};
pub use cf_parameters::{CfParameters, CfValue};
pub use delimited_file_import::{DelimitedFileImport, Delimiters, InvalidCharacters, QuoteMode, TrimMode};
pub use extension_apply::{ContentRef, ExtensionApply, ExtensionContainer};
pub use filter::Filter;
pub use model_header::{ModelHeader, OutputField, OutputRole};
pub use properties::{Property, PropertyReader};
pub use property_writer::ToText;
pub(crate) use property_writer::{PropertyWriter, leaves};
pub use super_node::{SuperNode, SuperNodeType};
pub use svm_options::SvmOptions;
pub use table::{OutputMode, Table, TableFileType};
pub use text_file_export::{FieldSeparator, QuoteSymbolic, TextFileExport, WriteMode};
pub use type_node::Type;

use crate::element::Element;
use crate::error::Result;
use crate::node::{Node, NodeKind};

/// A node with its typed properties.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum TypedNode {
    /// Var. File.
    DelimitedFileImport(Box<DelimitedFileImport>),
    /// Type.
    Type(Type),
    /// Filter.
    Filter(Filter),
    /// Auto Data Prep.
    AutoDataPrep(Box<AutoDataPrep>),
    /// A nugget of an extension, such as SVM.
    ExtensionApply(Box<ExtensionApply>),
    /// A nugget of the component framework, such as a neural net.
    CfApply(Box<CfApply>),
    /// Table.
    Table(Box<Table>),
    /// Flat File.
    TextFileExport(Box<TextFileExport>),
    /// A supernode.
    SuperNode(Box<SuperNode>),
    /// A node whose properties are not typed.
    Other,
}

impl Node {
    /// The typed properties of the node, if this crate has its type.
    ///
    /// # Errors
    /// A missing property, or one of another type.
    pub fn typed(&self) -> Result<TypedNode> {
        Ok(match self.kind() {
            NodeKind::DelimitedFileImport => {
                TypedNode::DelimitedFileImport(Box::new(DelimitedFileImport::from_node(self)?))
            }
            NodeKind::Type => TypedNode::Type(Type::from_node(self)?),
            NodeKind::Filter => TypedNode::Filter(Filter::from_node(self)?),
            NodeKind::AutoDataPrep => TypedNode::AutoDataPrep(Box::new(AutoDataPrep::from_node(self)?)),
            NodeKind::ExtensionApply => TypedNode::ExtensionApply(Box::new(ExtensionApply::from_node(self)?)),
            NodeKind::CfApply => TypedNode::CfApply(Box::new(CfApply::from_node(self)?)),
            NodeKind::Table => TypedNode::Table(Box::new(Table::from_node(self)?)),
            NodeKind::TextFileExport => TypedNode::TextFileExport(Box::new(TextFileExport::from_node(self)?)),
            NodeKind::SuperNode => TypedNode::SuperNode(Box::new(SuperNode::from_node(self)?)),
            _ => TypedNode::Other,
        })
    }
}

impl TypedNode {
    /// The node's element with these properties. Only different values are written, so that unchanged
    /// properties give an equal element.
    ///
    /// # Errors
    /// [`ErrorKind::WrongNodeType`](crate::ErrorKind::WrongNodeType) if `node` has another type.
    pub fn write_into(&self, node: &Node) -> Result<Element> {
        let mut out = PropertyWriter::new(node.element().clone());
        match self {
            TypedNode::DelimitedFileImport(now) => {
                now.write(&DelimitedFileImport::from_node(node)?, &mut out)
            }
            TypedNode::Type(now) => now.write(&Type::from_node(node)?, &mut out),
            TypedNode::Filter(now) => now.write(&Filter::from_node(node)?, &mut out),
            TypedNode::AutoDataPrep(now) => now.write(&AutoDataPrep::from_node(node)?, &mut out),
            TypedNode::ExtensionApply(now) => now.write(&ExtensionApply::from_node(node)?, &mut out),
            TypedNode::CfApply(now) => now.write(&CfApply::from_node(node)?, &mut out),
            TypedNode::Table(now) => now.write(&Table::from_node(node)?, &mut out),
            TypedNode::TextFileExport(now) => now.write(&TextFileExport::from_node(node)?, &mut out),
            TypedNode::SuperNode(now) => now.write(&SuperNode::from_node(node)?, &mut out),
            TypedNode::Other => {}
        }
        Ok(out.finish())
    }
}

#[cfg(test)]
mod tests;
