//! The catalog of Modeler's node types: their names in files, on the canvas and in scripts.
//!
//! Names and scripting names are those of IBM's "Python Scripting and Automation Guide" (Modeler 18 and 19)
//! and of the node palettes. Classes come from real streams. A documented node that no known stream contains
//! has no class here.

mod table;

use crate::node::{NodeFamily, NodeType};

/// A type of node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CatalogEntry {
    /// The class in files, such as `DelimitedFileImportNode`; `None` if no known stream contains the node.
    pub class: Option<&'static str>,
    /// The name of the type in an extension, such as `buildSVM`.
    pub extension: Option<&'static str>,
    /// The displayed name, such as `Var. File`.
    pub name: &'static str,
    /// The name in scripts, such as `variablefilenode`; `None` if IBM documents none.
    pub script_name: Option<&'static str>,
    /// The palette.
    pub family: NodeFamily,
}

/// All node types, by palette.
pub fn entries() -> impl Iterator<Item = &'static CatalogEntry> {
    table::TABLES.iter().flat_map(|palette| palette.iter())
}

/// The entry of a type. An extension's type without an entry of its own has the entry of its class, if there
/// is one.
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

/// The entry of a scripting name. As in scripts, the final `node` is optional: `variablefile`.
pub fn scripted(name: &str) -> Option<&'static CatalogEntry> {
    let stem = |name: &'_ str| name.strip_suffix("node").unwrap_or(name).to_owned();
    let wanted = stem(name);
    entries().find(|entry| entry.script_name.is_some_and(|name| stem(name) == wanted))
}

#[cfg(test)]
mod tests;
