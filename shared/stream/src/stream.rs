//! A stream: its properties, its parameters and its diagram.

mod globals;
mod parameter;
mod properties;
mod ties;
mod write;

use std::sync::Arc;

pub use globals::GlobalValues;
pub use parameter::Parameter;
pub use properties::{DeploymentType, RulesetMode, ScriptLanguage, StreamProperties};
pub use ties::{Designation, RefreshLink, Tie};

use crate::diagram::Diagram;
use crate::element::Element;
use crate::error::{ErrorKind, Result, StreamError};
use crate::limits::Limits;
use crate::node::{Node, NodeBudget};

/// Root element of a stream's document.
const ROOT: &str = "clementineStream";

/// A stream as a graph, read from a document.
#[derive(Debug, Clone, PartialEq)]
pub struct Stream {
    /// Version of Modeler that wrote it, such as `18.1`.
    pub version: String,
    /// Version of the layout, such as `18.110000000000003`: a decimal number; compare major and minor
    /// version.
    pub save_version: String,
    /// Its name when it was saved; often different from the file's name.
    pub name: String,
    /// The properties of its execution.
    pub properties: StreamProperties,
    /// Parameters. Expressions refer to them as `'$P-name'`.
    pub parameters: Vec<Parameter>,
    /// Global values of fields, as last computed.
    pub globals: Vec<GlobalValues>,
    /// Its nodes and links.
    pub diagram: Diagram,
    element: Arc<Element>,
    root: Element,
}

/// The scoring branch of a deployed stream.
#[derive(Debug, Clone, PartialEq)]
pub struct Branch<'a> {
    /// The designated terminal node.
    pub terminal: &'a Node,
    /// The terminal node and all nodes that it reads from. Each node follows its inputs; the terminal node is
    /// last.
    pub nodes: Vec<&'a Node>,
}

impl Stream {
    /// Reads a document whose root is `clementineStream`.
    ///
    /// # Errors
    /// A document of another type, a missing part, or one of another type.
    pub fn from_document(document: &Element, limits: &Limits) -> Result<Self> {
        if document.name() != ROOT {
            return Err(ErrorKind::NotAStream(document.name().to_owned()).into());
        }
        let element = document.require("stream")?;
        let properties = element.require("properties")?;
        let mut budget = NodeBudget::new(limits.nodes);
        let within = |error: StreamError| error.within("stream");
        let diagram = element.require("diagram")?;
        Ok(Stream {
            version: document.attr("version").unwrap_or_default().to_owned(),
            save_version: element.attr("saveVersion").unwrap_or_default().to_owned(),
            name: properties.get("name").map_err(within)?.unwrap_or_default(),
            properties: StreamProperties::from_element(properties).map_err(within)?,
            parameters: Parameter::list(properties).map_err(within)?,
            globals: GlobalValues::list(properties).map_err(within)?,
            diagram: Diagram::from_element(diagram, &mut budget).map_err(within)?,
            element: Arc::clone(element),
            root: document.clone(),
        })
    }

    /// The `stream` element of the file.
    pub fn element(&self) -> &Element {
        &self.element
    }

    /// Whether the stream has loops or conditions for its executions. No known stream has any.
    pub fn has_iteration_conditions(&self) -> bool {
        let conditions = self.element.child("iterationConditions");
        conditions.is_some_and(|conditions| !conditions.is_empty())
    }

    /// The designated scoring branch.
    ///
    /// # Errors
    /// [`ErrorKind::NoScoringBranch`], [`ErrorKind::DanglingScoringBranch`], or
    /// [`ErrorKind::Cycle`].
    pub fn scoring_branch(&self) -> Result<Branch<'_>> {
        let uid = &self.properties.scoring_terminal_node;
        let uid = uid.as_deref().ok_or(ErrorKind::NoScoringBranch)?;
        let terminal = self.diagram.find_uid(uid);
        let terminal = terminal.ok_or_else(|| ErrorKind::DanglingScoringBranch(uid.to_owned()))?;
        self.branch_to(terminal)
    }

    /// The branch of a terminal node in the stream's own diagram.
    ///
    /// # Errors
    /// [`ErrorKind::Cycle`].
    pub fn branch_to<'a>(&'a self, terminal: &'a Node) -> Result<Branch<'a>> {
        let nodes = self.diagram.upstream(terminal.id)?;
        Ok(Branch { terminal, nodes })
    }
}

#[cfg(test)]
mod tests;
