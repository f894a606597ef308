//! Reading a node's properties, and noticing those that nobody asked for.

use std::collections::HashSet;
use std::sync::Arc;

use crate::element::{Element, FromText};
use crate::error::{ErrorKind, Result};
use crate::node::{Node, NodeKind};

/// Properties that every type of node has and that do not touch its data, or that
/// [`Node`] itself has read.
const COMMON: [&str; 23] = [
    "annotation",
    "autoLabel",
    "builderNodeId",
    "cacheEnabled",
    "createdBy",
    "creationDate",
    "doReadValues",
    "enabled",
    "fieldMappingEssentialFields",
    "keywords",
    "label",
    "lastSavedAs",
    "lastSavedBy",
    "lastSavedDate",
    "name",
    "position",
    "refreshLinkState",
    "repalcebuilderNodeId",
    "repositoryLastModified",
    "repositoryPath",
    "repositoryVersionMarker",
    "scriptExecutionModeChange",
    "toolTipText",
];

/// A property as the file has it.
#[derive(Debug, Clone, PartialEq)]
pub struct Property {
    /// Its name.
    pub name: String,
    /// Its text; empty if it is structured.
    pub text: String,
    /// The whole of it.
    pub element: Arc<Element>,
}

impl Property {
    fn new(element: &Arc<Element>) -> Self {
        Property {
            name: element.name().to_owned(),
            text: element.text().into_owned(),
            element: Arc::clone(element),
        }
    }
}

/// The properties of one node; each is taken once.
pub(super) struct PropertyReader<'a> {
    node: &'a Node,
    left: Vec<&'a Arc<Element>>,
}

/// Reads a node of the expected kind; errors name the node.
pub(super) fn read<'a, T>(
    node: &'a Node,
    kind: NodeKind,
    wanted: &'static str,
    read: impl FnOnce(&mut PropertyReader<'a>) -> Result<T>,
) -> Result<T> {
    let read = || {
        if node.kind() != kind {
            let found = node.node_type.to_string();
            return Err(ErrorKind::WrongNodeType { found, wanted }.into());
        }
        read(&mut PropertyReader::new(node)?)
    };
    read().map_err(|error| error.within(&node.describe()))
}

impl<'a> PropertyReader<'a> {
    fn new(node: &'a Node) -> Result<Self> {
        let properties = node.element().child("properties");
        let all = properties.into_iter().flat_map(|all| all.elements());
        let left: Vec<_> = all.collect();
        let mut seen = HashSet::new();
        if let Some(twice) = left.iter().find(|property| !seen.insert(property.name())) {
            return Err(ErrorKind::Twice(format!("property {:?}", twice.name())).into());
        }
        Ok(PropertyReader { node, left })
    }

    /// The node itself, for what it holds outside its properties.
    pub(super) fn node(&self) -> &'a Node {
        self.node
    }

    /// The element of a property.
    pub(super) fn element(&mut self, name: &str) -> Option<&'a Element> {
        let position = self.left.iter().position(|left| left.name() == name)?;
        Some(self.left.remove(position))
    }

    /// A property as a value.
    pub(super) fn get<T: FromText>(&mut self, name: &str) -> Result<Option<T>> {
        self.element(name).map(Element::parse).transpose()
    }

    /// A property as a value, or the value that Modeler assumes without it.
    pub(super) fn get_or<T: FromText>(&mut self, name: &str, default: T) -> Result<T> {
        Ok(self.get(name)?.unwrap_or(default))
    }

    /// A property as text; `None` where it is empty.
    pub(super) fn text(&mut self, name: &str) -> Result<Option<String>> {
        let text: Option<String> = self.get(name)?;
        Ok(text.filter(|text| !text.is_empty()))
    }

    /// A list of names: `<field>` children.
    pub(super) fn fields(&mut self, name: &str) -> Vec<String> {
        let fields = self.element(name).into_iter();
        let fields = fields.flat_map(|list| list.children("field"));
        fields.map(|field| field.text().into_owned()).collect()
    }

    /// Leaves out properties that do not touch the data.
    pub(super) fn skip(&mut self, names: &[&str]) {
        self.left.retain(|left| !names.contains(&left.name()));
    }

    /// Takes all properties left whose name fits.
    pub(super) fn take_all(&mut self, fits: impl Fn(&str) -> bool) -> Vec<Property> {
        let (taken, left) = self.left.iter().partition(|left| fits(left.name()));
        self.left = left;
        taken.into_iter().map(Property::new).collect()
    }

    /// What nobody asked for.
    pub(super) fn unknown(&mut self) -> Vec<Property> {
        self.skip(&COMMON);
        self.take_all(|_| true)
    }
}
