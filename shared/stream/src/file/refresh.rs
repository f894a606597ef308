//! Replaces the model of a nugget by a newly built one.

mod fill;

use std::collections::BTreeSet;

use super::edit::Edit;
use crate::element::Element;
use crate::error::{ErrorKind, Result};
use crate::node::NodeType;
use crate::nodes::ModelHeader;
use crate::scf::ScfContainer;
use crate::stream::RefreshLink;

/// The property of a nugget with the reports of Analysis nodes.
const REPORTS: &str = "analysisReportList";

/// A newly built model.
#[derive(Debug, Clone, PartialEq)]
pub struct NewModel {
    /// Uid of the builder. Only nuggets with a link to it change.
    pub builder: String,
    /// Description of the model in the nugget: name, algorithm, dates, inputs and outputs.
    pub header: ModelHeader,
    /// The model itself, by its place: `pmml` in a native nugget, otherwise the name of a container (`PMML`
    /// in the component framework, `model` in extensions).
    pub contents: Vec<(String, ModelContent)>,
    /// Structures inside a native nugget's `model` element, such as a tree's `root`. All structures of the
    /// old model are required, so that no part of it remains.
    pub inline: Vec<Element>,
    /// The options of the build, element `modelBuildInfo`.
    pub build_info: Option<Element>,
    /// The displayed options, element `buildSettings`.
    pub build_settings: Option<Element>,
    /// For the component framework: the builder's parameter file.
    pub build_parameters: Option<Vec<u8>>,
    /// Time of saving, in milliseconds since 1970.
    pub saved_at: i64,
}

/// A side file of a nugget.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ModelContent {
    /// A PMML document, wrapped in the format of the nugget's family.
    Pmml(Vec<u8>),
    /// A container with any entries: a split model, or reports.
    Scf(ScfContainer),
    /// Any other content.
    Bytes(Vec<u8>),
    /// No file: the text of an attribute of a native nugget's `model` element.
    Attribute(String),
}

impl Edit {
    /// Replaces the model of all nuggets that an execution of its builder refreshes, and returns their uids.
    ///
    /// # Errors
    /// Those of [`Edit::replace_model`].
    pub fn refresh(&mut self, model: &NewModel) -> Result<Vec<String>> {
        let ties = self.before.ties();
        let tied = ties.iter().filter(|tie| tie.is_active() && tie.builder_uid == model.builder);
        let nuggets: Vec<_> = tied.map(|tie| tie.nugget.uid.clone()).collect();
        for nugget in &nuggets {
            self.replace_model(nugget, model)?;
        }
        Ok(nuggets)
    }

    /// Replaces the model of one nugget.
    ///
    /// The nugget keeps its uid, position, links, label and scoring options. Side files keep their names.
    /// Files of the old model without a successor (reports, training state) are removed, because they
    /// describe the old model, and so are reports of Analysis nodes. The stream gets the time of saving.
    ///
    /// # Errors
    /// [`ErrorKind::NotRefreshed`] if the nugget has no active link to the builder, or would keep a part of
    /// its old model; [`ErrorKind::NoNode`]; [`ErrorKind::Write`].
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
        let missing = match NodeType::from_element(&element)?.class() {
            "ExtensionApplyModelNode" => self.fill_extension(&mut element, model)?,
            "CFApplyModelNode" => self.fill_component(&mut element, model)?,
            _ => self.fill_native(&mut element, model)?,
        };
        if !missing.is_empty() {
            let reason = format!("the new model has no {}", missing.join(", "));
            return Err(refused(&reason).into());
        }
        if let Some(info) = &model.build_info {
            element.put_child(info.clone());
        }
        if let (Some(settings), Some(properties)) =
            (&model.build_settings, element.child_or_new("properties"))
        {
            properties.put_child(settings.clone());
        }
        // Reports of Analysis nodes are about the old model.
        if let Some(properties) = element.child_mut("properties")
            && properties.child(REPORTS).is_some()
        {
            properties.put_child(Element::new(REPORTS));
        }
        *self.node_mut(nugget)? = element;
        let mut unused = old_files;
        keep_unreferenced(self.package.document(), &mut unused);
        unused.iter().for_each(|name| self.package.remove(name));
        self.stamp(model.saved_at)
    }
}

/// Values of attributes that look like names of side files.
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
