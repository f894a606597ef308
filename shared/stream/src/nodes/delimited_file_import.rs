//! Var. File: reads a delimited text file.

use super::properties::{Property, PropertyReader, read};
use super::property_writer::{PropertyWriter, leaves};
use crate::element::Element;
use crate::error::Result;
use crate::field::Field;
use crate::node::{Node, NodeKind};
use crate::tables::{FilterTable, TextImportTable, TypeTable};
use crate::text_enum::text_enum;

text_enum! {
    /// Treatment of blanks around a text.
    TrimMode {
        /// They are kept.
        None = "none",
        /// Leading blanks are removed.
        Left = "left",
        /// Trailing blanks are removed.
        Right = "right",
        /// All are removed.
        Both = "both",
    }
}

text_enum! {
    /// Treatment of quotation marks.
    QuoteMode {
        /// All are dropped.
        Discard = "discard",
        /// Pairs are dropped, and the text between them is one value.
        PairAndDiscard = "pairDiscard",
        /// They are part of the value.
        Include = "include",
    }
}

text_enum! {
    /// Treatment of bytes that are invalid in the file's encoding.
    InvalidCharacters {
        /// They are dropped.
        Discard = "discard",
        /// They are replaced.
        Replace = "replace",
    }
}

/// The delimiters of values: the union of all these.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delimiters {
    /// Commas.
    pub comma: bool,
    /// Tabs.
    pub tab: bool,
    /// Spaces.
    pub space: bool,
    /// Line ends.
    pub newline: bool,
    /// Nonprinting characters.
    pub non_printing: bool,
    /// Any of these characters; empty if disabled.
    pub other: String,
}

/// A Var. File node, IBM's `variablefilenode`.
#[derive(Debug, Clone, PartialEq)]
pub struct DelimitedFileImport {
    /// Path of the file on the computer that wrote the stream, such as `C:\data\in.csv`.
    pub input_file_name: String,
    /// Its encoding: `clientDefault`, `serverDefault` or a name such as `UTF-8`.
    pub file_encoding: String,
    /// Whether the first line after the skipped part has the names of the fields.
    pub field_names_included: bool,
    /// Number of characters to skip before the first record, IBM's `skip_header`.
    pub skip_header_count: u32,
    /// The number of fields, if the user set it.
    pub field_count: Option<u32>,
    /// The delimiters of values.
    pub delimiters: Delimiters,
    /// Whether consecutive delimiters count as one.
    pub multi_blank_delimiters: bool,
    /// Whether a line end ends a record, even one with too few fields.
    pub break_case_by_newline: bool,
    /// Characters that start a comment, which extends to the end of the line.
    pub comment_characters: String,
    /// Treatment of blanks around texts.
    pub trim_mode: TrimMode,
    /// Treatment of `'`.
    pub single_quotes: QuoteMode,
    /// Treatment of `"`.
    pub double_quotes: QuoteMode,
    /// Treatment of bytes that are invalid in the encoding.
    pub invalid_characters: InvalidCharacters,
    /// The replacement of invalid bytes.
    pub invalid_character_replacement: String,
    /// Decimal symbol: `default` for that of the stream, `period` or `comma`.
    pub real_decimal_symbol: String,
    /// Whether dates and times are recognised.
    pub recognize_dates: bool,
    /// Number of lines that are scanned for storages.
    pub scan_line_count: u32,
    /// Whether `[1,2]` is a list.
    pub square_brackets_are_lists: bool,
    /// Storage of columns, set by the user.
    pub text_import_table: TextImportTable,
    /// Types of the fields, after the filter.
    pub type_table: TypeTable,
    /// The kept fields and their new names. Applies before the types.
    pub filter_table: FilterTable,
    /// The fields of the file at its last reading, in the order of its columns.
    pub imported_fields: Vec<Field>,
    /// Unknown properties.
    pub unknown: Vec<Property>,
}

/// Display settings and internal data.
const NO_EFFECT: [&str; 2] = ["publishTag", "sampleLineCount"];

impl DelimitedFileImport {
    /// Reads the node's properties.
    ///
    /// # Errors
    /// A missing property, one of another type, or a node of another type.
    pub fn from_node(node: &Node) -> Result<Self> {
        read(node, NodeKind::DelimitedFileImport, "Var. File node", Self::read)
    }

