//! Which nodes can give the format of an `EVALUATION` job. The others are not executed.

use satsuma_documents::Format;
use satsuma_stream::{Node, NodeFamily};

/// Classes without a table: their documents are text.
const TEXT: [&str; 1] = ["ReportNode"];

/// Whether a node can give a format. Pictures show charts, and Statistics data hold tables; every document has the other
/// formats. A Set Globals node has no document, and other nodes read its values.
pub(crate) fn gives(node: &Node, format: Format) -> bool {
    let is_chart = node.family() == NodeFamily::Graph;
    let class = node.node_type.class();
    match format {
        Format::Html | Format::Rtf | Format::Tab | Format::Xml => true,
        Format::Jpg | Format::Png => is_chart || class == "SetGlobalsNode",
        Format::Sav => !is_chart && !TEXT.contains(&class),
    }
}

/// What can give a format, for messages.
pub(crate) fn givers(format: Format) -> &'static str {
    if format.is_picture() { "charts" } else { "tables" }
}
