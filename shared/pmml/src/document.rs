//! A PMML document as typed structures, before compilation.

use crate::error::PmmlError;
use crate::xml::{self, Node};

pub use crate::common::*;
pub use crate::models::document::*;
pub use crate::xml::Element;
/// A PMML document, versions 3.1 to 4.4.
///
/// <https://dmg.org/pmml/v4-4/GeneralStructure.html>
#[derive(Debug, Clone)]
pub struct Document {
    /// The version in the document.
    pub version: String,
    /// The program that wrote it (`Header/Application`), if given.
    pub application: Option<Application>,
    /// The fields of the raw data.
    pub data_dictionary: DataDictionary,
    /// Fields computed for all models, and functions.
    pub transformation_dictionary: TransformationDictionary,
    /// The models, in order. Modeler writes one, or none for Auto Data Prep.
    pub models: Vec<Model>,
    /// Extensions of the document itself, such as Auto Data Prep's analysis report.
    pub extensions: Vec<Extension>,
}

/// The program that wrote a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Application {
    /// Its name, such as `IBM SPSS Modeler`.
    pub name: String,
    /// Its version, if given.
    pub version: Option<String>,
}

/// The versions whose elements this crate supports.
const VERSIONS: [&str; 6] = ["3.1", "3.2", "4.0", "4.1", "4.2", "4.3"];
const LATEST: &str = "4.4";

impl Document {
    /// Reads a document.
    ///
    /// # Errors
    ///
    /// [`PmmlError::Xml`] and [`PmmlError::Limit`] for bytes that are not an acceptable XML document;
    /// [`PmmlError::Invalid`] for a violation of PMML; [`PmmlError::Unsupported`] for an unknown element,
    /// attribute or value that would change results. A model of an unknown type is not an error yet:
    /// [`Document::compile`] refuses it.
    pub fn parse(bytes: &[u8]) -> Result<Self, PmmlError> {
        let root = xml::parse(bytes)?;
        let node = Node::root(&root);
        if root.name != "PMML" {
            return Err(node.invalid(format!("the document is a {}, not PMML", root.name)));
        }
        let version = node.required("version")?;
        let known = |v: &str| version == v || version.starts_with(&format!("{v}."));
        if !VERSIONS.into_iter().chain([LATEST]).any(known) {
            return Err(node.unsupported(format!("PMML version {version:?}")));
        }
        let dictionary = node.required_child("DataDictionary")?;
        let mut document = Self {
            version: version.to_owned(),
            application: application(&node),
            data_dictionary: DataDictionary::read(&dictionary)?,
            transformation_dictionary: TransformationDictionary::default(),
            models: Vec::new(),
            extensions: Extension::read_all(&node),
        };
        for child in node.children() {
            match child.name() {
                "Header" | "MiningBuildTask" | "DataDictionary" | "Extension" => {}
                "TransformationDictionary" => {
                    document.transformation_dictionary = TransformationDictionary::read(&child)?;
                }
                name if Model::is_model(name) => document.models.push(Model::read(&child)?),
                name => return Err(node.unsupported(format!("element {name}"))),
            }
        }
        if document.models.is_empty()
            && let Some(model) = BayesNetModel::find(&node)?
        {
            document.models.push(Model::BayesNet(Box::new(model)));
        }
        Ok(document)
    }

    /// Whether SPSS (or Clementine, its former name) wrote the document.
    pub fn written_by_ibm(&self) -> bool {
        let name = self.application.as_ref().map(|a| a.name.as_str()).unwrap_or_default();
        name.contains("SPSS") || name.contains("Clementine")
    }
}

fn application(root: &Node<'_>) -> Option<Application> {
    let header = root.child("Header")?;
    let application = header.child("Application")?;
    let name = application.attribute("name")?.to_owned();
    Some(Application { name, version: application.owned("version") })
}

#[cfg(test)]
mod tests;
