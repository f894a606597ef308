//! Collects diagnostics while nodes are compiled.

use std::borrow::Cow;

use satsuma_stream::nodes::Property;
use satsuma_stream::{Node, StreamError};

use crate::error::{Category, Diagnostic, NodeRef, clipped};
use crate::limits::{NAME, REFUSALS};

/// Proof that the diagnostics of a job contain the reason for a failed step.
#[derive(Debug)]
pub struct Reported(());

/// The diagnostics of a job, bounded.
#[derive(Debug, Default)]
pub(crate) struct Diagnostics {
    list: Vec<Diagnostic>,
    /// Number of those beyond the limit for readers.
    more: usize,
}

impl Diagnostics {
    /// Adds a diagnostic. Duplicates are dropped, and those beyond the limit are only counted.
    pub(crate) fn push(&mut self, diagnostic: Diagnostic) {
        if self.list.contains(&diagnostic) {
            return;
        }
        if self.list.len() == REFUSALS {
            self.more += 1;
            return;
        }
        self.list.push(diagnostic);
    }

    pub(crate) fn extend(&mut self, diagnostics: impl IntoIterator<Item = Diagnostic>) {
        diagnostics.into_iter().for_each(|diagnostic| self.push(diagnostic));
    }

    /// All diagnostics; the last one has the number of dropped ones.
    pub(crate) fn into_list(mut self) -> Vec<Diagnostic> {
        if self.more > 0 {
            self.list.push(Diagnostic::new(Category::Unsupported, format!("and {} more", self.more)));
        }
        self.list
    }
}

/// Collects the diagnostics of one node.
#[derive(Debug)]
pub struct NodeDiagnostics<'a> {
    node: NodeRef,
    list: &'a mut Diagnostics,
}

impl<'a> NodeDiagnostics<'a> {
    pub(crate) fn new(node: &Node, list: &'a mut Diagnostics) -> Self {
        Self { node: NodeRef::of(node), list }
    }

    /// The node.
    pub fn node(&self) -> &NodeRef {
        &self.node
    }

    /// Refuses the node as a whole.
    pub fn refuse(&mut self, message: impl Into<String>) -> Reported {
        self.push(Category::Unsupported, None, None, message.into())
    }

    /// Refuses the value of a property.
    pub fn refuse_value(
        &mut self,
        property: impl Into<Cow<'static, str>>,
        value: impl ToString,
        message: impl Into<String>,
    ) -> Reported {
        self.push(Category::Unsupported, Some(property.into()), Some(value.to_string()), message.into())
    }

    /// Refuses the value of a property unless it is supported.
    pub fn unless(
        &mut self,
        supported: bool,
        property: &'static str,
        value: impl ToString,
        message: &'static str,
    ) {
        if !supported {
            self.refuse_value(property, value, message);
        }
    }

    /// Refuses unknown properties, because they may change results.
    pub fn unknown(&mut self, properties: &[Property]) {
        const SHOWN: usize = 60;
        for property in properties {
            let value = property.text.chars().take(SHOWN).collect::<String>();
            self.refuse_value(property.name.clone(), value, "the property is not known");
        }
    }

    /// The node is damaged.
    pub fn damaged(&mut self, error: &StreamError) -> Reported {
        self.push(Category::Data, None, None, format!("cannot be read from the stream: {error}"))
    }

    /// A model or an expression of the node cannot be compiled.
    pub fn uncompilable(
        &mut self,
        property: Option<Cow<'static, str>>,
        message: impl Into<String>,
    ) -> Reported {
        self.push(Category::Algorithm, property, None, message.into())
    }

    /// The job definition does not match the node.
    pub fn undefined(&mut self, message: impl Into<String>) -> Reported {
        self.push(Category::Definition, None, None, message.into())
    }

    fn push(
        &mut self,
        category: Category,
        property: Option<Cow<'static, str>>,
        value: Option<String>,
        message: String,
    ) -> Reported {
        self.list.push(Diagnostic {
            node: Some(self.node.clone()),
            property: property.map(|property| clipped(&property, NAME)),
            value: value.map(|value| clipped(&value, NAME)),
            ..Diagnostic::new(category, message)
        });
        Reported(())
    }
}
