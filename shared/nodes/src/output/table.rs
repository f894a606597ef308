//! Table: in a job, a result file. IBM: "Table node", `tablenode`.
//!
//! How a table looks on a screen means nothing here: records are written in the job's format, under the
//! name that the user gave the output, the file or the node.

use satsuma_engine::{Compile, Compiled, Inputs, NodeType, Reported};
use satsuma_stream::nodes::Table;

use crate::export::records::{RecordFile, safe_name, standard_layout};
use crate::sources::common::base_name;

/// The type of node.
pub static NODE: NodeType =
    NodeType { class: "TableNode", extension: None, inputs: Inputs::One, settings: &[], compile };

fn compile(compile: &mut Compile<'_>) -> Result<Compiled, Reported> {
    let settings = compile.read(Table::from_node)?;
    let diagnostics = compile.diagnostics();
    diagnostics.unknown(&settings.unknown);
    diagnostics.unless(!settings.transpose, "transposeData", true, "transposing is not supported");
    let order = &settings.sort_order;
    diagnostics.unless(order == "natural", "tableSortOrder", order, "only the natural order of fields is supported");
    let layout = standard_layout(compile.format(), compile)?;
    let file = settings.output_file_path.as_deref().map(|path| stem(base_name(path)));
    let name = settings.output_name.as_deref().or(file).unwrap_or(&compile.node_ref().label);
    let file_name = safe_name(&format!("{name}.{}", layout.extension), &layout);
    Ok(Compiled::terminal(RecordFile { file_name, layout }))
}

/// A file name without its extension.
fn stem(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}
