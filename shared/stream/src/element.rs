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
/// Text is kept exactly as the document has it, but for two things: whitespace between elements,
/// which carries no meaning in Modeler's documents, is dropped; and text that Modeler had to escape
/// as `<data encoding="hexBinary">` appears as the text it stands for (and is escaped again on
/// writing). Comments and processing instructions are kept inside the root element. Namespaces are not
/// resolved: names are as written, `xmlns` is an attribute like others.
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
    /// Character data; two never stand side by side.
    Text(String),
    /// Character data of a CDATA section, which means the same as other character data.
    CData(String),
    /// A comment.
    Comment(String),
    /// A processing instruction.
    Instruction(Box<Instruction>),
}

/// A processing instruction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instruction {
    /// What it is for.
    pub target: String,
    /// The rest of it.
    pub content: String,
}

impl Element {
    /// An element without attributes and content.
    pub fn new(name: impl Into<Arc<str>>) -> Self {
        Element { name: name.into(), attributes: Vec::new(), content: Vec::new() }
    }

    /// The same element with one more attribute.
    #[must_use]
    pub fn with_attr(mut self, name: impl Into<Arc<str>>, value: impl Into<Arc<str>>) -> Self {
        self.attributes.push(Attribute { name: name.into(), value: value.into() });
        self
    }

    /// The same element with one more child.
    #[must_use]
    pub fn with_child(mut self, child: Element) -> Self {
        self.content.push(Content::Element(Arc::new(child)));
        self
    }

    /// The same element with more children.
    #[must_use]
    pub fn with_children(mut self, children: impl IntoIterator<Item = Element>) -> Self {
        let children = children.into_iter().map(Arc::new).map(Content::Element);
        self.content.extend(children);
        self
    }

    /// The same element with more text.
    #[must_use]
    pub fn with_text(mut self, text: &str) -> Self {
        self.push_text(text);
        self
    }

    /// The same element with one more child that holds nothing but text.
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

    /// Adds a piece. Most elements have one, and room for four would be most of what they take.
    fn add(&mut self, piece: Content) {
        if self.content.is_empty() {
            self.content.reserve_exact(1);
        }
        self.content.push(piece);
    }
}

#[cfg(test)]
mod tests;
