//! Read access to an element.

use std::borrow::Cow;
use std::sync::Arc;

use super::{Content, Element};
use crate::error::{ErrorKind, Result, StreamError};

impl Element {
    /// The name, as written.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Attributes in document order.
    pub fn attributes(&self) -> impl Iterator<Item = (&str, &str)> {
        let pairs = self.attributes.iter();
        pairs.map(|attribute| (&*attribute.name, &*attribute.value))
    }

    /// The value of an attribute.
    pub fn attr(&self, name: &str) -> Option<&str> {
        self.attributes().find_map(|(key, value)| (key == name).then_some(value))
    }

    /// The value of a required attribute.
    ///
    /// # Errors
    /// [`ErrorKind::MissingAttribute`].
    pub fn require_attr(&self, name: &str) -> Result<&str> {
        self.attr(name)
            .ok_or_else(|| StreamError::new(ErrorKind::MissingAttribute(name.to_owned())).within(&self.name))
    }

    /// The content in document order, text and elements.
    pub fn content(&self) -> &[Content] {
        &self.content
    }

    /// All child elements.
    pub fn elements(&self) -> impl Iterator<Item = &Arc<Element>> {
        self.content.iter().filter_map(|piece| match piece {
            Content::Element(element) => Some(element),
            _ => None,
        })
    }

    /// Child elements with a name.
    pub fn children<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Arc<Element>> {
        self.elements().filter(move |child| &*child.name == name)
    }

    /// The first child element with a name.
    pub fn child(&self, name: &str) -> Option<&Arc<Element>> {
        self.elements().find(|child| &*child.name == name)
    }

    /// The first child element with a name, which is required.
    ///
    /// # Errors
    /// [`ErrorKind::MissingElement`].
    pub fn require(&self, name: &str) -> Result<&Arc<Element>> {
        self.child(name)
            .ok_or_else(|| StreamError::new(ErrorKind::MissingElement(name.to_owned())).within(&self.name))
    }

    /// The element at the end of a path of first children with these names.
    pub fn path<'a>(&self, names: impl IntoIterator<Item = &'a str>) -> Option<&Element> {
        let mut names = names.into_iter();
        names.try_fold(self, |element, name| element.child(name).map(Arc::as_ref))
    }

    /// The element's own character data; empty if there are none.
    pub fn text(&self) -> Cow<'_, str> {
        let mut texts = self.content.iter().filter_map(|piece| match piece {
            Content::Text(text) | Content::CData(text) => Some(text.as_str()),
            _ => None,
        });
        let Some(first) = texts.next() else {
            return Cow::Borrowed("");
        };
        texts.fold(Cow::Borrowed(first), |text, more| text + more)
    }

    /// The text of the first child with a name.
    pub fn text_of(&self, name: &str) -> Option<Cow<'_, str>> {
        self.child(name).map(|child| child.text())
    }

    /// Whether the element has neither text nor a child element.
    pub fn is_empty(&self) -> bool {
        let counts = |piece| matches!(piece, &Content::Element(_) | &Content::Text(_) | &Content::CData(_));
        !self.content.iter().any(counts)
    }
}
