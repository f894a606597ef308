//! Common code of nodes with PMML: reading the document, its kernels, and conversion of its errors.

use datafusion::arrow::array::{ArrayRef, new_empty_array};
use satsuma_columns::DataModel;
use satsuma_engine::{Compile, DataFault, NodeError, Reported, require};
use satsuma_pmml::{Document, Input, Options, PmmlError, Scorer};

/// The result of reading or compiling a document, whose errors are reported.
///
/// # Errors
/// A failure.
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
/// The document is damaged, or needs an unsupported feature.
pub(crate) fn scorer(pmml: &[u8], compile: &mut Compile<'_>) -> Result<Scorer, Reported> {
    let document = Document::parse(pmml);
    supported(document.and_then(|document| document.compile()), compile)
}

/// The same, with options.
///
/// # Errors
/// As for [`scorer`].
pub(crate) fn scorer_with(
    pmml: &[u8],
    options: &Options,
    compile: &mut Compile<'_>,
) -> Result<Scorer, Reported> {
    let document = Document::parse(pmml);
    supported(document.and_then(|document| Scorer::compile(&document, options)), compile)
}

/// A model that was compiled before, with these options, perhaps elsewhere. Its verification records, which
/// were scored then, are not scored again.
///
/// # Errors
/// If the document is damaged.
pub(crate) fn compiled(pmml: &[u8], options: &Options) -> Result<Scorer, NodeError> {
    let unverified = Options { verify: false, ..options.clone() };
    let scorer = Document::parse(pmml).and_then(|document| Scorer::compile(&document, &unverified));
    scorer.map_err(model_error)
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

/// The names of a model's inputs, all of which must exist.
///
/// # Errors
/// An input is missing.
pub(crate) fn input_names(inputs: &[Input], model: &DataModel) -> Result<Vec<String>, NodeError> {
    inputs.iter().map(|input| require(model, &input.name).map(|field| field.name.clone())).collect()
}

/// Columns without rows, with the types of the fields: testing a model on them detects a wrong type before
/// anything runs.
pub(crate) fn empty_columns(names: &[String], model: &DataModel) -> Vec<ArrayRef> {
    let fields = names.iter().filter_map(|name| model.field(name));
    fields.map(|field| new_empty_array(&field.storage.arrow())).collect()
}
