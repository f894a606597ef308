//! Reads a node's properties, and detects unknown ones.

use std::collections::HashSet;
use std::sync::Arc;

use crate::element::{Element, FromText};
use crate::error::{ErrorKind, Result, StreamError};
use crate::node::{Node, NodeKind};

/// Properties of all node types that do not affect the data, or that [`Node`] itself has read.
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

/// A property, unchanged from the file.
///
/// An engine refuses an unknown property. The error names the node, the property and its text.
#[derive(Debug, Clone, PartialEq)]
pub struct Property {
    /// Its name.
    pub name: String,
    /// Its text; empty if it is structured.
    pub text: String,
    /// The whole element.
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

/// The properties of one node. Each is read once; [`PropertyReader::unknown`] returns those that were not
/// read.
///
/// ```
/// use satsuma_stream::{Node, PropertyReader, Result, StreamBuilder, StreamFile};
///
/// struct Sort {
///     keys: Vec<String>,
///     unknown: Vec<satsuma_stream::nodes::Property>,
/// }
///
/// fn sort(node: &Node) -> Result<Sort> {
///     PropertyReader::read(node, |properties| {
///         properties.skip(&["outputLinesPerPage"]);
///         let keys = properties.fields("keys");
///         Ok(Sort { keys, unknown: properties.unknown() })
///     })
/// }
/// # let mut stream = StreamBuilder::new("sample");
/// # let table = stream.table();
/// # let file = StreamFile::open(stream.write()?)?;
/// # let node = file.stream().diagram.find(&table.uid())?;
/// # assert!(sort(node)?.keys.is_empty());
/// # assert!(sort(node)?.unknown.iter().any(|property| property.name == "outputMode"));
/// # Ok::<(), satsuma_stream::StreamError>(())
/// ```
#[derive(Debug, Clone)]
pub struct PropertyReader<'a> {
    node: &'a Node,
    left: Vec<&'a Arc<Element>>,
}

/// Reads a node of the expected type; errors name the node.
pub(super) fn read<'a, T>(
    node: &'a Node,
    kind: NodeKind,
    wanted: &'static str,
    read: impl FnOnce(&mut PropertyReader<'a>) -> Result<T>,
) -> Result<T> {
    if node.kind() != kind {
        let found = node.node_type.to_string();
        return Err(StreamError::new(ErrorKind::WrongNodeType { found, wanted }).within(&node.describe()));
    }
    PropertyReader::read(node, read)
}

impl<'a> PropertyReader<'a> {
    /// All properties of a node.
    ///
    /// # Errors
    /// [`ErrorKind::Twice`] if two properties have the same name.
    pub fn new(node: &'a Node) -> Result<Self> {
        let left: Vec<_> = node.properties().into_iter().flat_map(Element::elements).collect();
        let mut seen = HashSet::new();
        if let Some(twice) = left.iter().find(|property| !seen.insert(property.name())) {
            return Err(ErrorKind::Twice(format!("property {:?}", twice.name())).into());
        }
        Ok(PropertyReader { node, left })
    }

    /// Reads a node with a function; its errors name the node.
    ///
    /// # Errors
    /// Those of [`PropertyReader::new`] and of the function.
    pub fn read<T>(node: &'a Node, read: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        let read = Self::new(node).and_then(|mut properties| read(&mut properties));
        read.map_err(|error| error.within(&node.describe()))
    }

    /// The node itself, for data outside its properties.
    pub fn node(&self) -> &'a Node {
        self.node
    }

    /// Consumes a property as an element; `None` if it is missing or already consumed.
    pub fn element(&mut self, name: &str) -> Option<&'a Element> {
        let position = self.left.iter().position(|left| left.name() == name)?;
        Some(self.left.remove(position))
    }

    /// Consumes a property as a value; `None` if it is missing.
    ///
    /// # Errors
    /// [`ErrorKind::Value`] if its text is not such a value.
    pub fn get<T: FromText>(&mut self, name: &str) -> Result<Option<T>> {
        self.element(name).map(Element::parse).transpose()
    }

    /// Consumes a property as a value. A missing property has the value `default`, which is Modeler's own
    /// default.
    ///
    /// # Errors
    /// [`ErrorKind::Value`] if its text is not such a value.
    pub fn get_or<T: FromText>(&mut self, name: &str, default: T) -> Result<T> {
        Ok(self.get(name)?.unwrap_or(default))
    }

    /// Consumes a property as text; `None` if it is missing or empty.
    ///
    /// # Errors
    /// None so far.
    pub fn text(&mut self, name: &str) -> Result<Option<String>> {
        let text: Option<String> = self.get(name)?;
        Ok(text.filter(|text| !text.is_empty()))
    }

    /// Consumes a list of names: the texts of the `<field>` children. A missing property has none.
    pub fn fields(&mut self, name: &str) -> Vec<String> {
        let fields = self.element(name).into_iter();
        let fields = fields.flat_map(|list| list.children("field"));
        fields.map(|field| field.text().into_owned()).collect()
    }

    /// Ignores properties that do not change the node's result, such as display settings.
    pub fn skip(&mut self, names: &[&str]) {
        self.left.retain(|left| !names.contains(&left.name()));
    }

    /// Consumes all remaining properties whose name satisfies the predicate.
    pub fn take_all(&mut self, fits: impl Fn(&str) -> bool) -> Vec<Property> {
        let (taken, left) = self.left.iter().partition(|left| fits(left.name()));
        self.left = left;
        taken.into_iter().map(Property::new).collect()
    }

    /// Consumes the remaining properties, except those of all node types that do not affect the data, such as
    /// the label.
    pub fn unknown(&mut self) -> Vec<Property> {
        self.skip(&COMMON);
        self.take_all(|_| true)
    }
}
