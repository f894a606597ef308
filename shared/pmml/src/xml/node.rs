//! An element with its path, for typed access and errors with a place.

use std::str::FromStr;

use super::Element;
use crate::error::{Location, PmmlError};

/// A borrowed element with its ancestors.
#[derive(Clone, Copy)]
pub(crate) struct Node<'a> {
    pub(crate) element: &'a Element,
    parent: Option<&'a Node<'a>>,
    /// Index among the siblings of the same name, from 1; 0 if it is the only one.
    ordinal: usize,
}

impl<'a> Node<'a> {
    pub(crate) fn root(element: &'a Element) -> Self {
        Self { element, parent: None, ordinal: 0 }
    }

    pub(crate) fn name(&self) -> &'a str {
        &self.element.name
    }

    /// Child elements, in order.
    pub(crate) fn children(&'a self) -> impl Iterator<Item = Node<'a>> {
        self.element.children.iter().enumerate().map(move |(index, element)| Node {
            element,
            parent: Some(self),
            ordinal: self.ordinal_of(index),
        })
    }

    /// Children with the name `name`.
    pub(crate) fn all(&'a self, name: &'static str) -> impl Iterator<Item = Node<'a>> {
        let mut ordinal = 0;
        self.element.children.iter().filter(move |e| e.name == name).map(move |element| {
            ordinal += 1;
            Node { element, parent: Some(self), ordinal }
        })
    }

    /// The first child with the name `name`.
    pub(crate) fn child(&'a self, name: &'static str) -> Option<Node<'a>> {
        let element = self.element.children.iter().find(|e| e.name == name)?;
        Some(Node { element, parent: Some(self), ordinal: 0 })
    }

    /// The first child with the name `name`, which is required.
    pub(crate) fn required_child(&'a self, name: &'static str) -> Result<Node<'a>, PmmlError> {
        self.child(name).ok_or_else(|| self.invalid(format!("no {name} element")))
    }

    pub(crate) fn attribute(&self, name: &str) -> Option<&'a str> {
        self.element.attribute(name)
    }

    pub(crate) fn required(&self, name: &str) -> Result<&'a str, PmmlError> {
        self.attribute(name).ok_or_else(|| self.invalid(format!("no attribute {name}")))
    }

    pub(crate) fn owned(&self, name: &str) -> Option<String> {
        self.attribute(name).map(str::to_owned)
    }

    /// An attribute as a finite number.
    pub(crate) fn number(&self, name: &str) -> Result<Option<f64>, PmmlError> {
        let Some(text) = self.attribute(name) else { return Ok(None) };
        match f64::from_str(text.trim()) {
            Ok(number) if number.is_finite() => Ok(Some(number)),
            _ => Err(self.invalid(format!("{name}={text:?} is not a number"))),
        }
    }

    pub(crate) fn required_number(&self, name: &str) -> Result<f64, PmmlError> {
        self.number(name)?.ok_or_else(|| self.invalid(format!("no attribute {name}")))
    }

    /// An attribute as a count.
    pub(crate) fn count(&self, name: &str) -> Result<Option<usize>, PmmlError> {
        let Some(text) = self.attribute(name) else { return Ok(None) };
        let parsed = text.trim().parse().map(Some);
        parsed.map_err(|_| self.invalid(format!("{name}={text:?} is not a count")))
    }

    pub(crate) fn boolean(&self, name: &str) -> Result<Option<bool>, PmmlError> {
        match self.attribute(name).map(str::trim) {
            None => Ok(None),
            Some("true" | "1") => Ok(Some(true)),
            Some("false" | "0") => Ok(Some(false)),
            Some(text) => Err(self.invalid(format!("{name}={text:?} is neither true nor false"))),
        }
    }

    /// An attribute with a fixed set of values; any other value is refused by name.
    pub(crate) fn one_of<T: Copy>(&self, name: &str, values: &[(&str, T)]) -> Result<Option<T>, PmmlError> {
        let Some(text) = self.attribute(name) else { return Ok(None) };
        match values.iter().find(|(n, _)| *n == text) {
            Some((_, value)) => Ok(Some(*value)),
            None => Err(self.unsupported(format!("{name}={text:?}"))),
        }
    }

    /// Refuses attributes and children that are not listed, because they might change results.
    ///
    /// `Extension` is a possible child of every element and always accepted.
    pub(crate) fn expect(&self, attributes: &[&str], children: &[&str]) -> Result<(), PmmlError> {
        let unknown = |(n, _): &&(String, String)| !attributes.contains(&n.as_str());
        if let Some((name, value)) = self.element.attributes.iter().find(unknown) {
            return Err(self.unsupported(format!("attribute {name}={value:?}")));
        }
        let unknown = |e: &&Element| e.name != "Extension" && !children.contains(&e.name.as_str());
        match self.element.children.iter().find(unknown) {
            Some(child) => Err(PmmlError::Unsupported {
                at: self.location(),
                what: format!("element {} (line {})", child.name, child.position.line),
            }),
            None => Ok(()),
        }
    }

    pub(crate) fn invalid(&self, reason: impl Into<String>) -> PmmlError {
        PmmlError::Invalid { at: self.location(), reason: reason.into() }
    }

    pub(crate) fn unsupported(&self, what: impl Into<String>) -> PmmlError {
        PmmlError::Unsupported { at: self.location(), what: what.into() }
    }

    pub(crate) fn limit(&self, what: &'static str, limit: usize) -> PmmlError {
        PmmlError::Limit { at: self.location(), what, limit }
    }

    pub(crate) fn location(&self) -> Location {
        let mut steps = Vec::new();
        let mut node = Some(self);
        while let Some(step) = node {
            steps.push(match step.ordinal {
                0 => step.element.name.clone(),
                n => format!("{}[{n}]", step.element.name),
            });
            node = step.parent;
        }
        steps.reverse();
        Location { path: steps.join("/"), position: Some(self.element.position) }
    }

    /// The index of child `index` among its namesakes, or 0 if it has none.
    ///
    /// Examines only near siblings; long lists (support vectors) are visited with [`Node::all`], which
    /// counts.
    fn ordinal_of(&self, index: usize) -> usize {
        const NEAR: usize = 64;
        let children = &self.element.children;
        if children.len() > NEAR {
            return 0;
        }
        let name = children.get(index).map(|e| &e.name);
        let same = children.iter().filter(|e| Some(&e.name) == name).count();
        let before = children.iter().take(index).filter(|e| Some(&e.name) == name).count();
        if same > 1 { before + 1 } else { 0 }
    }
}
