//! Nuggets of the component framework: neural net, linear, XGBoost.

use super::cf_parameters::CfParameters;
use super::model_header::ModelHeader;
use super::properties::{Property, PropertyReader, read};
use super::property_writer::PropertyWriter;
use crate::element::Element;
use crate::error::{ErrorKind, Result};
use crate::field::Field;
use crate::file::StreamFile;
use crate::node::{Node, NodeKind};
use crate::scf::ScfContainer;

/// A nugget of the component framework; [`Node::node_type`] has its type (`neuralnetmodel`).
#[derive(Debug, Clone, PartialEq)]
pub struct CfApply {
    /// The extension, such as `spss.neuralnet-extension`.
    pub extension_id: String,
    /// The extension's name of the node type, such as `neuralnetmodel`.
    pub object_id: String,
    /// Uid of the node that built the model.
    pub builder: Option<String>,
    /// The entry with its scoring parameters; see [`CfApply::parameters`].
    pub parameters_entry: Option<String>,
    /// Whether there is one model for each split.
    pub is_split_model: bool,
    /// The header of its model; `outputs` are the fields that it adds.
    pub header: ModelHeader,
    /// Its model, in side files.
    pub containers: Vec<ContainerRef>,
    /// Output fields at its last execution, in order; often empty.
    pub cached_fields: Vec<Field>,
    /// Unknown properties.
    pub unknown: Vec<Property>,
}

/// A side file of a component-framework nugget.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContainerRef {
    /// Its name: `PMML`, `StatXML` … or, for files of Python nodes, a key.
    pub name: String,
    /// The entry of the zip.
    pub entry: String,
}

/// Internal data of nuggets.
const NO_EFFECT: [&str; 7] = [
    "analysisReportList",
    "buildSettings",
    "builderStreamId",
    "crossValidationMean",
    "crossValidationSE",
    "importedModel",
    "useCrossValidation",
];

impl CfApply {
    /// Reads the node's properties and the references to its side files.
    ///
    /// # Errors
    /// A missing property, one of another type, or a node of another type.
    pub fn from_node(node: &Node) -> Result<Self> {
        read(node, NodeKind::CfApply, "nugget of the component framework", Self::read)
    }

    fn read(properties: &mut PropertyReader<'_>) -> Result<Self> {
        let element = properties.node().element();
        let containers = element.children("container").map(|container| {
            let name = container.text_of("containerName");
            let name = name.or_else(|| container.text_of("containerKey"));
            Ok(ContainerRef {
                name: name.unwrap_or_default().into_owned(),
                entry: container.require_attr("containerData")?.to_owned(),
            })
        });
        let containers: Result<_> = containers.collect();
        let model = properties.element("model");
        let model = model.ok_or_else(|| ErrorKind::MissingElement("model".to_owned()))?;
        let builder = properties.text("builderNodeId")?;
        properties.skip(&NO_EFFECT);
        Ok(CfApply {
            extension_id: element.require_attr("extensionID")?.to_owned(),
            object_id: element.require_attr("extensionObjectID")?.to_owned(),
            builder,
            parameters_entry: element.attr("properties").map(str::to_owned),
            is_split_model: model.get_attr("isSplitModel")?.unwrap_or(false),
            header: ModelHeader::from_element(model)?,
            containers: containers?,
            cached_fields: Field::list(element.child("cachedDataModel"), "field")?,
            unknown: properties.unknown(),
        })
    }

    pub(super) fn write(&self, before: &Self, out: &mut PropertyWriter) {
        out.leaf_if_changed("builderNodeId", &before.builder, &self.builder);
        if before.header != self.header || before.is_split_model != self.is_split_model {
            out.table("model", |old| {
                let mut model = old.cloned().unwrap_or_else(|| Element::new("model"));
                self.header.write_into(&mut model);
                model.set_attr("isSplitModel", &self.is_split_model.to_string());
                model
            });
        }
        out.unknown(&before.unknown, &self.unknown);
        let element = out.element_mut();
        element.set_attr("extensionID", &self.extension_id);
        element.set_attr("extensionObjectID", &self.object_id);
        if let Some(entry) = &self.parameters_entry {
            element.set_attr("properties", entry);
        }
        if before.containers != self.containers {
            element.retain_children(|child| child.name() != "container");
            for container in &self.containers {
                let child = Element::new("container").with_attr("containerData", container.entry.as_str());
                element.push_child(child.with_leaf("containerName", &container.name));
            }
        }
        if before.cached_fields != self.cached_fields {
            let fields = self.cached_fields.iter().map(|field| field.to_element("field"));
            element.put_child(Element::new("cachedDataModel").with_children(fields));
        }
    }

    /// The scoring parameters, such as `scoring.isConfidence`; none if the nugget has no file of them.
    ///
    /// # Errors
    /// A missing or damaged file.
    pub fn parameters(&self, file: &StreamFile) -> Result<CfParameters> {
        let Some(entry) = &self.parameters_entry else {
            return Ok(CfParameters::default());
        };
        let content = file.entry(entry)?;
        CfParameters::read(&content, file.limits()).map_err(|error| error.in_entry(entry))
    }

    /// The container with this name.
    ///
    /// # Errors
    /// There is no such container, or its file is missing or damaged.
    pub fn container(&self, name: &str, file: &StreamFile) -> Result<ScfContainer> {
        let found = self.containers.iter().find(|container| container.name == name);
        let missing = || ErrorKind::Container(format!("the nugget has no container {name:?}"));
        let entry = &found.ok_or_else(missing)?.entry;
        let content = file.entry(entry)?;
        ScfContainer::read(&content, file.limits()).map_err(|error| error.in_entry(entry))
    }

    /// The PMML of an ordinary model.
    ///
    /// # Errors
    /// There is not exactly one PMML entry, as in a split model, or a file is missing or damaged.
    pub fn pmml(&self, file: &StreamFile) -> Result<Vec<u8>> {
        let container = self.container("PMML", file)?;
        let mut documents: Vec<_> = container.pmml().collect();
        if documents.is_empty() {
            // Linear models do not label what the container's name already states.
            documents.extend(container.entries.iter().filter(|entry| entry.property("mimeType").is_none()));
        }
        let (first, others) = (documents.first(), documents.len().saturating_sub(1));
        match first {
            Some(document) if others == 0 && document.keys.is_empty() => Ok(document.payload.clone()),
            None => Err(ErrorKind::Container("it holds no PMML".to_owned()).into()),
            Some(_) => {
                let message = "it holds a split model, one PMML document for each split";
                Err(ErrorKind::Container(message.to_owned()).into())
            }
        }
    }
}
