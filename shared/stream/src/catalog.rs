//! The catalog of Modeler's nodes: what a node is called in a file, by users and in scripts.
//!
//! Names and scripting names are those of IBM's "Python Scripting and Automation Guide" (Modeler 18 and 19)
//! and of the node palettes. Classes are those that real streams have; a node that is documented but that no
//! known stream has is listed without its class.

mod table;

use crate::node::{NodeFamily, NodeType};

/// A type of node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CatalogEntry {
    /// The class in files, such as `DelimitedFileImportNode`; `None` if no known stream has the node.
    pub class: Option<&'static str>,
    /// The name that an extension gives the type, such as `buildSVM`.
    pub extension: Option<&'static str>,
    /// The name that users see, such as `Var. File`.
    pub name: &'static str,
    /// The name in scripts, such as `variablefilenode`; `None` if IBM documents none.
    pub script_name: Option<&'static str>,
    /// The palette.
    pub family: NodeFamily,
}

/// All types of nodes, by palette.
pub fn entries() -> impl Iterator<Item = &'static CatalogEntry> {
    table::TABLES.iter().flat_map(|palette| palette.iter())
}

/// The entry of a type. A type that an extension added and that has no entry has that of its class, if any.
///
/// ```
/// use satsuma_stream::{NodeType, catalog};
///
/// let entry = catalog::entry(&NodeType::new("DelimitedFileImportNode"));
/// assert_eq!(entry.map(|entry| entry.name), Some("Var. File"));
/// let nugget = NodeType::of_extension("ExtensionApplyModelNode", "applySVM");
/// assert_eq!(catalog::entry(&nugget).and_then(|entry| entry.script_name), Some("applysvmnode"));
/// ```
pub fn entry(node_type: &NodeType) -> Option<&'static CatalogEntry> {
    let of = |extension: Option<&str>| {
        let same =
            |entry: &&CatalogEntry| entry.class == Some(node_type.class()) && entry.extension == extension;
        entries().find(same)
    };
    let exact = of(node_type.extension());
    exact.or_else(|| node_type.extension().and_then(|_| of(None)))
}

/// The entry of a name in scripts. As in scripts, the `node` at its end may be missing: `variablefile`.
pub fn scripted(name: &str) -> Option<&'static CatalogEntry> {
    let stem = |name: &'_ str| name.strip_suffix("node").unwrap_or(name).to_owned();
    let wanted = stem(name);
    entries().find(|entry| entry.script_name.is_some_and(|name| stem(name) == wanted))
}

#[cfg(test)]
mod tests;
