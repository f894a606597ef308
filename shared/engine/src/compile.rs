//! Compilation of one node: its context, and the report of unsupported features.

use std::borrow::Cow;
use std::collections::BTreeMap;

use satsuma_columns::Scalar;
use satsuma_stream::{Node, PropertyReader, Stream, StreamError, StreamFile};

use crate::diagnostic::{NodeDiagnostics, Reported};
use crate::error::{NodeError, NodeRef};
use crate::graph::{Graph, GraphNode};
use crate::request::{FileFormat, JobRequest, SourceOverride};
use crate::settings::Settings;

/// The context for compiling a node.
#[derive(Debug)]
pub struct Compile<'a> {
    pub(crate) request: &'a JobRequest,
    pub(crate) graph: &'a Graph<'a>,
    pub(crate) node: &'a GraphNode<'a>,
    pub(crate) source: Option<&'a SourceOverride>,
    pub(crate) diagnostics: NodeDiagnostics<'a>,
}

impl<'a> Compile<'a> {
    /// The node of the stream.
    pub fn node(&self) -> &'a Node {
        self.node.node
    }

    /// The node with its position in the graph.
    pub fn graph_node(&self) -> &'a GraphNode<'a> {
        self.node
    }

    /// The node's name in messages.
    pub fn node_ref(&self) -> &NodeRef {
        self.diagnostics.node()
    }

    /// The stream.
    pub fn stream(&self) -> &'a Stream {
        self.request.stream.stream()
    }

    /// The file of the stream, which contains stored models.
    pub fn file(&self) -> &'a StreamFile {
        &self.request.stream
    }

    /// The default layout of result files.
    pub fn format(&self) -> FileFormat {
        self.request.format
    }

    /// The whole job.
    pub fn request(&self) -> &'a JobRequest {
        self.request
    }

    /// The job's override of this source.
    pub fn source_override(&self) -> Option<&'a SourceOverride> {
        self.source
    }

    /// A parameter in the node's scope: of the supernodes around it, innermost first, then of the stream.
    pub fn parameter(&self, name: &str) -> Option<&'a Scalar> {
        self.graph.parameter(self.node.scope, name)
    }

    /// All parameters in the node's scope, without `$P-`.
    pub fn parameters(&self) -> BTreeMap<String, Scalar> {
        self.graph.parameters(self.node.scope)
    }

    /// Reads the node's settings. Unknown properties are refused.
    ///
    /// # Errors
    /// The node is damaged.
    pub fn settings<S: Settings>(&mut self) -> Result<S, Reported> {
        let read = || -> Result<_, StreamError> {
            let mut reader = PropertyReader::new(self.node.node)?;
            let settings = S::read(&mut reader)?;
            Ok((settings, reader.unknown()))
        };
        match read() {
            Ok((settings, unknown)) => {
                self.diagnostics.unknown(&unknown);
                Ok(settings)
            }
            Err(error) => Err(self.diagnostics.damaged(&error)),
        }
    }

    /// Reads the node with a reader of the stream crate.
    ///
    /// # Errors
    /// The node is damaged.
    pub fn read<T>(&mut self, read: impl FnOnce(&'a Node) -> Result<T, StreamError>) -> Result<T, Reported> {
        read(self.node.node).map_err(|error| self.diagnostics.damaged(&error))
    }

    /// Reports a failed result of the stream crate.
    ///
    /// # Errors
    /// The result has failed.
    pub fn undamaged<T>(&mut self, result: Result<T, StreamError>) -> Result<T, Reported> {
        result.map_err(|error| self.diagnostics.damaged(&error))
    }

    /// Refuses the node as a whole.
    pub fn refuse(&mut self, message: impl Into<String>) -> Reported {
        self.diagnostics.refuse(message)
    }

    /// Refuses the value of a property.
    pub fn refuse_value(
        &mut self,
        property: impl Into<Cow<'static, str>>,
        value: impl ToString,
        message: impl Into<String>,
    ) -> Reported {
        self.diagnostics.refuse_value(property, value, message)
    }

    /// Reports an error of compiling a model or an expression.
    pub fn report(&mut self, error: NodeError) -> Reported {
        match error {
            NodeError::Unsupported { property: Some(property), message } => {
                self.diagnostics.refuse_value(property, "…", message)
            }
            NodeError::Unsupported { property: None, message } => self.diagnostics.refuse(message),
            other => self.diagnostics.uncompilable(None, other.to_string()),
        }
    }

    /// The diagnostics of the node.
    pub fn diagnostics(&mut self) -> &mut NodeDiagnostics<'a> {
        &mut self.diagnostics
    }
}
