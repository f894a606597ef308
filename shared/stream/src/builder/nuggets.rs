//! Adds nuggets.

use quick_xml::escape::escape;

use super::{NodeRef, StreamBuilder};
use crate::element::Element;
use crate::error::Result;
use crate::extension::wrap_content;
use crate::node::NodeType;
use crate::nodes::ModelHeader;
use crate::scf::{ScfContainer, ScfEntry};

impl StreamBuilder {
    /// Adds an SVM nugget with a model in PMML. `raw_propensity` adds the probability of a flag target's true
    /// value; the outputs of the header must include it.
    ///
    /// # Errors
    /// [`ErrorKind::Write`](crate::ErrorKind::Write) for more than 4 GB of PMML.
    pub fn svm_nugget(&mut self, pmml: &str, header: &ModelHeader, raw_propensity: bool) -> Result<NodeRef> {
        let node_type = NodeType::of_extension("ExtensionApplyModelNode", "applySVM");
        let entry = self.side_file(wrap_content(pmml.as_bytes())?);
        let content = Element::new("content")
            .with_attr("class", "com.spss.clementine.component.ContentContainerHelper")
            .with_attr("typeID", "SVM_model")
            .with_attr("content", entry);
        let container = Element::new("container")
            .with_attr("name", "model")
            .with_attr("class", "com.spss.clementine.component.DefaultModelContainer")
            .with_attr("modelType", "Classification")
            .with_children(header.to_elements())
            .with_child(content);
        let containers =
            Element::new("containers").with_attr("containerIds", "[model]").with_child(container);
        let (element, properties) = self.new_node(&node_type, &header.name);
        let properties = properties
            .with_leaf("_all_probabilities", "false")
            .with_leaf("_raw_propensity", &raw_propensity.to_string())
            .with_leaf("_adjusted_propensity", "false");
        let element = element
            .with_attr("extensionID", "spss.svm_id")
            .with_attr("extensionElementID", "applySVM")
            .with_child(properties)
            .with_child(Element::new("contentContainers").with_child(containers));
        Ok(self.push(element))
    }

    /// Adds a neural net nugget with a model in PMML. `parameters` are its scoring parameters, such as
    /// `("scoring.isConfidence", "true")`.
    ///
    /// # Errors
    /// [`ErrorKind::Write`](crate::ErrorKind::Write) for more than 4 GB of PMML.
    pub fn neural_net_nugget(
        &mut self,
        pmml: &str,
        header: &ModelHeader,
        parameters: &[(&str, &str)],
    ) -> Result<NodeRef> {
        let node_type = NodeType::of_extension("CFApplyModelNode", "neuralnetmodel");
        let parameters = self.side_file(parameter_file(parameters));
        let container = ScfContainer { entries: vec![ScfEntry::pmml(pmml)] };
        let model = self.side_file(container.write()?);
        let (element, properties) = self.new_node(&node_type, &header.name);
        let header = Element::new("model")
            .with_attr("class", "com.spss.clementine.component.model.CFModel")
            .with_attr("isSplitModel", "false")
            .with_children(header.to_elements());
        let container =
            Element::new("container").with_attr("containerData", model).with_leaf("containerName", "PMML");
        let element = element
            .with_attr("extensionID", "spss.neuralnet-extension")
            .with_attr("extensionObjectID", "neuralnetmodel")
            .with_attr("properties", parameters)
            .with_child(properties.with_child(header))
            .with_child(container)
            .with_child(Element::new("cachedDataModel"));
        Ok(self.push(element))
    }
}

/// Parameter files are XML text.
fn parameter_file(parameters: &[(&str, &str)]) -> Vec<u8> {
    let lines = parameters.iter().map(|(name, value)| {
        let (name, value) = (escape(*name), escape(*value));
        format!("<Parameter name=\"{name}\" value=\"{value}\"/>\n")
    });
    let lines: String = lines.collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\
         <Parameters xmlns=\"http://xml.spss.com/pasw/extension\" version=\"8.0\">\n{lines}</Parameters>"
    )
    .into_bytes()
}
