//! Flat File: writes a delimited text file.

use super::properties::{Property, PropertyReader, read};
use super::property_writer::{PropertyWriter, leaves};
use crate::error::Result;
use crate::node::{Node, NodeKind};
use crate::text_enum::text_enum;

text_enum! {
    /// Treatment of an existing file.
    WriteMode {
        /// It is replaced.
        Overwrite = "overwrite",
        /// Records are appended to it.
        Append = "append",
    }
}

text_enum! {
    /// The separator of values.
    FieldSeparator {
        /// A comma.
        Comma = "comma",
        /// A tab.
        Tab = "tab",
        /// A space.
        Space = "space",
        /// The characters in [`TextFileExport::other_separator`].
        Custom = "other",
    }
}

text_enum! {
    /// The quotation mark of texts.
    QuoteSymbolic {
        /// None.
        None = "none",
        /// `'`.
        SingleQuotes = "singleQuotes",
        /// `"`.
        DoubleQuotes = "doubleQuotes",
        /// The characters in [`TextFileExport::other_quote`].
        Custom = "other",
    }
}

/// A Flat File node, IBM's `outputfilenode`.
#[derive(Debug, Clone, PartialEq)]
pub struct TextFileExport {
    /// Path of the file on the computer that wrote the stream.
    pub export_file_name: String,
    /// Treatment of an existing file.
    pub write_mode: WriteMode,
    /// Whether the first line has the names of the fields.
    pub include_field_names: bool,
    /// Whether each record ends with a line break.
    pub newline_after_record: bool,
    /// The separator of values.
    pub field_separator: FieldSeparator,
    /// The separator, if it is a custom one.
    pub other_separator: String,
    /// The quotation mark of texts.
    pub quote_symbolic: QuoteSymbolic,
    /// The quotation mark, if it is a custom one.
    pub other_quote: String,
    /// Encoding of the file: `clientDefault`, `serverDefault` or a name such as `UTF-8`.
    pub file_encoding: String,
    /// Decimal symbol: `default` for that of the stream, `period` or `comma`.
    pub real_decimal_symbol: String,
    /// The action; `export_data` is the only known one.
    pub execution_mode: String,
    /// Unknown properties.
    pub unknown: Vec<Property>,
}

/// Settings for publishing, another way of execution.
const NO_EFFECT: [&str; 6] = [
    "autoGenerateImportNode",
    "outputFileName",
    "publishMetadata",
    "publishParameters",
    "publishTag",
    "publishUseParameters",
];

impl TextFileExport {
    /// Reads the node's properties.
    ///
    /// # Errors
    /// A missing property, one of another type, or a node of another type.
    pub fn from_node(node: &Node) -> Result<Self> {
        read(node, NodeKind::TextFileExport, "Flat File node", Self::read)
    }

    fn read(properties: &mut PropertyReader<'_>) -> Result<Self> {
        properties.skip(&NO_EFFECT);
        Ok(TextFileExport {
            export_file_name: properties.get_or("exportFileName", String::new())?,
            write_mode: properties.get_or("writeMode", WriteMode::Overwrite)?,
            include_field_names: properties.get_or("includeFieldNames", true)?,
            newline_after_record: properties.get_or("newlineAfterRecord", true)?,
            field_separator: properties.get_or("fieldSeparator", FieldSeparator::Comma)?,
            other_separator: properties.get_or("delimiterChars", String::new())?,
            quote_symbolic: properties.get_or("quoteSymbolicValues", QuoteSymbolic::DoubleQuotes)?,
            other_quote: properties.get_or("userQuoteMark", String::new())?,
            file_encoding: properties.get_or("fileEncoding", "serverDefault".to_owned())?,
            real_decimal_symbol: properties.get_or("realDecimalSymbol", "default".to_owned())?,
            execution_mode: properties.get_or("executionMode", "export_data".to_owned())?,
            unknown: properties.unknown(),
        })
    }

    pub(super) fn write(&self, before: &Self, out: &mut PropertyWriter) {
        leaves! { out, before, self:
            "exportFileName" => export_file_name,
            "writeMode" => write_mode,
            "includeFieldNames" => include_field_names,
            "newlineAfterRecord" => newline_after_record,
            "fieldSeparator" => field_separator,
            "delimiterChars" => other_separator,
            "quoteSymbolicValues" => quote_symbolic,
            "userQuoteMark" => other_quote,
            "fileEncoding" => file_encoding,
            "realDecimalSymbol" => real_decimal_symbol,
            "executionMode" => execution_mode,
        }
        out.unknown(&before.unknown, &self.unknown);
    }
}
