//! What nodes that carry PMML share: reading the document, its kernels, its errors as errors of the node.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, new_empty_array};
use satsuma_columns::DataModel;
use satsuma_engine::{Compile, DataFault, Encoded, NodeError, Reported, require};
use satsuma_pmml::{Document, Input, PmmlError, Scorer};

/// The result of reading or compiling a document, whose errors are reported.
///
/// # Errors
/// If it failed.
pub(crate) fn supported<T>(result: Result<T, PmmlError>, compile: &mut Compile<'_>) -> Result<T, Reported> {
    result.map_err(|error| match error {
        PmmlError::Unsupported { at, what } => {
            compile.refuse_value("model", what, format!("not supported, at {at} of its PMML"))
        }
        error => compile.diagnostics().uncompilable(None, error.to_string()),
    })
}

/// Reads a document and compiles its model.
///
/// # Errors
/// If the document is broken, or needs what is not supported.
pub(crate) fn scorer(pmml: &[u8], compile: &mut Compile<'_>) -> Result<Scorer, Reported> {
    let document = Document::parse(pmml);
    supported(document.and_then(|document| document.compile()), compile)
}

/// A document in a plan.
pub(crate) fn encoded(kind: &'static str, pmml: &[u8]) -> Encoded {
    Encoded { kind, version: 1, bytes: Arc::from(pmml) }
}

/// An error while scoring as an error of the node.
pub(crate) fn model_error(error: PmmlError) -> NodeError {
    match error {
        PmmlError::FieldType { name, expected, found } => {
            NodeError::Data(DataFault::Storage { field: name, found, wanted: expected.to_owned() })
        }
        // The row is that of a batch, which means nothing to people.
        PmmlError::FieldValue { name, value, .. } => {
            let message = format!("field {name:?}: {value} is too large to be computed with exactly");
            NodeError::Data(DataFault::Unreadable(message))
        }
        other => NodeError::Model(other.to_string()),
    }
}

/// The names of a model's inputs, all of which must be there.
///
/// # Errors
/// If one is not.
pub(crate) fn input_names(inputs: &[Input], model: &DataModel) -> Result<Vec<String>, NodeError> {
    inputs.iter().map(|input| require(model, &input.name).map(|field| field.name.clone())).collect()
}

/// Columns without rows, of the types that the fields have: a model tried on them shows a wrong type
/// before anything runs.
pub(crate) fn empty_columns(names: &[String], model: &DataModel) -> Vec<ArrayRef> {
    let fields = names.iter().filter_map(|name| model.field(name));
    fields.map(|field| new_empty_array(&field.storage.arrow())).collect()
}
