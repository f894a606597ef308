//! Table: in a job, a result file. IBM: "Table node", `tablenode`.
//!
//! Display settings of a table have no effect: records are written in the job's format, under the name of the
//! output, the file or the node.

use satsuma_engine::{Compile, Compiled, Inputs, NodeType, Reported};
use satsuma_stream::nodes::Table;

use crate::export::format_file;
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
    diagnostics.unless(
        order == "natural",
        "tableSortOrder",
        order,
        "only the natural order of fields is supported",
    );
    let file = settings.output_file_path.as_deref().map(|path| stem(base_name(path)));
    let label = compile.node_ref().label.clone();
    let name = settings.output_name.as_deref().or(file).unwrap_or(&label);
    let format = compile.format();
    format_file::terminal(format, &format!("{name}.{}", format_file::extension(format)), compile)
}

/// A file name without its extension.
fn stem(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}
