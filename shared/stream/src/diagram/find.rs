//! Finds nodes by uid, label or name.

use super::Diagram;
use crate::error::{ErrorKind, Result};
use crate::node::Node;

impl Diagram {
    /// The node with this uid, in this diagram itself.
    pub fn find_uid(&self, uid: &str) -> Option<&Node> {
        let known = !uid.is_empty();
        self.nodes().iter().find(|node| known && node.uid == uid)
    }

    /// The node with this uid, label or name.
    ///
    /// A uid has priority, then exact labels and names, then those that differ in case.
    ///
    /// # Errors
    /// [`ErrorKind::NoNode`], or [`ErrorKind::AmbiguousNode`] with all matches.
    pub fn find(&self, query: &str) -> Result<&Node> {
        self.find_among(query, |_| true)
    }

    /// Like [`Diagram::find`], among some nodes only, such as sources.
    ///
    /// # Errors
    /// Those of [`Diagram::find`].
    pub fn find_among(&self, query: &str, eligible: impl Fn(&Node) -> bool) -> Result<&Node> {
        let nodes = || self.nodes().iter().filter(|node| eligible(node));
        if let Some(node) = nodes().find(|node| !query.is_empty() && node.uid == query) {
            return Ok(node);
        }
        let exact = |node: &&Node| node.display_name() == query || node.name == query;
        let found: Vec<_> = nodes().filter(exact).collect();
        if let Some(node) = single(&found, query)? {
            return Ok(node);
        }
        let wanted = query.to_lowercase();
        let same = |text: &str| text.to_lowercase() == wanted;
        let loose = |node: &&Node| same(node.display_name()) || same(&node.name);
        let found: Vec<_> = nodes().filter(loose).collect();
        let node = single(&found, query)?;
        node.ok_or_else(|| ErrorKind::NoNode(query.to_owned()).into())
    }
}

fn single<'a>(found: &[&'a Node], query: &str) -> Result<Option<&'a Node>> {
    match found {
        [] => Ok(None),
        [node] => Ok(Some(node)),
        several => {
            let describe = |node: &&Node| format!("{} ({})", node.describe(), node.uid);
            Err(ErrorKind::AmbiguousNode {
                query: query.to_owned(),
                candidates: several.iter().map(describe).collect(),
            }
            .into())
        }
    }
}
