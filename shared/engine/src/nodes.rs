//! What each type of node does, one file a type. [`understand`] is the list of those supported.

mod auto_data_prep;
mod filter;
mod flat_file;
mod model;
mod neural_net;
mod nugget;
mod source;
mod svm;
mod table_output;
mod types;
mod var_file;

use satsuma_stream::NodeKind;

use crate::error::EngineError;
use crate::export::Export;
use crate::refusals::NodeRefusals;
use crate::step::{NodeContext, Process, Step};

/// Understands a node, or says with refusals (and `None`) what about it is not supported.
///
/// # Errors
/// If the node, or a model that it holds, is damaged.
pub(crate) fn understand(
    context: &NodeContext<'_>,
    refusals: &mut NodeRefusals<'_>,
) -> Result<Option<Step>, EngineError> {
    if let Some(export) = context.export {
        return Ok(Export::replacing(export, context.request.format, refusals).map(Step::Export));
    }
    let node = context.node;
    Ok(match (node.kind(), node.node_type.extension()) {
        (NodeKind::DelimitedFileImport, _) => var_file::understand(context, refusals)?.map(Step::Source),
        (_, _) if context.source.is_some() => source::replaced(context, refusals)?.map(Step::Source),
        (NodeKind::Type, _) => process(types::understand(node, refusals)?),
        (NodeKind::Filter, _) => process(filter::understand(node, refusals)?),
        (NodeKind::AutoDataPrep, _) => auto_data_prep::AutoDataPrep::new(node, refusals)?.and_then(process),
        (NodeKind::ExtensionApply, Some("applySVM")) => svm::understand(context, refusals)?.and_then(process),
        (NodeKind::CfApply, Some("neuralnetmodel")) => {
            neural_net::understand(context, refusals)?.and_then(process)
        }
        (NodeKind::Table, _) => table_output::understand(context, refusals)?.map(Step::Export),
        (NodeKind::TextFileExport, _) => flat_file::understand(context, refusals)?.map(Step::Export),
        _ => {
            refusals.node("this type of node is not supported yet");
            None
        }
    })
}

fn process(process: impl Process + 'static) -> Option<Step> {
    Some(Step::Process(Box::new(process)))
}
