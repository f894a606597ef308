//! A compact generic XML tree, read from Fast Infoset or from XML text.

mod access;
mod change;
mod escape;
mod memory;
mod read_fast_infoset;
mod read_xml;
mod tree;
mod typed;
mod write_fast_infoset;
mod write_xml;

use std::sync::Arc;

pub use typed::FromText;
pub(crate) use typed::parse_text;

/// An element with its attributes and content.
///
/// Text is kept exactly, with two exceptions. Whitespace between elements is dropped, because it has no
/// meaning in Modeler's documents. Text that Modeler had to escape as `<data encoding="hexBinary">` is
/// unescaped, and escaped again on writing. Comments and processing instructions inside the root element are
/// kept. Namespaces are not resolved: names are unchanged, and `xmlns` is an ordinary attribute.
///
/// Elements are shared, so that cloning one is cheap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Element {
    name: Arc<str>,
    attributes: Vec<Attribute>,
    content: Vec<Content>,
}

/// An attribute of an element.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Attribute {
    name: Arc<str>,
    value: Arc<str>,
}

/// A piece of an element's content.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Content {
    /// A child element.
    Element(Arc<Element>),
    /// Character data; two of them are never adjacent.
    Text(String),
    /// Character data of a CDATA section, equivalent to other character data.
    CData(String),
    /// A comment.
    Comment(String),
    /// A processing instruction.
    Instruction(Box<Instruction>),
}

/// A processing instruction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instruction {
    /// Its target.
    pub target: String,
    /// Its remaining text.
    pub content: String,
}

impl Element {
    /// An element without attributes and content.
    pub fn new(name: impl Into<Arc<str>>) -> Self {
        Element { name: name.into(), attributes: Vec::new(), content: Vec::new() }
    }

    /// Returns the element with one more attribute.
    #[must_use]
    pub fn with_attr(mut self, name: impl Into<Arc<str>>, value: impl Into<Arc<str>>) -> Self {
        self.attributes.push(Attribute { name: name.into(), value: value.into() });
        self
    }

    /// Returns the element with one more child.
    #[must_use]
    pub fn with_child(mut self, child: Element) -> Self {
        self.content.push(Content::Element(Arc::new(child)));
        self
    }

    /// Returns the element with more children.
    #[must_use]
    pub fn with_children(mut self, children: impl IntoIterator<Item = Element>) -> Self {
        let children = children.into_iter().map(Arc::new).map(Content::Element);
        self.content.extend(children);
        self
    }

    /// Returns the element with more text.
    #[must_use]
    pub fn with_text(mut self, text: &str) -> Self {
        self.push_text(text);
        self
    }

    /// Returns the element with one more child that contains only text.
    #[must_use]
    pub fn with_leaf(self, name: impl Into<Arc<str>>, text: &str) -> Self {
        self.with_child(Element::new(name).with_text(text))
    }

    fn push_text(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        match self.content.last_mut() {
            Some(Content::Text(last)) => last.push_str(text),
            _ => self.add(Content::Text(text.to_owned())),
        }
    }

    /// Appends a piece of content. Most elements have a single piece, so the default capacity of four would
    /// waste most of their memory.
    fn add(&mut self, piece: Content) {
        if self.content.is_empty() {
            self.content.reserve_exact(1);
        }
        self.content.push(piece);
    }
}

#[cfg(test)]
mod tests;
