//! A terminal node of any type with an export override.

use satsuma_engine::{Compile, Compiled, ExportOverride, FileFormat, Reported};

use super::format_file;

/// Compiles the export override of a terminal node.
///
/// # Errors
/// The format is not supported.
pub fn compile(compile: &mut Compile<'_>, export: &ExportOverride) -> Result<Compiled, Reported> {
    let by_name = FileFormat::of_name(&export.file_name);
    let format = export.format.or(by_name).unwrap_or_else(|| compile.format());
    format_file::terminal(format, &export.file_name, compile)
}
