//! Building a tree from the steps of a document.

use std::collections::HashSet;
use std::sync::Arc;

use super::{Attribute, Content, Element, escape};
use crate::error::{ErrorKind, Result};
use crate::limits::{Limits, check};

/// Collects a document's steps into a tree, within limits.
pub(super) struct TreeBuilder {
    open: Vec<Element>,
    root: Option<Element>,
    names: HashSet<Arc<str>>,
    items: usize,
    depth: usize,
    maximum_items: usize,
}

impl TreeBuilder {
    pub(super) fn new(limits: &Limits) -> Self {
        TreeBuilder {
            open: Vec::new(),
            root: None,
            names: HashSet::new(),
            items: 0,
            depth: limits.depth,
            maximum_items: limits.document_items,
        }
    }

    pub(super) fn start(&mut self, name: &str) -> Result<()> {
        if self.open.is_empty() && self.root.is_some() {
            return Err(ErrorKind::Xml("there is a second root element".to_owned()).into());
        }
        let depth = self.open.len() as u64 + 1;
        check("levels of nested elements", depth, self.depth as u64)?;
        self.count_item()?;
        let name = self.shared(name);
        self.open.push(Element::new(name));
        Ok(())
    }

    pub(super) fn attribute(&mut self, name: &str, value: &str) -> Result<()> {
        self.count_item()?;
        let name = self.shared(name);
        if let Some(element) = self.open.last_mut() {
            let value = Arc::from(value);
            if element.attributes.is_empty() {
                element.attributes.reserve_exact(1);
            }
            element.attributes.push(Attribute { name, value });
        }
        Ok(())
    }

    pub(super) fn text(&mut self, text: &str) -> Result<()> {
        self.count_item()?;
        match self.open.last_mut() {
            Some(element) => element.push_text(text),
            None if text.trim_ascii().is_empty() => {}
            None => {
                let message = "there is text outside the root element".to_owned();
                return Err(ErrorKind::Xml(message).into());
            }
        }
        Ok(())
    }

    pub(super) fn cdata(&mut self, text: &str) -> Result<()> {
        if text.is_empty() || self.open.is_empty() {
            return self.text(text);
        }
        self.push(Content::CData(text.to_owned()))
    }

    /// A comment; those outside the root element are dropped, as are instructions there.
    pub(super) fn comment(&mut self, text: &str) -> Result<()> {
        self.push(Content::Comment(text.to_owned()))
    }

    pub(super) fn instruction(&mut self, target: &str, content: &str) -> Result<()> {
        let (target, content) = (target.to_owned(), content.to_owned());
        self.push(Content::Instruction { target, content })
    }

    fn push(&mut self, piece: Content) -> Result<()> {
        self.count_item()?;
        if let Some(element) = self.open.last_mut() {
            element.add(piece);
        }
        Ok(())
    }

    pub(super) fn end(&mut self) -> Result<()> {
        let Some(mut element) = self.open.pop() else {
            return Err(ErrorKind::Xml("an element ends that never started".to_owned()).into());
        };
        drop_layout(&mut element);
        if let Some(text) = escape::escaped_text(&element) {
            element.content = vec![Content::Text(text)];
        }
        match self.open.last_mut() {
            Some(parent) => parent.add(Content::Element(Arc::new(element))),
            None => self.root = Some(element),
        }
        Ok(())
    }

    pub(super) fn finish(self) -> Result<Element> {
        if let Some(element) = self.open.last() {
            let message = format!("the document ends inside element {:?}", element.name());
            return Err(ErrorKind::Xml(message).into());
        }
        let no_root = || ErrorKind::Xml("there is no root element".to_owned()).into();
        self.root.ok_or_else(no_root)
    }

    fn count_item(&mut self) -> Result<()> {
        self.items += 1;
        let maximum = self.maximum_items as u64;
        check("elements, attributes and texts in one document", self.items as u64, maximum)
    }

    /// Documents repeat few names many times.
    fn shared(&mut self, name: &str) -> Arc<str> {
        if let Some(shared) = self.names.get(name) {
            return Arc::clone(shared);
        }
        let shared: Arc<str> = Arc::from(name);
        self.names.insert(Arc::clone(&shared));
        shared
    }
}

/// Drops whitespace that only lays out child elements.
fn drop_layout(element: &mut Element) {
    let has_children = element.content.iter().any(|piece| matches!(piece, Content::Element(_)));
    if !has_children {
        return;
    }
    element.content.retain(|piece| match piece {
        Content::Text(text) => !text.trim_ascii().is_empty(),
        _ => true,
    });
}
