//! What nodes that carry PMML share: reading the document, and its errors as errors of the node.

use datafusion::arrow::array::{ArrayRef, new_empty_array};
use satsuma_pmml::{Document, Input, PmmlError, Scorer};

use crate::error::{DataFault, EngineError, NodeRef};
use crate::refusals::NodeRefusals;
use crate::table::Table;

/// What reading or compiling a document gave. What this version does not compute is a refusal (`None`);
/// a document that is broken is an error.
pub(crate) fn supported<T>(
    result: Result<T, PmmlError>,
    refusals: &mut NodeRefusals<'_>,
) -> Result<Option<T>, EngineError> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(PmmlError::Unsupported { at, what }) => {
            refusals.value("model", what, format!("not supported, at {at} of its PMML"));
            Ok(None)
        }
        Err(error) => Err(EngineError::Model { node: refusals.node.clone(), message: error.to_string() }),
    }
}

/// Reads a document and compiles its model.
pub(crate) fn scorer(pmml: &[u8], refusals: &mut NodeRefusals<'_>) -> Result<Option<Scorer>, EngineError> {
    let document = Document::parse(pmml);
    supported(document.and_then(|document| document.compile()), refusals)
}

/// An error while scoring as an error of the node.
pub(crate) fn model_error(node: &NodeRef, error: PmmlError) -> EngineError {
    match error {
        PmmlError::FieldType { name, expected, found } => {
            EngineError::data(node, DataFault::Storage { field: name, found, wanted: expected.to_owned() })
        }
        other => EngineError::Model { node: node.clone(), message: other.to_string() },
    }
}

/// The names of a model's inputs, all of which the table must have.
pub(crate) fn input_names(
    inputs: &[Input],
    table: &Table,
    node: &NodeRef,
) -> Result<Vec<String>, EngineError> {
    inputs.iter().map(|input| table.require(&input.name, node).map(|field| field.name.clone())).collect()
}

/// Columns without rows, of the types that the table has: a model tried on them shows a wrong type
/// before anything runs.
pub(crate) fn empty_columns(names: &[String], table: &Table) -> Vec<ArrayRef> {
    let fields = names.iter().filter_map(|name| table.field(name));
    fields.map(|field| new_empty_array(&field.storage.arrow())).collect()
}
