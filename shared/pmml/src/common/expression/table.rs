//! `MapValues`: a lookup in a table of the document.

use crate::common::dictionary::{self, DataType};
use crate::error::PmmlError;
use crate::xml::Node;

/// A lookup of one or more fields in a table.
#[derive(Debug, Clone, PartialEq)]
pub struct MapValues {
    /// The fields that are looked up, in order.
    pub fields: Vec<String>,
    /// The table, its keys in the order of `fields`.
    pub table: InlineTable,
    /// The result if one of the fields is missing.
    pub map_missing_to: Option<String>,
    /// The result if no row matches.
    pub default_value: Option<String>,
    /// The type of the results, if stated.
    pub data_type: Option<DataType>,
}

/// The rows of a table.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct InlineTable {
    /// Keys, row by row, one for each field. A row with an absent key is refused.
    pub keys: Vec<Vec<String>>,
    /// The result of each row.
    pub results: Vec<String>,
}

impl MapValues {
    pub(crate) fn read(node: &Node<'_>) -> Result<Self, PmmlError> {
        let attributes = ["outputColumn", "mapMissingTo", "defaultValue", "dataType"];
        node.expect(&attributes, &["FieldColumnPair", "InlineTable"])?;
        let mut fields = Vec::new();
        let mut columns = Vec::new();
        for pair in node.all("FieldColumnPair") {
            pair.expect(&["field", "column"], &[])?;
            fields.push(pair.required("field")?.to_owned());
            columns.push(local(pair.required("column")?));
        }
        if fields.is_empty() {
            return Err(node.invalid("no FieldColumnPair element"));
        }
        let output = local(node.required("outputColumn")?);
        Ok(Self {
            fields,
            table: InlineTable::read(&node.required_child("InlineTable")?, &columns, output)?,
            map_missing_to: node.owned("mapMissingTo"),
            default_value: node.owned("defaultValue"),
            data_type: dictionary::data_type(node)?,
        })
    }
}

impl InlineTable {
    fn read(node: &Node<'_>, columns: &[&str], output: &str) -> Result<Self, PmmlError> {
        node.expect(&[], &["row"])?;
        let mut table = Self::default();
        for row in node.all("row") {
            let cell = |column: &str| {
                let cell = row.element.children.iter().find(|e| e.name == column);
                let cell = cell.ok_or_else(|| row.invalid(format!("no column {column:?}")))?;
                Ok(cell.text.clone())
            };
            table.keys.push(columns.iter().map(|c| cell(c)).collect::<Result<_, PmmlError>>()?);
            table.results.push(cell(output)?);
        }
        Ok(table)
    }
}

/// A column's name without its namespace prefix (`data:input`).
fn local(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}
