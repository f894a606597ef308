//! Changes to an element. Other owners of a shared element keep its old content.

use std::sync::Arc;

use super::{Attribute, Content, Element};

impl Element {
    /// Sets an attribute; a new one is appended.
    pub fn set_attr(&mut self, name: &str, value: &str) {
        let found = self.attributes.iter_mut().find(|attribute| &*attribute.name == name);
        match found {
            Some(attribute) => attribute.value = value.into(),
            None => self.attributes.push(Attribute { name: name.into(), value: value.into() }),
        }
    }

    /// Replaces all content by text.
    pub fn set_text(&mut self, text: &str) {
        self.content.clear();
        self.push_text(text);
    }

    /// Sets the text of the first child with a name; a new one is appended.
    pub fn set_leaf(&mut self, name: &str, text: &str) {
        if let Some(leaf) = self.child_or_new(name) {
            leaf.set_text(text);
        }
    }

    /// The first child with a name, for changes.
    pub fn child_mut(&mut self, name: &str) -> Option<&mut Element> {
        self.content.iter_mut().find_map(|piece| match piece {
            Content::Element(child) if child.name() == name => Some(Arc::make_mut(child)),
            _ => None,
        })
    }

    /// All child elements, for changes.
    pub fn elements_mut(&mut self) -> impl Iterator<Item = &mut Element> {
        self.content.iter_mut().filter_map(|piece| match piece {
            Content::Element(child) => Some(Arc::make_mut(child)),
            _ => None,
        })
    }

    /// Replaces the first child with the same name, or appends the child.
    pub fn put_child(&mut self, child: Element) {
        match self.child_or_new(child.name.as_ref().to_owned().as_str()) {
            Some(place) => *place = child,
            None => self.push_child(child),
        }
    }

    /// Appends a child.
    pub fn push_child(&mut self, child: Element) {
        self.content.push(Content::Element(Arc::new(child)));
    }

    /// Removes the children for which the predicate is false.
    pub fn retain_children(&mut self, mut keep: impl FnMut(&Element) -> bool) {
        self.content.retain(|piece| match piece {
            Content::Element(child) => keep(child),
            _ => true,
        });
    }

    /// Replaces all content by child elements.
    pub fn set_children(&mut self, children: impl IntoIterator<Item = Arc<Element>>) {
        self.content = children.into_iter().map(Content::Element).collect();
    }

    /// The first child with a name, for changes; appended if missing.
    pub(crate) fn child_or_new(&mut self, name: &str) -> Option<&mut Element> {
        if self.child(name).is_none() {
            self.push_child(Element::new(name));
        }
        self.child_mut(name)
    }

    /// The path to the first element that satisfies the predicate, depth first, as positions in the content.
    pub(crate) fn position_of(&self, holds: &impl Fn(&Element) -> bool) -> Option<Vec<usize>> {
        if holds(self) {
            return Some(Vec::new());
        }
        self.content.iter().enumerate().find_map(|(position, piece)| {
            let Content::Element(child) = piece else { return None };
            let mut path = child.position_of(holds)?;
            path.insert(0, position);
            Some(path)
        })
    }

    /// The element at such a path.
    pub(crate) fn at(&self, path: &[usize]) -> Option<&Element> {
        path.iter().try_fold(self, |element, position| match element.content.get(*position)? {
            Content::Element(child) => Some(&**child),
            _ => None,
        })
    }

    /// The same element with another name.
    pub(crate) fn renamed(&self, name: &'static str) -> Element {
        Element { name: name.into(), ..self.clone() }
    }

    /// The element at such a path, for changes.
    pub(crate) fn at_mut(&mut self, path: &[usize]) -> Option<&mut Element> {
        let Some((position, rest)) = path.split_first() else {
            return Some(self);
        };
        match self.content.get_mut(*position)? {
            Content::Element(child) => Arc::make_mut(child).at_mut(rest),
            _ => None,
        }
    }

    /// Whether the content has only elements, so that line breaks between them have no meaning.
    pub(super) fn holds_only_elements(&self) -> bool {
        let has_element = self.elements().next().is_some();
        has_element && !self.content.iter().any(|piece| matches!(piece, Content::Text(_) | Content::CData(_)))
    }
}
