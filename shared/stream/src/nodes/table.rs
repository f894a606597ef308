//! Table: displays records, or writes them to a file.

use super::properties::{Property, PropertyReader, read};
use super::property_writer::{PropertyWriter, leaves};
use crate::error::Result;
use crate::node::{Node, NodeKind};
use crate::text_enum::text_enum;

text_enum! {
    /// The destination of an output node's result.
    OutputMode {
        /// The user's screen.
        Screen = "screen",
        /// A file.
        File = "file",
    }
}

text_enum! {
    /// The file format of a Table node.
    TableFileType {
        /// Text in columns.
        Formatted = "formatted",
        /// Delimited text.
        Delimited = "delimited",
        /// A web page.
        Html = "html",
        /// Modeler's own output file.
        OutputObject = "object",
    }
}

/// A Table node, IBM's `tablenode`.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// Destination of the table.
    pub output_mode: OutputMode,
    /// Path of the file.
    pub output_file_path: Option<String>,
    /// Format of the file.
    pub output_file_type: TableFileType,
    /// The name of the output, if the user set it.
    pub output_name: Option<String>,
    /// Whether the table is transposed.
    pub transpose: bool,
    /// A CLEM condition. Cells of records that satisfy it are highlighted.
    pub highlight_expression: Option<String>,
    /// Order of the fields; `natural` is the only known value.
    pub sort_order: String,
    /// Unknown properties.
    pub unknown: Vec<Property>,
}

/// Appearance of pages and cells.
const NO_EFFECT: [&str; 3] = ["formattingTable", "outputLinesPerPage", "paginateOutput"];

impl Table {
    /// Reads the node's properties.
    ///
    /// # Errors
    /// A missing property, one of another type, or a node of another type.
    pub fn from_node(node: &Node) -> Result<Self> {
        read(node, NodeKind::Table, "Table node", Self::read)
    }

    fn read(properties: &mut PropertyReader<'_>) -> Result<Self> {
        properties.skip(&NO_EFFECT);
        let automatic_name = properties.get_or("autoOutputName", true)?;
        let name = properties.text("outputName")?;
        Ok(Table {
            output_mode: properties.get_or("outputMode", OutputMode::Screen)?,
            output_file_path: properties.text("outputFilePath")?,
            output_file_type: properties.get_or("outputFileType", TableFileType::Formatted)?,
            output_name: name.filter(|_| !automatic_name),
            transpose: properties.get_or("transposeData", false)?,
            highlight_expression: properties.text("tableHighlightExpression")?,
            sort_order: properties.get_or("tableSortOrder", "natural".to_owned())?,
            unknown: properties.unknown(),
        })
    }

    pub(super) fn write(&self, before: &Self, out: &mut PropertyWriter) {
        leaves! { out, before, self:
            "outputMode" => output_mode,
            "outputFilePath" => output_file_path,
            "outputFileType" => output_file_type,
            "transposeData" => transpose,
            "tableHighlightExpression" => highlight_expression,
            "tableSortOrder" => sort_order,
        }
        if before.output_name != self.output_name {
            out.leaf("autoOutputName", &self.output_name.is_none().to_string());
            out.leaf("outputName", self.output_name.as_deref().unwrap_or_default());
        }
        out.unknown(&before.unknown, &self.unknown);
    }
}
