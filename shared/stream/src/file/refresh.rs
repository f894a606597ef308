//! Putting a newly built model into a nugget.

use std::collections::BTreeSet;

use super::edit::Edit;
use crate::element::Element;
use crate::error::{ErrorKind, Result};
use crate::extension::wrap_content;
use crate::node::NodeType;
use crate::nodes::ModelHeader;
use crate::scf::{ScfContainer, ScfEntry};
use crate::stream::RefreshLink;

/// A model that a builder has just made.
#[derive(Debug, Clone, PartialEq)]
pub struct NewModel {
    /// Uid of the builder: only nuggets tied to it are touched.
    pub builder: String,
    /// What the nugget says about the model: name, algorithm, dates, inputs and outputs.
    pub header: ModelHeader,
    /// The model itself, by where it goes: `pmml` for a nugget of Modeler's own, the name of a container
    /// for others (`PMML` in the component framework, `model` in extensions).
    pub contents: Vec<(String, ModelContent)>,
    /// Structures inside a native nugget's `model` element, such as a tree's `root`. All that the old
    /// model has must be given: half of a model would be old.
    pub inline: Vec<Element>,
    /// The options that the model was built with, element `modelBuildInfo`.
    pub build_info: Option<Element>,
    /// The options as they are shown, element `buildSettings`.
    pub build_settings: Option<Element>,
    /// For the component framework, the builder's parameter file.
    pub build_parameters: Option<Vec<u8>>,
    /// When the stream is saved, in milliseconds since 1970.
    pub saved_at: i64,
}

/// A side file of a nugget.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ModelContent {
    /// A PMML document, wrapped as the nugget's family has it.
    Pmml(Vec<u8>),
    /// A container with any entries: a split model, or reports.
    Scf(ScfContainer),
    /// Anything else.
    Bytes(Vec<u8>),
}

/// Elements of `model` that are told by the header, or say how the model looks.
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

impl Edit {
    /// Puts a model into all nuggets that a run of its builder refreshes, and returns their uids.
    ///
    /// # Errors
    /// As [`Edit::replace_model`].
    pub fn refresh(&mut self, model: &NewModel) -> Result<Vec<String>> {
        let ties = self.before.ties();
        let tied = ties.iter().filter(|tie| tie.is_active() && tie.builder_uid == model.builder);
        let nuggets: Vec<_> = tied.map(|tie| tie.nugget.uid.clone()).collect();
        for nugget in &nuggets {
            self.replace_model(nugget, model)?;
        }
        Ok(nuggets)
    }

    /// Puts a model into one nugget, in place of the one it has.
    ///
    /// The nugget keeps its uid, position, links, label and scoring options. Side files keep their
    /// names. Those of the old model that the new one does not have (reports, training state) go, as
    /// they would tell of another model. The stream is stamped as saved.
    ///
    /// # Errors
    /// [`ErrorKind::NotRefreshed`] if the nugget is not tied to the builder by an active link, or would
    /// keep a part of its old model; [`ErrorKind::NoNode`]; [`ErrorKind::Write`].
    pub fn replace_model(&mut self, nugget: &str, model: &NewModel) -> Result<()> {
        let mut element = self.node_mut(nugget)?.clone();
        let refused = |reason: &str| {
            let nugget = nugget.to_owned();
            ErrorKind::NotRefreshed { nugget, reason: reason.to_owned() }
        };
        let property = |name: &str| element.path(["properties", name]).map(|leaf| leaf.text().into_owned());
        if property("builderNodeId").as_deref() != Some(&model.builder) || model.builder.is_empty() {
            return Err(refused("another node built it").into());
        }
        let link = property("refreshLinkState").as_deref().map(RefreshLink::from);
        if link != Some(RefreshLink::On) {
            return Err(refused("its link to the builder is not active").into());
        }
        let old_files = side_files(&element);
        match NodeType::from_element(&element)?.class() {
            "ExtensionApplyModelNode" => self.fill_extension(&mut element, model)?,
            "CFApplyModelNode" => self.fill_component(&mut element, model)?,
            _ => {
                let kept = self.fill_native(&mut element, model)?;
                if !kept.is_empty() {
                    let reason = format!("the new model has no {}", kept.join(", "));
                    return Err(refused(&reason).into());
                }
            }
        }
        if let Some(info) = &model.build_info {
            element.put_child(info.clone());
        }
        if let (Some(settings), Some(properties)) =
            (&model.build_settings, element.child_or_new("properties"))
        {
            properties.put_child(settings.clone());
        }
        *self.node_mut(nugget)? = element;
        let mut unused = old_files;
        keep_unreferenced(self.package.document(), &mut unused);
        unused.iter().for_each(|name| self.package.remove(name));
        self.stamp(model.saved_at)
    }

    /// A nugget of Modeler's own: header and structures in `properties/model`, PMML beside it. Returns
    /// the names of structures that would stay those of the old model.
    fn fill_native(&mut self, element: &mut Element, model: &NewModel) -> Result<Vec<String>> {
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
            let content = content.plain()?;
            if slot == "pmml" {
                let name = self.store(target.attr("pmml"), content)?;
                target.set_attr("pmml", &name);
            } else if let Some(place) = target.child_or_new(slot) {
                let name = self.store(place.attr("containerData"), content)?;
                place.set_attr("containerData", &name);
            }
        }
        // Tables of the output viewer that show the old model's coefficients.
        element.retain_children(|child| child.name() != "spssSpvFileData");
        Ok(kept)
    }

    fn fill_component(&mut self, element: &mut Element, model: &NewModel) -> Result<()> {
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
        Ok(())
    }

    fn fill_extension(&mut self, element: &mut Element, model: &NewModel) -> Result<()> {
        let lists = element.child_mut("contentContainers");
        let list = lists.and_then(|lists| lists.child_mut("containers"));
        let list = list.ok_or_else(|| ErrorKind::MissingElement("contentContainers".to_owned()))?;
        let given = |name: Option<&str>| model.contents.iter().any(|(slot, _)| Some(slot.as_str()) == name);
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
        Ok(())
    }

    /// Replaces a side file, or adds one if there is none yet; returns its name.
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
    /// As native nuggets and extensions have it.
    fn plain(&self) -> Result<Vec<u8>> {
        match self {
            ModelContent::Pmml(bytes) | ModelContent::Bytes(bytes) => Ok(bytes.clone()),
            ModelContent::Scf(container) => container.write(),
        }
    }

    /// As the component framework has it.
    fn component(&self) -> Result<Vec<u8>> {
        match self {
            ModelContent::Pmml(bytes) => {
                ScfContainer { entries: vec![ScfEntry::pmml(bytes.clone())] }.write()
            }
            other => other.plain(),
        }
    }
}

/// Names in attributes that look like those of side files.
fn side_files(element: &Element) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    visit(element, &mut |value| {
        if value.starts_with("data/") {
            names.insert(value.to_owned());
        }
    });
    names
}

fn keep_unreferenced(document: &Element, names: &mut BTreeSet<String>) {
    visit(document, &mut |value| {
        names.remove(value);
    });
}

/// Visits the values of all attributes.
fn visit(element: &Element, see: &mut impl FnMut(&str)) {
    element.attributes().for_each(|(_, value)| see(value));
    element.elements().for_each(|child| visit(child, see));
}

#[cfg(test)]
mod tests;
