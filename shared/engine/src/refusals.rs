//! Collects everything on a branch that is not supported, so that a user hears of all of it at once.

use satsuma_stream::nodes::Property;
use satsuma_stream::{Node, Stream, StreamError};

use crate::error::{EngineError, NodeRef, Refusal, clipped};
use crate::limits::{NAME, REASON, REFUSALS};

impl NodeRef {
    /// The node as a person finds it.
    pub(crate) fn of(node: &Node) -> Self {
        let kind = clipped(&node.node_type.to_string(), NAME);
        Self { label: clipped(node.display_name(), NAME), kind }
    }

    /// The stream as a whole.
    pub(crate) fn of_stream(stream: &Stream) -> Self {
        Self { label: clipped(&stream.name, NAME), kind: "stream".to_owned() }
    }
}

/// What has been refused so far.
#[derive(Debug, Default)]
pub(crate) struct Refusals {
    list: Vec<Refusal>,
    /// Those beyond what a person reads.
    more: usize,
}

impl Refusals {
    /// Refusals of one node.
    pub(crate) fn of<'a>(&'a mut self, node: &NodeRef) -> NodeRefusals<'a> {
        NodeRefusals { node: node.clone(), list: self }
    }

    /// Whether nothing was refused; else all of it as one error.
    pub(crate) fn finish(self) -> Result<(), EngineError> {
        let refusals = self.into_list();
        if refusals.is_empty() { Ok(()) } else { Err(EngineError::Unsupported(refusals)) }
    }

    /// All of it; the last one says how many more there are.
    pub(crate) fn into_list(mut self) -> Vec<Refusal> {
        if let (Some(last), 1..) = (self.list.last(), self.more) {
            let reason = format!("and {} more", self.more);
            self.list.push(Refusal { node: last.node.clone(), property: None, value: None, reason });
        }
        self.list
    }
}

/// Collects what one node asks for and does not get.
pub(crate) struct NodeRefusals<'a> {
    pub(crate) node: NodeRef,
    list: &'a mut Refusals,
}

impl NodeRefusals<'_> {
    /// The node as a whole is not supported.
    pub(crate) fn node(&mut self, reason: impl Into<String>) {
        self.push(None, None, reason.into());
    }

    /// A property has a value that is not supported.
    pub(crate) fn value(
        &mut self,
        property: impl Into<String>,
        value: impl ToString,
        reason: impl Into<String>,
    ) {
        self.push(Some(property.into()), Some(value.to_string()), reason.into());
    }

    /// Refuses the value unless `supported`.
    pub(crate) fn unless(
        &mut self,
        supported: bool,
        property: &'static str,
        value: impl ToString,
        reason: &'static str,
    ) {
        if !supported {
            self.value(property, value, reason);
        }
    }

    /// Properties that nobody knows may change results.
    pub(crate) fn unknown(&mut self, properties: &[Property]) {
        const SHOWN: usize = 60;
        for property in properties {
            let value = property.text.chars().take(SHOWN).collect::<String>();
            self.value(property.name.clone(), value, "the property is not known");
        }
    }

    /// The node is damaged.
    pub(crate) fn damaged(&self, error: &StreamError) -> EngineError {
        EngineError::Node { node: self.node.clone(), message: error.to_string() }
    }

    fn push(&mut self, property: Option<String>, value: Option<String>, reason: String) {
        if self.list.list.len() == REFUSALS {
            self.list.more += 1;
            return;
        }
        let short = |text: String| clipped(&text, NAME);
        let (property, value) = (property.map(short), value.map(short));
        self.list.list.push(Refusal {
            node: self.node.clone(),
            property,
            value,
            reason: clipped(&reason, REASON),
        });
    }
}
