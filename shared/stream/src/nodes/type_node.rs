//! Type: sets measure, values, role and checks of fields.

use super::properties::{Property, PropertyReader, read};
use super::property_writer::PropertyWriter;
use crate::error::Result;
use crate::node::{Node, NodeKind};
use crate::tables::TypeTable;

/// A Type node, IBM's `typenode`.
#[derive(Debug, Clone, PartialEq)]
pub struct Type {
    /// The settings.
    pub type_table: TypeTable,
    /// Unknown properties.
    pub unknown: Vec<Property>,
}

impl Type {
    /// Reads the node's properties.
    ///
    /// # Errors
    /// A missing property, one of another type, or a node of another type.
    pub fn from_node(node: &Node) -> Result<Self> {
        read(node, NodeKind::Type, "Type node", Self::read)
    }

    fn read(properties: &mut PropertyReader<'_>) -> Result<Self> {
        // Display of values in tables.
        properties.skip(&["formattingTable"]);
        let table = properties.element("typeTable");
        let table = table.map(TypeTable::from_element).transpose()?;
        Ok(Type { type_table: table.unwrap_or_default(), unknown: properties.unknown() })
    }

    pub(super) fn write(&self, before: &Self, out: &mut PropertyWriter) {
        if before.type_table != self.type_table {
            out.table("typeTable", |old| self.type_table.write_into(old));
        }
        out.unknown(&before.unknown, &self.unknown);
    }
}
