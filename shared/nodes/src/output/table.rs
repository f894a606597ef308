//! Table: in a job, a result file. IBM: `tablenode`.
//!
//! How a table looks on a screen means nothing here: records are written in the job's format, under the
//! name that the user gave the output, the file or the node.

use satsuma_stream::nodes::Table;

use super::source::base_name;
use crate::error::EngineError;
use crate::export::{Export, safe_name, standard_layout};
use crate::refusals::NodeRefusals;
use crate::step::NodeContext;

/// Understands a Table node.
pub(crate) fn understand(
    context: &NodeContext<'_>,
    refusals: &mut NodeRefusals<'_>,
) -> Result<Option<Export>, EngineError> {
    let settings = Table::from_node(context.node).map_err(|error| refusals.damaged(&error))?;
    refusals.unknown(&settings.unknown);
    refusals.unless(!settings.transpose, "transposeData", true, "rows and columns cannot change places");
    let order = &settings.sort_order;
    refusals.unless(order == "natural", "tableSortOrder", order, "fields stay in their natural order");
    let Some(layout) = standard_layout(context.request.format, refusals) else {
        return Ok(None);
    };
    let file = settings.output_file_path.as_deref().map(|path| stem(base_name(path)));
    let name = settings.output_name.as_deref().or(file).unwrap_or(&refusals.node.label);
    let file_name = safe_name(&format!("{name}.{}", layout.extension), &layout);
    Ok(Some(Export { node: refusals.node.clone(), file_name, layout }))
}

/// A file name without its extension.
fn stem(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}
