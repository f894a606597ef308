//! Typed properties, one file a node type.
//!
//! Each type is read with its `from_node`, or all at once with [`Node::typed`](crate::Node::typed).
//! Names with a fixed set of values keep what is not in the set as `Other`; properties that are not
//! known end up in `unknown`. Neither is an error here: the engine refuses them, naming node,
//! property and value, before anything runs.

mod auto_data_prep;
mod cf_apply;
mod cf_parameters;
mod delimited_file_import;
mod extension_apply;
mod filter;
mod model_header;
mod properties;
mod svm_options;
mod table;
mod text_file_export;
mod type_node;

pub use auto_data_prep::{AutoDataPrep, UnusedFields};
pub use cf_apply::{CfApply, ContainerRef};
pub use cf_parameters::{CfParameters, CfValue};
pub use delimited_file_import::{DelimitedFileImport, Delimiters, InvalidCharacters, QuoteMode, TrimMode};
pub use extension_apply::{ContentRef, ExtensionApply, ExtensionContainer};
pub use filter::Filter;
pub use model_header::{ModelHeader, OutputField, OutputRole};
pub use properties::Property;
pub use svm_options::SvmOptions;
pub use table::{OutputMode, Table, TableFileType};
pub use text_file_export::{FieldSeparator, QuoteSymbolic, TextFileExport, WriteMode};
pub use type_node::Type;

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
    /// A node whose properties are not read further.
    Other,
}

impl Node {
    /// The node's properties, typed as far as this crate knows its type.
    ///
    /// # Errors
    /// If something in them is missing or not of its kind.
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
            _ => TypedNode::Other,
        })
    }
}

#[cfg(test)]
mod tests;
