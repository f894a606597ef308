//! A source of any type with a source override.

use satsuma_engine::{Compile, Compiled, FileFormat, Reported, SourceOverride};
use satsuma_stream::{Element, Field, StreamError};

use super::common::{FileSource, Parts, SourceFile, known_fields, set_encoding, standard_dialect};
use super::records_source::{Reading, RecordsSource, given_format};
use crate::fields::filter::Filter;
use crate::fields::types::Types;

/// Compiles a source that reads the job's file instead of its own data. Its filter and types remain.
///
/// # Errors
/// The format is not supported, or the node is damaged.
pub fn compile(compile: &mut Compile<'_>, given: &SourceOverride) -> Result<Compiled, Reported> {
    let format = given_format(given).unwrap_or(FileFormat::Csv);
    let mut parts = compile.read(|node| Parts::read(node.element()))?;
    if parts.fields.is_empty() {
        parts.fields = compile.read(|node| cached_fields(node.element()))?;
    }
    if let Some(reading) = Reading::standard(format) {
        let file = SourceFile::Given(given.path.clone());
        return Ok(Compiled::source(RecordsSource::new(file, reading, parts, compile)));
    }
    let mut dialect = standard_dialect(format, compile)?;
    set_encoding(&mut dialect, given, compile)?;
    Ok(Compiled::source(FileSource {
        file: SourceFile::Given(given.path.clone()),
        dialect,
        known: known_fields(&parts.fields, compile.diagnostics()),
        filter: Filter::new(parts.filter, compile.diagnostics()),
        types: Types::new(&parts.types, compile.diagnostics())
            .limited(compile.stream().properties.maximum_set_size),
    }))
}

/// The last known fields of a source of the component framework.
pub(super) fn cached_fields(node: &Element) -> Result<Vec<Field>, StreamError> {
    let fields = node.child("cachedDataModel").into_iter().flat_map(|list| list.children("field"));
    fields.map(|field| Field::from_element(field)).collect()
}
