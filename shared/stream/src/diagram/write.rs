//! Writes a diagram as an element.

use std::sync::Arc;

use super::{Comment, Diagram};
use crate::element::Element;

impl Diagram {
    /// The diagram's element, equal to the one that was read if nothing was changed.
    pub fn to_element(&self) -> Element {
        let mut element = match &self.element {
            Some(element) => Element::clone(element),
            None => Element::new("diagram"),
        };
        put_list(&mut element, "nodes", "node", self.nodes.iter().map(|node| node.to_element()).collect());
        put_list(&mut element, "links", "link", self.link_elements());
        let comments = self.comments.iter().map(|comment| Arc::clone(&comment.element)).collect();
        put_list(&mut element, "comments", "comment", comments);
        if let Some(order) = self.changed_order() {
            put_list(&mut element, "terminalNodeOrder", "node", order);
        }
        element
    }

    /// The original links, as far as they still exist.
    fn link_elements(&self) -> Vec<Arc<Element>> {
        let old = self.element.as_ref().and_then(|element| element.child("links"));
        let mut old = old.into_iter().flat_map(|links| links.children("link"));
        let links = self.links.iter().map(|link| {
            let (source, target) = (link.source.to_string(), link.target.to_string());
            let same = |old: &&Arc<Element>| {
                old.attr("srcId") == Some(source.as_str()) && old.attr("dstId") == Some(target.as_str())
            };
            let written = || Element::new("link").with_attr("srcId", &*source).with_attr("dstId", &*target);
            old.next().filter(same).cloned().unwrap_or_else(|| Arc::new(written()))
        });
        links.collect()
    }

    /// The order of terminal nodes, if it differs from the written one.
    fn changed_order(&self) -> Option<Vec<Arc<Element>>> {
        let same = self.element.as_ref().is_some_and(|element| {
            Self::read_terminal_order(element).is_ok_and(|order| order == self.terminal_order)
        });
        let entry = |id: &crate::NodeId| Arc::new(Element::new("node").with_attr("id", id.to_string()));
        (!same).then(|| self.terminal_order.iter().map(entry).collect())
    }
}

impl Comment {
    /// A new comment, attached to nodes by their uids.
    pub fn new(text: &str, position: (i32, i32), size: (i32, i32), nodes: &[String]) -> Self {
        let point = |name: &'static str, (x, y): (i32, i32)| {
            Element::new(name).with_leaf("x", &x.to_string()).with_leaf("y", &y.to_string())
        };
        let ids = nodes.iter().map(|uid| Element::new("value").with_text(uid));
        let properties = Element::new("properties")
            .with_leaf("text", text)
            .with_child(point("position", position))
            .with_child(point("size", size))
            .with_child(Element::new("idList").with_children(ids));
        Comment {
            uid: None,
            text: text.to_owned(),
            position: Some(position),
            size: Some(size),
            nodes: nodes.to_vec(),
            element: Arc::new(Element::new("comment").with_child(properties)),
        }
    }
}

/// Replaces the members of a list in place. The list element exists only if it existed before or is needed.
fn put_list(element: &mut Element, list: &str, member: &str, members: Vec<Arc<Element>>) {
    if members.is_empty() && element.child(list).is_none() {
        return;
    }
    let Some(list) = element.child_or_new(list) else {
        return;
    };
    let others: Vec<_> = list.elements().filter(|child| child.name() != member).cloned().collect();
    // Comments between the members are kept only while the members are unchanged.
    let same = list.children(member).eq(members.iter());
    if !same {
        list.set_children(members.into_iter().chain(others));
    }
}