    fn read(properties: &mut PropertyReader<'_>) -> Result<Self> {
        properties.skip(&NO_EFFECT);
        let has_count = properties.get_or("useManualFieldCount", false)?;
        let count = properties.get("manualFieldCount")?;
        let text_import_table = properties.element("textImportTable");
        let type_table = properties.element("typeTable");
        let filter_table = properties.element("filterTable");
        let fields = properties.node().element().child("importedFields");
        Ok(DelimitedFileImport {
            input_file_name: properties.get_or("inputFileName", String::new())?,
            file_encoding: properties.get_or("fileEncoding", "serverDefault".to_owned())?,
            field_names_included: properties.get_or("fieldNamesIncluded", true)?,
            skip_header_count: properties.get_or("skipHeaderCount", 0)?,
            field_count: count.filter(|_| has_count),
            delimiters: Delimiters::read(properties)?,
            multi_blank_delimiters: properties.get_or("multiBlankDelimiters", false)?,
            break_case_by_newline: properties.get_or("breakCasebyNewline", false)?,
            comment_characters: properties.get_or("eolCommentChars", String::new())?,
            trim_mode: properties.get_or("trimMode", TrimMode::None)?,
            single_quotes: properties.get_or("singleQuoteMode", QuoteMode::Discard)?,
            double_quotes: properties.get_or("doubleQuoteMode", QuoteMode::PairAndDiscard)?,
            invalid_characters: properties.get_or("invalidCharacterMode", InvalidCharacters::Discard)?,
            invalid_character_replacement: properties.get_or("invalidCharacterReplacement", String::new())?,
            real_decimal_symbol: properties.get_or("realDecimalSymbol", "default".to_owned())?,
            recognize_dates: properties.get_or("autoRecognizeDates", true)?,
            scan_line_count: properties.get_or("scanLineCount", 50)?,
            square_brackets_are_lists: properties.get_or("treatSquareBracketsAsLists", false)?,
            text_import_table: text_import_table
                .map(TextImportTable::from_element)
                .transpose()?
                .unwrap_or_default(),
            type_table: type_table.map(TypeTable::from_element).transpose()?.unwrap_or_default(),
            filter_table: filter_table.map(FilterTable::from_element).transpose()?.unwrap_or_default(),
            imported_fields: Field::list(fields, "field")?,
            unknown: properties.unknown(),
        })
    }

    pub(super) fn write(&self, before: &Self, out: &mut PropertyWriter) {
        leaves! { out, before, self:
            "inputFileName" => input_file_name,
            "fileEncoding" => file_encoding,
            "fieldNamesIncluded" => field_names_included,
            "skipHeaderCount" => skip_header_count,
            "delimitOnComma" => delimiters.comma,
            "delimitOnTab" => delimiters.tab,
            "delimitOnSpace" => delimiters.space,
            "delimitOnNewline" => delimiters.newline,
            "delimitOnNonPrintChars" => delimiters.non_printing,
            "multiBlankDelimiters" => multi_blank_delimiters,
            "breakCasebyNewline" => break_case_by_newline,
            "eolCommentChars" => comment_characters,
            "trimMode" => trim_mode,
            "singleQuoteMode" => single_quotes,
            "doubleQuoteMode" => double_quotes,
            "invalidCharacterMode" => invalid_characters,
            "invalidCharacterReplacement" => invalid_character_replacement,
            "realDecimalSymbol" => real_decimal_symbol,
            "autoRecognizeDates" => recognize_dates,
            "scanLineCount" => scan_line_count,
            "treatSquareBracketsAsLists" => square_brackets_are_lists,
        }
        if before.delimiters.other != self.delimiters.other {
            out.leaf("useDelimiterChars", &(!self.delimiters.other.is_empty()).to_string());
            out.leaf("delimiterChars", &self.delimiters.other);
        }
        if before.field_count != self.field_count {
            out.leaf("useManualFieldCount", &self.field_count.is_some().to_string());
            out.leaf("manualFieldCount", &self.field_count.unwrap_or(1).to_string());
        }
        if before.text_import_table != self.text_import_table {
            out.table("textImportTable", |old| self.text_import_table.write_into(old));
        }
        if before.type_table != self.type_table {
            out.table("typeTable", |old| self.type_table.write_into(old));
        }
        if before.filter_table != self.filter_table {
            out.table("filterTable", |old| self.filter_table.write_into(old));
        }
        if before.imported_fields != self.imported_fields {
            let fields = self.imported_fields.iter().map(|field| field.to_element("field"));
            let fields = Element::new("importedFields").with_children(fields);
            out.element_mut().put_child(fields);
        }
        out.unknown(&before.unknown, &self.unknown);
    }
}

impl Delimiters {
    fn read(properties: &mut PropertyReader<'_>) -> Result<Self> {
        let has_other = properties.get_or("useDelimiterChars", false)?;
        let other = properties.get_or("delimiterChars", String::new())?;
        Ok(Delimiters {
            comma: properties.get_or("delimitOnComma", true)?,
            tab: properties.get_or("delimitOnTab", false)?,
            space: properties.get_or("delimitOnSpace", false)?,
            newline: properties.get_or("delimitOnNewline", true)?,
            non_printing: properties.get_or("delimitOnNonPrintChars", false)?,
            other: if has_other { other } else { String::new() },
        })
    }
}
