//! All types of Modeler files: streams, palettes of models, single nodes, saved outputs.

use std::sync::Arc;

use bytes::Bytes;

use crate::element::Element;
use crate::error::{ErrorKind, Result};
use crate::file::StreamFile;
use crate::limits::Limits;
use crate::node::{Node, NodeBudget};
use crate::package::Package;
use crate::record_table::RecordTable;

/// An opened Modeler file: `.str`, `.gen`, `.gm`, `.nod` or `.cou`. Its document, not its name, determines
/// the type.
#[derive(Debug, Clone)]
pub struct ModelerFile {
    package: Package,
    kind: ModelerFileKind,
}

/// The content of a Modeler file.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum ModelerFileKind {
    /// A stream (`.str`).
    Stream(Box<StreamFile>),
    /// A palette of models (`.gen`) or one saved model (`.gm`). These models belong to no stream.
    Palette(Vec<Node>),
    /// A single node (`.nod`).
    Node(Vec<Node>),
    /// A saved output (`.cou`), such as a table or chart.
    Output(SavedOutput),
}

/// A saved output.
#[derive(Debug, Clone, PartialEq)]
pub struct SavedOutput {
    /// Its type, the class without its package: `TableOutput`, `HistogramOutput` …
    pub class: String,
    /// Its name.
    pub name: String,
    /// Uid of the node that created it.
    pub builder: Option<String>,
    /// Entries with its records, in document order; see [`ModelerFile::table`].
    pub tables: Vec<String>,
    /// The element with all its properties.
    pub element: Arc<Element>,
}

impl ModelerFile {
    /// Opens a file with the default [`Limits`].
    ///
    /// # Errors
    /// The file is not a zip archive, is hostile or damaged, or has an unknown type.
    pub fn open(bytes: impl Into<Bytes>) -> Result<Self> {
        Self::open_with(bytes, Limits::default())
    }

    /// Like [`ModelerFile::open`], with other limits.
    ///
    /// # Errors
    /// Those of [`ModelerFile::open`].
    pub fn open_with(bytes: impl Into<Bytes>, limits: Limits) -> Result<Self> {
        let package = Package::open(bytes, limits)?;
        let kind = kind(&package).map_err(|error| error.in_entry(package.main()))?;
        Ok(ModelerFile { package, kind })
    }

    /// The content of the file.
    pub fn kind(&self) -> &ModelerFileKind {
        &self.kind
    }

    /// The whole main document.
    pub fn document(&self) -> &Element {
        self.package.document()
    }

    /// Names of all entries, in order.
    pub fn entry_names(&self) -> impl Iterator<Item = &str> {
        self.package.names()
    }

    /// Reads a side file, such as `data/0001.dat`.
    ///
    /// # Errors
    /// [`ErrorKind::NoEntry`] or [`ErrorKind::Damaged`].
    pub fn entry(&self, name: &str) -> Result<Vec<u8>> {
        self.package.read(name)
    }

    /// Reads a side file that is a table of records.
    ///
    /// # Errors
    /// There is no such side file, or it is not a table.
    pub fn table(&self, name: &str) -> Result<RecordTable> {
        let content = self.entry(name)?;
        RecordTable::read(&content, self.package.limits()).map_err(|error| error.in_entry(name))
    }

    /// The file, byte for byte.
    ///
    /// # Errors
    /// None at present. Only [`StreamFile::edit`] changes files.
    pub fn write(&self) -> Result<Vec<u8>> {
        self.package.write()
    }
}

fn kind(package: &Package) -> Result<ModelerFileKind> {
    let document = package.document();
    Ok(match document.name() {
        "clementineStream" => ModelerFileKind::Stream(Box::new(StreamFile::from_package(package.clone())?)),
        "clementineModelPalette" | "clementineModel" => ModelerFileKind::Palette(nodes(package)?),
        "clementineNode" => ModelerFileKind::Node(nodes(package)?),
        "clementineOutput" => ModelerFileKind::Output(SavedOutput::from_document(document)?),
        other => return Err(ErrorKind::NotAStream(other.to_owned()).into()),
    })
}

/// The models of a palette, or the nodes of a node file. They belong to no diagram, so they may have no
/// number; those are numbered here.
fn nodes(package: &Package) -> Result<Vec<Node>> {
    let mut found = Vec::new();
    outermost_nodes(package.document(), &mut found);
    let mut budget = NodeBudget::new(package.limits().nodes);
    let nodes = found.into_iter().zip(0_u32..).map(|(element, number)| {
        let mut element = Arc::clone(element);
        if element.attr("id").is_none() {
            Arc::make_mut(&mut element).set_attr("id", &number.to_string());
        }
        Node::from_element(&element, &mut budget)
    });
    nodes.collect()
}

fn outermost_nodes<'a>(element: &'a Element, found: &mut Vec<&'a Arc<Element>>) {
    for child in element.elements() {
        match child.attr("class").is_some() && matches!(child.name(), "node" | "model") {
            true => found.push(child),
            false => outermost_nodes(child, found),
        }
    }
}

impl SavedOutput {
    fn from_document(document: &Element) -> Result<Self> {
        let element = document.require("output")?;
        let class = element.require_attr("class")?;
        let property = |name: &str| element.path(["properties", name]).map(|leaf| leaf.text().into_owned());
        let mut tables = Vec::new();
        data_files(element, &mut tables);
        Ok(SavedOutput {
            class: class.rsplit('.').next().unwrap_or(class).to_owned(),
            name: property("name").unwrap_or_default(),
            builder: property("builderNodeId").filter(|uid| !uid.is_empty()),
            tables,
            element: Arc::clone(element),
        })
    }
}

/// Collects the files that `data` elements name.
pub(crate) fn data_files(element: &Element, found: &mut Vec<String>) {
    for child in element.elements() {
        if child.name() == "data" {
            found.extend(child.attr("file").map(str::to_owned));
        }
        data_files(child, found);
    }
}

#[cfg(test)]
mod tests;
