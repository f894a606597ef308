//! Adds sources, field operations and outputs.

use super::document::with_leaves;
use super::{NodeRef, StreamBuilder};
use crate::element::Element;
use crate::field::Field;
use crate::node::NodeType;
use crate::tables::{FilterTable, TextImportTable, TypeTable};

impl StreamBuilder {
    /// Adds a Var. File node that reads a comma-separated file whose first line names its fields.
    pub fn delimited_file(&mut self, path: &str, fields: &[Field]) -> NodeRef {
        let node_type = NodeType::new("DelimitedFileImportNode");
        let (element, properties) = self.new_node(&node_type, "Var. File");
        let leaves = [
            ("inputFileName", path),
            ("fileEncoding", "UTF-8"),
            ("fieldNamesIncluded", "true"),
            ("skipHeaderCount", "0"),
            ("useManualFieldCount", "false"),
            ("manualFieldCount", "1"),
            ("delimitOnComma", "true"),
            ("delimitOnTab", "false"),
            ("delimitOnSpace", "false"),
            ("delimitOnNewline", "true"),
            ("delimitOnNonPrintChars", "false"),
            ("useDelimiterChars", "false"),
            ("delimiterChars", ""),
            ("multiBlankDelimiters", "false"),
            ("breakCasebyNewline", "true"),
            ("eolCommentChars", ""),
            ("trimMode", "none"),
            ("singleQuoteMode", "include"),
            ("doubleQuoteMode", "pairDiscard"),
            ("invalidCharacterMode", "discard"),
            ("invalidCharacterReplacement", ""),
            ("realDecimalSymbol", "default"),
            ("autoRecognizeDates", "true"),
            ("scanLineCount", "50"),
            ("treatSquareBracketsAsLists", "false"),
        ];
        let properties = with_leaves(properties, &leaves)
            .with_child(TextImportTable::default().to_element())
            .with_child(TypeTable::pass().to_element())
            .with_child(FilterTable::default().to_element());
        let fields = fields.iter().map(|field| field.to_element("field"));
        let imported = Element::new("importedFields").with_children(fields);
        self.push(element.with_child(properties).with_child(imported))
    }

    /// Adds a Type node.
    pub fn type_node(&mut self, types: &TypeTable) -> NodeRef {
        self.plain_node("TypeNode", "Type", &[], vec![types.to_element()])
    }

    /// Adds a Filter node.
    pub fn filter(&mut self, filter: &FilterTable) -> NodeRef {
        self.plain_node("FilterNode", "Filter", &[], vec![filter.to_element()])
    }

    /// Adds an Auto Data Prep node that applies an analysis in PMML. Fields that the analysis does not use
    /// are dropped.
    pub fn auto_data_prep(&mut self, analysis_pmml: &str) -> NodeRef {
        let node_type = NodeType::new("AutoDataPrepNode");
        let (element, properties) = self.new_node(&node_type, "Auto Data Prep");
        let leaves = [
            ("excludeNoUsedField", "filterOut"),
            ("useCustomSettings", "false"),
            ("nameExtForInputs", "_transformed"),
            ("nameExtForTarget", "_transformed"),
        ];
        let element = element
            .with_attr("analysisPmml", analysis_pmml)
            .with_child(with_leaves(properties, &leaves))
            .with_child(Element::new("inputFields"));
        self.push(element)
    }

    /// Adds a Table node that shows its table on the screen.
    pub fn table(&mut self) -> NodeRef {
        let leaves = [
            ("outputMode", "screen"),
            ("outputFilePath", ""),
            ("outputFileType", "formatted"),
            ("autoOutputName", "true"),
            ("outputName", ""),
            ("tableSortOrder", "natural"),
            ("tableHighlightExpression", ""),
            ("transposeData", "false"),
        ];
        let node = self.plain_node("TableNode", "Table", &leaves, Vec::new());
        self.terminals.push(node.id());
        node
    }

    /// Adds a Flat File node that writes a comma-separated file.
    pub fn text_file_export(&mut self, path: &str) -> NodeRef {
        let leaves = [
            ("exportFileName", path),
            ("writeMode", "overwrite"),
            ("includeFieldNames", "true"),
            ("newlineAfterRecord", "true"),
            ("fieldSeparator", "comma"),
            ("delimiterChars", ""),
            ("quoteSymbolicValues", "doubleQuotes"),
            ("userQuoteMark", ""),
            ("fileEncoding", "UTF-8"),
            ("realDecimalSymbol", "default"),
            ("executionMode", "export_data"),
        ];
        let node = self.plain_node("TextFileExportNode", "Flat File", &leaves, Vec::new());
        self.terminals.push(node.id());
        node
    }
}
