//! Filter: drops and renames fields.

use super::properties::{Property, PropertyReader, read};
use super::property_writer::PropertyWriter;
use crate::error::Result;
use crate::node::{Node, NodeKind};
use crate::tables::FilterTable;

/// A Filter node, IBM's `filternode`.
#[derive(Debug, Clone, PartialEq)]
pub struct Filter {
    /// The settings.
    pub filter_table: FilterTable,
    /// Unknown properties.
    pub unknown: Vec<Property>,
}

impl Filter {
    /// Reads the node's properties.
    ///
    /// # Errors
    /// A missing property, one of another type, or a node of another type.
    pub fn from_node(node: &Node) -> Result<Self> {
        read(node, NodeKind::Filter, "Filter node", Self::read)
    }

    fn read(properties: &mut PropertyReader<'_>) -> Result<Self> {
        let table = properties.element("filterTable");
        let table = table.map(FilterTable::from_element).transpose()?;
        Ok(Filter { filter_table: table.unwrap_or_default(), unknown: properties.unknown() })
    }

    pub(super) fn write(&self, before: &Self, out: &mut PropertyWriter) {
        if before.filter_table != self.filter_table {
            out.table("filterTable", |old| self.filter_table.write_into(old));
        }
        out.unknown(&before.unknown, &self.unknown);
    }
}
