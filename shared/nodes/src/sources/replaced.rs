//! A source of any type whose data the job replaces by a file.

use satsuma_engine::{Compile, Compiled, FileFormat, Reported, SourceOverride};

use super::common::{FileSource, Parts, SourceFile, known_fields, set_encoding, standard_dialect};
use crate::fields::filter::Filter;
use crate::fields::types::Types;

/// Compiles a source that reads the file of the job in place of its own data. Its filter and its types stay.
///
/// # Errors
/// If the format is not supported, or the node is damaged.
pub fn compile(compile: &mut Compile<'_>, given: &SourceOverride) -> Result<Compiled, Reported> {
    let format = given.format.or_else(|| FileFormat::of_name(&given.file_name)).unwrap_or(FileFormat::Csv);
    let mut dialect = standard_dialect(format, compile)?;
    set_encoding(&mut dialect, given, compile)?;
    let parts = compile.read(|node| Parts::read(node.element()))?;
    Ok(Compiled::source(FileSource {
        file: SourceFile::Given(given.path.clone()),
        dialect,
        known: known_fields(&parts.fields, compile.diagnostics()),
        filter: Filter::new(parts.filter, compile.diagnostics()),
        types: Types::new(&parts.types, compile.diagnostics()),
    }))
}
