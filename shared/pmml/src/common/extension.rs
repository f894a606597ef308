//! `Extension`: additions to PMML by a vendor.

use crate::xml::{Element, Node};

/// An unchanged `Extension`. Its content is computed only if a model needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extension {
    /// The vendor, such as `spss.com`.
    pub extender: Option<String>,
    /// The name of a name and value pair.
    pub name: Option<String>,
    /// The value of a name and value pair.
    pub value: Option<String>,
    /// Elements inside.
    pub content: Vec<Element>,
}

impl Extension {
    pub(crate) fn read_all(parent: &Node<'_>) -> Vec<Self> {
        parent.all("Extension").map(|node| Self::read(&node)).collect()
    }

    fn read(node: &Node<'_>) -> Self {
        Self {
            extender: node.owned("extender"),
            name: node.owned("name"),
            value: node.owned("value"),
            content: node.element.children.clone(),
        }
    }
}
