//! Nuggets of extensions: SVM, Bayes net, KNN, random trees, time series.

use super::model_header::ModelHeader;
use super::properties::{Property, PropertyReader, read};
use super::property_writer::PropertyWriter;
use crate::element::Element;
use crate::error::{ErrorKind, Result, StreamError};
use crate::extension::unwrap_content;
use crate::file::StreamFile;
use crate::node::{Node, NodeKind};

/// A nugget of an extension; [`Node::node_type`] has its type (`applySVM`).
#[derive(Debug, Clone, PartialEq)]
pub struct ExtensionApply {
    /// The extension, such as `spss.svm_id`.
    pub extension_id: String,
    /// The extension's name of the node type, such as `applySVM`.
    pub element_id: String,
    /// Uid of the node that built the model.
    pub builder: Option<String>,
    /// Its containers by name: a `model` and sometimes reports.
    pub containers: Vec<ExtensionContainer>,
    /// Its scoring options: properties whose names start with an underscore.
    /// [`SvmOptions`](super::SvmOptions) reads those of SVM.
    pub options: Vec<Property>,
    /// Unknown properties.
    pub unknown: Vec<Property>,
}

/// A container of an extension's nugget.
#[derive(Debug, Clone, PartialEq)]
pub struct ExtensionContainer {
    /// Its name: `model`, `PMML`, `StatXML` …
    pub name: String,
    /// For models, their type: `Classification` …
    pub model_type: Option<String>,
    /// Whether there is one model for each split.
    pub is_split: bool,
    /// Its header; inputs and outputs for models.
    pub header: ModelHeader,
    /// The content, in side files.
    pub contents: Vec<ContentRef>,
}

/// A side file of an extension nugget.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContentRef {
    /// Type of the content: `SVM_model`, `as_container` (a zip) …
    pub type_id: String,
    /// The entry of the zip.
    pub entry: String,
}

/// Internal data of nuggets, and properties of builders that extension nuggets contain without effect: the
/// effective ones begin with an underscore.
const NO_EFFECT: [&str; 13] = [
    "analysisReportList",
    "buildSettings",
    "builderStreamId",
    "calculateAdjustedPropensities",
    "calculateRawPropensities",
    "calculateVariableImportances",
    "crossValidationMean",
    "crossValidationSE",
    "importedModel",
    "model",
    "propensityModel",
    "ta_model_content",
    "useCrossValidation",
];

impl ExtensionApply {
    /// Reads the node's properties and the references to its containers.
    ///
    /// # Errors
    /// A missing property, one of another type, or a node of another type.
    pub fn from_node(node: &Node) -> Result<Self> {
        read(node, NodeKind::ExtensionApply, "nugget of an extension", Self::read)
    }

    fn read(properties: &mut PropertyReader<'_>) -> Result<Self> {
        let element = properties.node().element();
        let lists = element.child("contentContainers").into_iter();
        let containers: Result<_> = lists
            .flat_map(|lists| lists.children("containers"))
            .flat_map(|list| list.children("container"))
            .map(|container| ExtensionContainer::from_element(container))
            .collect();
        let builder = properties.text("builderNodeId")?;
        properties.skip(&NO_EFFECT);
        Ok(ExtensionApply {
            extension_id: element.require_attr("extensionID")?.to_owned(),
            element_id: element.require_attr("extensionElementID")?.to_owned(),
            builder,
            containers: containers.map_err(|error| error.within("contentContainers"))?,
            options: properties.take_all(|name| name.starts_with('_')),
            unknown: properties.unknown(),
        })
    }

    pub(super) fn write(&self, before: &Self, out: &mut PropertyWriter) {
        out.leaf_if_changed("builderNodeId", &before.builder, &self.builder);
        out.unknown(&before.options, &self.options);
        out.unknown(&before.unknown, &self.unknown);
        let element = out.element_mut();
        element.set_attr("extensionID", &self.extension_id);
        element.set_attr("extensionElementID", &self.element_id);
        if before.containers == self.containers {
            return;
        }
        let Some(lists) = element.child_or_new("contentContainers") else {
            return;
        };
        let Some(list) = lists.child_or_new("containers") else {
            return;
        };
        let old = |name: &str| list.children("container").find(|old| old.attr("name") == Some(name));
        let containers: Vec<_> = self
            .containers
            .iter()
            .map(|container| container.write_into(old(&container.name).map(|old| &**old)))
            .collect();
        list.retain_children(|child| child.name() != "container");
        containers.into_iter().for_each(|container| list.push_child(container));
    }

    /// The container with this name.
    ///
    /// # Errors
    /// [`ErrorKind::Container`] if there is none.
    pub fn container(&self, name: &str) -> Result<&ExtensionContainer> {
        let found = self.containers.iter().find(|container| container.name == name);
        found.ok_or_else(|| ErrorKind::Container(format!("the nugget has no container {name:?}")).into())
    }
}

impl ExtensionContainer {
    /// The content of a container with a single side file, without its length: for SVM, PMML text.
    ///
    /// # Errors
    /// [`ErrorKind::Container`] if the number of files is not one, or the file is damaged.
    pub fn content(&self, file: &StreamFile) -> Result<Vec<u8>> {
        let [content] = self.contents.as_slice() else {
            let (name, count) = (&self.name, self.contents.len());
            let message = format!("container {name:?} holds {count} files instead of one");
            return Err(ErrorKind::Container(message).into());
        };
        content.read(file)
    }

    fn from_element(element: &Element) -> Result<Self> {
        let contents = element.children("content").map(|content| {
            Ok(ContentRef {
                type_id: content.require_attr("typeID")?.to_owned(),
                entry: content.require_attr("content")?.to_owned(),
            })
        });
        let contents: Result<_> = contents.collect();
        let within = |error: StreamError| error.within("container");
        Ok(ExtensionContainer {
            name: element.require_attr("name")?.to_owned(),
            model_type: element.attr("modelType").map(str::to_owned),
            is_split: element.get_attr("isSplit")?.unwrap_or(false),
            header: ModelHeader::from_element(element)?,
            contents: contents.map_err(within)?,
        })
    }
}

impl ExtensionContainer {
    fn write_into(&self, old: Option<&Element>) -> Element {
        let mut element = old.cloned().unwrap_or_else(|| Element::new("container"));
        if ExtensionContainer::from_element(&element).as_ref() == Ok(self) {
            return element;
        }
        element.set_attr("name", &self.name);
        if let Some(model_type) = &self.model_type {
            element.set_attr("modelType", model_type);
        }
        if self.is_split || element.attr("isSplit").is_some() {
            element.set_attr("isSplit", &self.is_split.to_string());
        }
        self.header.write_into(&mut element);
        let mut contents = self.contents.iter();
        for old in element.elements_mut().filter(|child| child.name() == "content") {
            if let Some(content) = contents.next() {
                old.set_attr("typeID", &content.type_id);
                old.set_attr("content", &content.entry);
            }
        }
        for content in contents {
            let new = Element::new("content").with_attr("typeID", content.type_id.as_str());
            element.push_child(new.with_attr("content", content.entry.as_str()));
        }
        element
    }
}

impl ContentRef {
    /// The side file, without its length.
    ///
    /// # Errors
    /// The entry is missing or damaged.
    pub fn read(&self, file: &StreamFile) -> Result<Vec<u8>> {
        let content = file.entry(&self.entry)?;
        let inner = unwrap_content(&content).map_err(|error| error.in_entry(&self.entry))?;
        Ok(inner.to_vec())
    }
}
