//! Finds nodes by the names that users give them.

use super::{Graph, GraphNode, Vertex};
use crate::error::NodeRef;

/// The reason why no node was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum NotFound {
    /// No eligible node has the name.
    Nobody,
    /// These nodes have it.
    Several(Vec<String>),
}

impl Graph<'_> {
    /// The source node with this uid, label or name; `None` if there is none, or more than one.
    pub fn source_named(&self, query: &str) -> Option<NodeRef> {
        let vertex = self.find(query, |_, node| node.inputs.is_empty()).ok()?;
        self.node(vertex).map(|node| NodeRef::of(node.node))
    }

    /// The eligible node with this uid, label or name. A uid has priority, then exact labels and names, then
    /// those that differ in case.
    ///
    /// # Errors
    /// [`NotFound`].
    pub(crate) fn find(
        &self,
        query: &str,
        eligible: impl Fn(Vertex, &GraphNode<'_>) -> bool,
    ) -> Result<Vertex, NotFound> {
        let nodes = self.nodes().filter(|(vertex, node)| eligible(*vertex, node)).collect::<Vec<_>>();
        if let Some((vertex, _)) = nodes.iter().find(|(_, node)| !query.is_empty() && node.node.uid == query)
        {
            return Ok(*vertex);
        }
        let wanted = query.to_lowercase();
        let exact = |text: &str| text == query;
        let loose = |text: &str| text.to_lowercase() == wanted;
        for fits in [&exact as &dyn Fn(&str) -> bool, &loose] {
            let named = |node: &GraphNode<'_>| fits(node.node.display_name()) || fits(&node.node.name);
            let found = nodes.iter().filter(|(_, node)| named(node)).collect::<Vec<_>>();
            match found.as_slice() {
                [] => {}
                [(vertex, _)] => return Ok(*vertex),
                several => {
                    let describe =
                        |node: &GraphNode<'_>| format!("{} ({})", NodeRef::of(node.node), node.node.uid);
                    return Err(NotFound::Several(several.iter().map(|(_, node)| describe(node)).collect()));
                }
            }
        }
        Err(NotFound::Nobody)
    }
}
