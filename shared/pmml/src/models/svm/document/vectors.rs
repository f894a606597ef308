//! `VectorDictionary`: the fields of a vector, and the support vectors.

use crate::common::array;
use crate::error::PmmlError;
use crate::limits::MAX_MATRIX_CELLS;
use crate::xml::Node;

/// A coordinate of the vectors.
#[derive(Debug, Clone, PartialEq)]
pub enum VectorField {
    /// The number in a field.
    Field(String),
    /// 1 if a field has a category, otherwise 0.
    Category {
        /// The field's name.
        field: String,
        /// The category.
        value: String,
    },
}

/// The contents of a `VectorDictionary`.
pub(crate) struct Dictionary {
    pub(crate) fields: Vec<VectorField>,
    pub(crate) ids: Vec<String>,
    pub(crate) vectors: Vec<f64>,
}

impl Dictionary {
    pub(crate) fn read(node: &Node<'_>) -> Result<Self, PmmlError> {
        node.expect(&["numberOfVectors"], &["VectorFields", "VectorInstance"])?;
        let fields = fields(&node.required_child("VectorFields")?)?;
        let count = node.element.children.len();
        if count.saturating_mul(fields.len()) > MAX_MATRIX_CELLS {
            return Err(node.limit("numbers in support vectors", MAX_MATRIX_CELLS));
        }
        let mut dictionary = Self { fields, ids: Vec::new(), vectors: Vec::new() };
        for vector in node.all("VectorInstance") {
            vector.expect(&["id"], &["Array", "REAL-SparseArray"])?;
            let array = vector.child("REAL-SparseArray").or_else(|| vector.child("Array"));
            let array = array.ok_or_else(|| vector.invalid("no numbers"))?;
            array::read_into(&array, dictionary.fields.len(), &mut dictionary.vectors)?;
            dictionary.ids.push(vector.required("id")?.to_owned());
        }
        match node.count("numberOfVectors")? {
            Some(stated) if stated != dictionary.ids.len() => {
                Err(node.invalid(format!("{} vectors instead of {stated}", dictionary.ids.len())))
            }
            _ => Ok(dictionary),
        }
    }
}

fn fields(node: &Node<'_>) -> Result<Vec<VectorField>, PmmlError> {
    node.expect(&["numberOfFields"], &["FieldRef", "CategoricalPredictor"])?;
    let mut fields = Vec::new();
    for field in node.children().filter(|n| n.name() != "Extension") {
        fields.push(match field.name() {
            "FieldRef" => {
                field.expect(&["field"], &[])?;
                VectorField::Field(field.required("field")?.to_owned())
            }
            _ => {
                field.expect(&["name", "value", "coefficient"], &[])?;
                if field.required_number("coefficient")? != 1.0 {
                    return Err(field.unsupported("a coefficient other than 1"));
                }
                let value = field.required("value")?.to_owned();
                VectorField::Category { field: field.required("name")?.to_owned(), value }
            }
        });
    }
    if fields.is_empty() {
        return Err(node.invalid("no fields"));
    }
    match node.count("numberOfFields")? {
        Some(stated) if stated != fields.len() => {
            Err(node.invalid(format!("{} fields instead of {stated}", fields.len())))
        }
        _ => Ok(fields),
    }
}
