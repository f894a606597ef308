//! Builds a tree from the events of a document.

use std::collections::HashSet;
use std::sync::Arc;

use super::memory::Memory;
use super::{Attribute, Content, Element, Instruction, escape};
use crate::error::{ErrorKind, Result};
use crate::limits::{Limits, check};

/// Values up to this length are shared: most are numbers, flags and names that repeat.
const SHARED_VALUE: usize = 16;
/// Number of shared texts, without names. Texts that repeat often usually appear early.
const SHARED_VALUES: usize = 4096;

/// The header of an [`Arc`]: its two counts.
const COUNTS: usize = 2 * size_of::<usize>();

/// Memory of a shared text in its set, without the text itself. The set doubles as it grows and then has old
/// and new slots: 17 bytes per slot, three slots for each used one at a load of seven eighths.
const SHARED_SLOT: usize = 17 * 3 * 8 / 7;

/// Memory for decoding an escape, as a multiple of its hexadecimal text: the units, the text, and the
/// reallocations of both.
const ESCAPE_FACTOR: usize = 5;

/// Collects the events of a document in a tree, within limits.
pub(super) struct TreeBuilder {
    open: Vec<Element>,
    root: Option<Element>,
    shared: HashSet<Arc<str>>,
    memory: Memory,
    depth: usize,
}

impl TreeBuilder {
    pub(super) fn new(limits: &Limits) -> Self {
        TreeBuilder {
            open: Vec::new(),
            root: None,
            shared: HashSet::new(),
            memory: Memory::new(limits.document_memory),
            depth: limits.depth,
        }
    }

    pub(super) fn start(&mut self, name: &str) -> Result<()> {
        if self.open.is_empty() && self.root.is_some() {
            return Err(ErrorKind::Xml("there is a second root element".to_owned()).into());
        }
        let depth = self.open.len() as u64 + 1;
        check("levels of nested elements", depth, self.depth as u64)?;
        self.memory.take(COUNTS + size_of::<Element>())?;
        let name = self.shared(name)?;
        self.open.push(Element::new(name));
        Ok(())
    }

    pub(super) fn attribute(&mut self, name: &str, value: &str) -> Result<()> {
        let name = self.shared(name)?;
        let value = self.value(value)?;
        if let Some(element) = self.open.last_mut() {
            let attributes = element.attributes.len() as u64 + 1;
            check("attributes of one element", attributes, Limits::ATTRIBUTES)?;
            self.memory.grow(&mut element.attributes)?;
            element.attributes.push(Attribute { name, value });
        }
        Ok(())
    }

    pub(super) fn text(&mut self, text: &str) -> Result<()> {
        let Some(element) = self.open.last_mut() else {
            return match text.trim_ascii().is_empty() {
                true => Ok(()),
                false => Err(ErrorKind::Xml("there is text outside the root element".to_owned()).into()),
            };
        };
        if text.is_empty() {
            return Ok(());
        }
        if let Some(Content::Text(last)) = element.content.last_mut() {
            return self.memory.push_str(last, text);
        }
        let text = self.owned(text)?;
        self.push(Content::Text(text))
    }

    pub(super) fn cdata(&mut self, text: &str) -> Result<()> {
        if text.is_empty() || self.open.is_empty() {
            return self.text(text);
        }
        let text = self.owned(text)?;
        self.push(Content::CData(text))
    }

    /// A comment. Those outside the root element are dropped, like instructions there.
    pub(super) fn comment(&mut self, text: &str) -> Result<()> {
        if self.open.is_empty() {
            return Ok(());
        }
        let text = self.owned(text)?;
        self.push(Content::Comment(text))
    }

    pub(super) fn instruction(&mut self, target: &str, content: &str) -> Result<()> {
        if self.open.is_empty() {
            return Ok(());
        }
        let (target, content) = (self.owned(target)?, self.owned(content)?);
        self.memory.take(size_of::<Instruction>())?;
        self.push(Content::Instruction(Box::new(Instruction { target, content })))
    }

    pub(super) fn end(&mut self) -> Result<()> {
        let Some(mut element) = self.open.pop() else {
            return Err(ErrorKind::Xml("an element ends that never started".to_owned()).into());
        };
        self.drop_layout(&mut element);
        self.unescape(&mut element)?;
        self.memory.shrink(&mut element.attributes);
        self.memory.shrink(&mut element.content);
        if self.open.is_empty() {
            self.root = Some(element);
            return Ok(());
        }
        self.push(Content::Element(Arc::new(element)))
    }

    pub(super) fn finish(self) -> Result<Element> {
        if let Some(element) = self.open.last() {
            let message = format!("the document ends inside element {:?}", element.name());
            return Err(ErrorKind::Xml(message).into());
        }
        let no_root = || ErrorKind::Xml("there is no root element".to_owned()).into();
        self.root.ok_or_else(no_root)
    }

    fn push(&mut self, piece: Content) -> Result<()> {
        if let Some(element) = self.open.last_mut() {
            self.memory.grow(&mut element.content)?;
            element.content.push(piece);
        }
        Ok(())
    }

    fn owned(&mut self, text: &str) -> Result<String> {
        self.memory.take(text.len())?;
        Ok(text.to_owned())
    }

    fn value(&mut self, value: &str) -> Result<Arc<str>> {
        if value.len() <= SHARED_VALUE {
            if let Some(shared) = self.shared.get(value) {
                return Ok(Arc::clone(shared));
            }
            if self.shared.len() < SHARED_VALUES {
                return self.shared(value);
            }
        }
        self.memory.take(COUNTS + value.len())?;
        Ok(Arc::from(value))
    }

    /// A shared text, because documents repeat few names many times.
    fn shared(&mut self, text: &str) -> Result<Arc<str>> {
        if let Some(shared) = self.shared.get(text) {
            return Ok(Arc::clone(shared));
        }
        self.memory.take(COUNTS + text.len() + SHARED_SLOT)?;
        let shared: Arc<str> = Arc::from(text);
        self.shared.insert(Arc::clone(&shared));
        Ok(shared)
    }

    /// Replaces an escape by its text.
    fn unescape(&mut self, element: &mut Element) -> Result<()> {
        let Some(escape) = escape::escaped(element) else { return Ok(()) };
        let decoding = escape.text().len().saturating_mul(ESCAPE_FACTOR);
        self.memory.take(decoding)?;
        if let Some(text) = escape::unescape(escape) {
            self.memory.take(text.capacity())?;
            self.memory.take(size_of::<Content>())?;
            self.memory.release(COUNTS + size_of::<Element>());
            self.memory.release_vector(&escape.attributes);
            for piece in &escape.content {
                if let Content::Text(hex) | Content::CData(hex) = piece {
                    self.memory.release(hex.capacity());
                }
            }
            self.memory.release_vector(&escape.content);
            self.memory.release_vector(&element.content);
            element.content = vec![Content::Text(text)];
        }
        self.memory.release(decoding);
        Ok(())
    }

    /// Drops whitespace that only formats child elements.
    fn drop_layout(&mut self, element: &mut Element) {
        let has_children = element.content.iter().any(|piece| matches!(piece, Content::Element(_)));
        if !has_children {
            return;
        }
        element.content.retain(|piece| match piece {
            Content::Text(text) if text.trim_ascii().is_empty() => {
                self.memory.release(text.capacity());
                false
            }
            _ => true,
        });
    }
}
