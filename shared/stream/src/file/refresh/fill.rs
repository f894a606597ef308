//! Inserts a model in a nugget's element, in the form of each family of nuggets.

use super::{ModelContent, NewModel};
use crate::element::Element;
use crate::error::{ErrorKind, Result};
use crate::extension::wrap_content;
use crate::file::edit::Edit;
use crate::scf::{ScfContainer, ScfEntry};

/// Elements of `model` that belong to the header or describe the appearance of the model.
const HEADER: [&str; 15] = [
    "algorithmName",
    "applicationName",
    "applicationVersion",
    "buildDate",
    "copyright",
    "defaultFormat",
    "displayLabel",
    "elapsedBuildTime",
    "formats",
    "inputs",
    "name",
    "outputs",
    "recordCount",
    "streamName",
    "userName",
];

/// Properties with texts about the old model, such as the coefficients in the form of SPSS Statistics.
const OLD_TEXTS: [&str; 2] = ["htmlText", "xmlText"];

/// Tables of the output viewer, as a side file.
const VIEWER_FILE: &str = "spssSpvFileData";

impl Edit {
    /// Fills a native nugget: header and structures in `properties/model`, PMML beside it. Returns the names
    /// of structures that would remain from the old model.
    pub(in crate::file) fn fill_native(
        &mut self,
        element: &mut Element,
        model: &NewModel,
    ) -> Result<Vec<String>> {
        let missing = || ErrorKind::MissingElement("model".to_owned());
        let target = element.child_mut("properties").and_then(|properties| properties.child_mut("model"));
        let target = target.ok_or_else(missing)?;
        model.header.write_into(target);
        let given = |name: &str| {
            let inline = model.inline.iter().any(|given| given.name() == name);
            inline || model.contents.iter().any(|(slot, _)| slot == name)
        };
        let is_structure =
            |child: &Element| child.elements().next().is_some() || child.attributes().count() > 0;
        let stays = |child: &Element| is_structure(child) && !HEADER.contains(&child.name());
        let children = target.elements().filter(|child| stays(child) && !given(child.name()));
        let mut kept: Vec<_> = children.map(|child| child.name().to_owned()).collect();
        if target.attr("pmml").is_some() && !given("pmml") {
            kept.push("pmml".to_owned());
        }
        for structure in &model.inline {
            target.put_child(structure.clone());
        }
        for (slot, content) in &model.contents {
            if let ModelContent::Attribute(text) = content {
                target.set_attr(slot, text);
                continue;
            }
            let content = content.plain()?;
            if slot == "pmml" {
                let name = self.store(target.attr("pmml"), content)?;
                target.set_attr("pmml", &name);
            } else if let Some(place) = target.child_or_new(slot) {
                let name = self.store(place.attr("containerData"), content)?;
                place.set_attr("containerData", &name);
            }
        }
        // Tables of the output viewer, which show the old model's coefficients.
        let is_viewer_file = |child: &Element| child.name() == VIEWER_FILE;
        element.retain_children(|child| !is_viewer_file(child));
        if let Some(properties) = element.child_mut("properties") {
            properties.retain_children(|child| !is_viewer_file(child));
            for name in OLD_TEXTS {
                if properties.child(name).is_some() {
                    properties.set_leaf(name, "");
                }
            }
        }
        Ok(kept)
    }

    /// Fills a nugget of the component framework. Returns the missing part: any content at all.
    pub(in crate::file) fn fill_component(
        &mut self,
        element: &mut Element,
        model: &NewModel,
    ) -> Result<Vec<String>> {
        if let Some(target) = element.child_mut("properties").and_then(|inner| inner.child_mut("model")) {
            model.header.write_into(target);
        }
        let name_of =
            |container: &Element| container.text_of("containerName").unwrap_or_default().into_owned();
        let given = |name: &str| model.contents.iter().any(|(slot, _)| slot == name);
        element.retain_children(|child| match child.name() {
            "container" => given(&name_of(child)),
            name => name != "modelBuilderContainer",
        });
        for (slot, content) in &model.contents {
            let content = content.component()?;
            let mut containers = element.elements_mut();
            let found = containers.find(|child| child.name() == "container" && name_of(child) == *slot);
            match found {
                Some(container) => {
                    let name = self.store(container.attr("containerData"), content)?;
                    container.set_attr("containerData", &name);
                }
                None => {
                    drop(containers);
                    let name = self.package.append(content.into())?;
                    let container = Element::new("container").with_attr("containerData", name);
                    element.push_child(container.with_leaf("containerName", slot));
                }
            }
        }
        if let Some(parameters) = &model.build_parameters {
            let name = self.store(element.attr("modelBuilderProperties"), parameters.clone())?;
            element.set_attr("modelBuilderProperties", &name);
        }
        let is_empty = model.contents.is_empty();
        Ok(is_empty.then(|| "content".to_owned()).into_iter().collect())
    }

    /// Fills a nugget of an extension. Returns the names of missing containers of models.
    pub(in crate::file) fn fill_extension(
        &mut self,
        element: &mut Element,
        model: &NewModel,
    ) -> Result<Vec<String>> {
        let lists = element.child_mut("contentContainers");
        let list = lists.and_then(|lists| lists.child_mut("containers"));
        let list = list.ok_or_else(|| ErrorKind::MissingElement("contentContainers".to_owned()))?;
        let given = |name: Option<&str>| model.contents.iter().any(|(slot, _)| Some(slot.as_str()) == name);
        let holds_model =
            |child: &Element| child.child("outputs").is_some() || child.attr("modelType").is_some();
        let containers = list.children("container");
        let left = containers.filter(|child| holds_model(child) && !given(child.attr("name")));
        let left: Vec<_> = left.map(|child| child.attr("name").unwrap_or_default().to_owned()).collect();
        list.retain_children(|child| child.name() != "container" || given(child.attr("name")));
        for (slot, content) in &model.contents {
            let content = wrap_content(&content.plain()?)?;
            let container = list.elements_mut().find(|child| child.attr("name") == Some(slot.as_str()));
            let missing = || ErrorKind::Container(format!("the nugget has no container {slot:?}"));
            let container = container.ok_or_else(missing)?;
            if container.child("outputs").is_some() {
                model.header.write_into(container);
            }
            let place = container.child_mut("content").ok_or_else(missing)?;
            let name = self.store(place.attr("content"), content)?;
            place.set_attr("content", &name);
        }
        Ok(left)
    }

    /// Replaces or adds a side file and returns its name.
    fn store(&mut self, name: Option<&str>, content: Vec<u8>) -> Result<String> {
        match name.filter(|name| !name.is_empty()) {
            Some(name) => {
                self.package.put(name, content.into())?;
                Ok(name.to_owned())
            }
            None => self.package.append(content.into()),
        }
    }
}

impl ModelContent {
    /// The form in native nuggets and extensions.
    fn plain(&self) -> Result<Vec<u8>> {
        match self {
            ModelContent::Pmml(bytes) | ModelContent::Bytes(bytes) => Ok(bytes.clone()),
            ModelContent::Scf(container) => container.write(),
            ModelContent::Attribute(text) => Ok(text.clone().into_bytes()),
        }
    }

    /// The form in the component framework.
    fn component(&self) -> Result<Vec<u8>> {
        match self {
            ModelContent::Pmml(bytes) => {
                ScfContainer { entries: vec![ScfEntry::pmml(bytes.clone())] }.write()
            }
            other => other.plain(),
        }
    }
}
