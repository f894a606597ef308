//! `ModelVerification`: records with the writer's results.
//!
//! <https://dmg.org/pmml/v4-4/ModelVerification.html>

use super::Rows;
use crate::error::{Location, PmmlError};
use crate::xml::Node;

/// Records with the writer's results.
#[derive(Debug, Clone, PartialEq)]
pub struct ModelVerification {
    /// The fields of the records: inputs, and outputs or the target.
    pub fields: Vec<VerificationField>,
    /// The records, one column per field.
    pub rows: Rows,
    /// Where they are.
    pub location: Location,
}

/// A field of verification records.
#[derive(Debug, Clone, PartialEq)]
pub struct VerificationField {
    /// The field's name.
    pub field: String,
    /// The allowed relative difference.
    pub precision: f64,
    /// The allowed difference from zero.
    pub zero_threshold: f64,
}

impl ModelVerification {
    pub(crate) fn read(node: &Node<'_>) -> Result<Self, PmmlError> {
        node.expect(&["recordCount", "fieldCount"], &["VerificationFields", "InlineTable"])?;
        let list = node.required_child("VerificationFields")?;
        list.expect(&[], &["VerificationField"])?;
        let mut fields = Vec::new();
        let mut columns = Vec::new();
        for field in list.all("VerificationField") {
            field.expect(&["field", "column", "precision", "zeroThreshold"], &[])?;
            let name = field.required("field")?;
            columns.push(field.attribute("column").unwrap_or(name));
            fields.push(VerificationField {
                field: name.to_owned(),
                precision: field.number("precision")?.unwrap_or(1e-6),
                zero_threshold: field.number("zeroThreshold")?.unwrap_or(1e-16),
            });
        }
        let rows = Rows::read(&node.required_child("InlineTable")?, &columns)?;
        Ok(Self { fields, rows, location: node.location() })
    }
}
