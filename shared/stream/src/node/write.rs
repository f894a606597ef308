//! Writes a node as an element.

use std::sync::Arc;

use super::Node;
use crate::element::Element;

impl Node {
    /// The node's element, with the fields of [`Node`] itself except its type. Equal to the element that was
    /// read if nothing was changed. [`TypedNode::write_into`](crate::nodes::TypedNode::write_into) writes
    /// typed properties.
    pub fn to_element(&self) -> Arc<Element> {
        let before = Node::alone(Element::clone(&self.element));
        let before = match before {
            Ok(before) if before == *self => return Arc::clone(&self.element),
            before => before.ok(),
        };
        let changed =
            |same: fn(&Node, &Node) -> bool| !before.as_ref().is_some_and(|before| same(before, self));
        let mut element = Element::clone(&self.element);
        if changed(|before, now| before.id == now.id) {
            element.set_attr("id", &self.id.to_string());
        }
        if changed(|before, now| before.uid == now.uid) {
            element.set_attr("uid", &self.uid);
        }
        let properties = [
            ("name", changed(|before, now| before.name == now.name), self.name.clone()),
            ("autoLabel", changed(|before, now| before.label == now.label), self.label.is_none().to_string()),
            (
                "label",
                changed(|before, now| before.label == now.label),
                self.label.clone().unwrap_or_default(),
            ),
            ("enabled", changed(|before, now| before.enabled == now.enabled), self.enabled.to_string()),
            (
                "cacheEnabled",
                changed(|before, now| before.cache_enabled == now.cache_enabled),
                self.cache_enabled.to_string(),
            ),
        ];
        if let Some(target) = element.child_or_new("properties") {
            for (name, _, text) in properties.iter().filter(|(_, changed, _)| *changed) {
                target.set_leaf(name, text);
            }
            let moved = changed(|before, now| before.position == now.position);
            if let Some((x, y)) = self.position.filter(|_| moved)
                && let Some(place) = target.child_or_new("position")
            {
                place.set_leaf("x", &x.to_string());
                place.set_leaf("y", &y.to_string());
            }
        }
        if let Some(inner) = self.inner.as_ref().filter(|_| changed(|before, now| before.inner == now.inner))
        {
            element.put_child(inner.to_element());
        }
        Arc::new(element)
    }
}
