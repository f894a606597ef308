//! Properties of nodes that a job sets, as `clemb -P:databasenode.password='…'` does.
//!
//! An override `node.property` names the node by its uid, label or name, or all nodes of a type by the type's name in
//! scripts. The property goes by its name in scripts or in the stream. A parameter of the same name wins.
//! Values may be secrets: no message shows them.

use std::borrow::Cow;
use std::sync::Arc;

use satsuma_stream::catalog;

use crate::error::{Diagnostic, EngineError, NodeRef};
use crate::graph::{Graph, GraphNode, NotFound};
use crate::node::Registry;
use crate::request::{JobRequest, ParameterOverride};

/// What messages show instead of a value.
const HIDDEN: &str = "…";

/// Values of fewer characters are hidden as values of properties only: they stand in any sentence.
const SHORTEST_HIDDEN: usize = 3;

/// A job whose stream has the properties that the job sets.
pub(crate) struct Prepared<'a> {
    pub(crate) request: Cow<'a, JobRequest>,
    secrets: Vec<String>,
}

impl<'a> Prepared<'a> {
    /// Prepares a job.
    ///
    /// # Errors
    /// If an override names no property that it can set.
    pub(crate) fn new(request: &'a JobRequest, registry: &Registry) -> Result<Self, EngineError> {
        if request.parameters.iter().all(|given| !given.name.contains('.')) {
            return Ok(Self { request: Cow::Borrowed(request), secrets: Vec::new() });
        }
        let graph = Graph::flatten(request.stream.stream());
        let is_parameter = |given: &&ParameterOverride| {
            !given.name.contains('.') || graph.find_parameter(&given.name).is_some()
        };
        let (parameters, properties): (Vec<_>, Vec<_>) = request.parameters.iter().partition(is_parameter);
        let mut changes = Vec::new();
        let mut secrets = Vec::new();
        let mut unknown = Vec::new();
        for given in properties {
            let Some((node, property)) = given.name.rsplit_once('.') else { continue };
            let nodes = nodes(&graph, node, &given.name)?;
            if nodes.is_empty() {
                // The error for parameters names those that there are.
                unknown.push(given);
                continue;
            }
            for node in nodes {
                changes.push((node.node.uid.clone(), stored_name(node, property, registry)?, &given.value));
            }
            secrets.push(given.value.clone());
        }
        if changes.is_empty() {
            return Ok(Self { request: Cow::Borrowed(request), secrets });
        }
        let mut stream = request.stream.as_ref().clone();
        let edited = stream.edit(|edit| {
            changes.iter().try_for_each(|(uid, property, value)| edit.set_property(uid, property, value))
        });
        // The error could hold the value.
        edited.map_err(|_| {
            EngineError::Definition("a property that the job sets does not fit its node".to_owned())
        })?;
        let parameters = parameters.into_iter().chain(unknown).cloned().collect();
        let request = JobRequest { stream: Arc::new(stream), parameters, ..request.clone() };
        Ok(Self { request: Cow::Owned(request), secrets })
    }

    /// The error without the values that the job set.
    pub(crate) fn hide(&self, error: EngineError) -> EngineError {
        if self.secrets.is_empty() {
            return error;
        }
        match error {
            EngineError::Refused(reasons) => {
                EngineError::Refused(reasons.into_iter().map(|reason| self.hide_in(reason)).collect())
            }
            EngineError::Definition(message) => EngineError::Definition(self.hidden(message)),
            EngineError::Branch(message) => EngineError::Branch(self.hidden(message)),
            EngineError::Node { node, message } => EngineError::Node { node, message: self.hidden(message) },
            EngineError::Model { node, message } => {
                EngineError::Model { node, message: self.hidden(message) }
            }
            EngineError::SourceMissing { node, file } => {
                EngineError::SourceMissing { node, file: self.hidden(file) }
            }
            EngineError::Query(message) => EngineError::Query(self.hidden(message)),
            other => other,
        }
    }

    /// The diagnostic without the values that the job set.
    pub(crate) fn hide_in(&self, reason: Diagnostic) -> Diagnostic {
        let value = reason.value.map(|value| match self.secrets.contains(&value) {
            true => HIDDEN.to_owned(),
            false => self.hidden(value),
        });
        Diagnostic { value, message: self.hidden(reason.message), ..reason }
    }

    /// The text without the values that the job set.
    pub(crate) fn hidden(&self, text: String) -> String {
        let long = self.secrets.iter().filter(|secret| secret.chars().count() >= SHORTEST_HIDDEN);
        long.fold(text, |text, secret| text.replace(secret.as_str(), HIDDEN))
    }
}

/// The nodes that an override means; none where nothing has the name.
fn nodes<'g, 'a>(
    graph: &'g Graph<'a>,
    name: &str,
    query: &str,
) -> Result<Vec<&'g GraphNode<'a>>, EngineError> {
    let is_of_type = |node: &GraphNode<'_>| {
        let entry = catalog::entry(&node.node.node_type);
        entry.and_then(|entry| entry.script_name) == Some(name)
    };
    let of_type = || graph.nodes().map(|(_, node)| node).filter(|node| is_of_type(node)).collect();
    match graph.find(name, |_, _| true) {
        Ok(vertex) => Ok(graph.node(vertex).into_iter().collect()),
        Err(NotFound::Nobody) => Ok(of_type()),
        Err(NotFound::Several(candidates)) => {
            let several = candidates.join(", ");
            Err(EngineError::Definition(format!(
                "parameterOverride {query:?}: several nodes are called {name:?}: {several}; name one by its uid"
            )))
        }
    }
}

/// The name that the stream has for a property of one value.
fn stored_name(node: &GraphNode<'_>, property: &str, registry: &Registry) -> Result<String, EngineError> {
    let settings = registry.find(&node.node.node_type).map_or(&[][..], |known| known.settings);
    let known = settings.iter().find(|setting| {
        setting.property == property || (!property.is_empty() && setting.script_name == property)
    });
    let stored = known.map_or(property, |setting| setting.property);
    let found = node.node.properties().and_then(|properties| properties.child(stored));
    let refused = |reason: &str| {
        let node = NodeRef::of(node.node);
        Err(EngineError::Definition(format!("parameterOverride: {node} {reason} {property:?}")))
    };
    match (found, known) {
        (Some(element), _) if element.elements().next().is_some() => {
            refused("has more than one value in its property")
        }
        (None, None) => refused("has no property"),
        _ => Ok(stored.to_owned()),
    }
}
