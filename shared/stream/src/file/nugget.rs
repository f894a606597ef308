//! Adds a nugget for a builder that has none.

mod node;
mod place;
mod shape;

use super::edit::Edit;
use super::refresh::NewModel;
use crate::element::Element;
use crate::error::{ErrorKind, Result};

/// A newly built model with the data of a new nugget.
///
/// `build_info` and `build_settings` of the model are required, because no old nugget has them.
#[derive(Debug, Clone, PartialEq)]
pub struct NewNugget {
    /// The model. A native nugget needs all structures of its type of model, see [`Edit::add_nugget`].
    pub model: NewModel,
    /// Type of an extension's nugget: `Classification` or `Approximation`.
    pub model_type: Option<String>,
    /// Scoring options that differ from those of the builder or, if it has none, from those of a new nugget.
    pub options: Vec<Element>,
    /// For the component framework: the nugget's own parameter file with the scoring options.
    pub scoring_parameters: Option<Vec<u8>>,
    /// The program that built the model and its version, as displayed in the nugget.
    pub application: (String, String),
}

/// The destination of a newly built model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delivery {
    /// Uids of the nuggets that the builder refreshed.
    Refreshed(Vec<String>),
    /// Uid of the new nugget.
    Added(String),
    /// None: the builder refreshes no nugget, and the stream adds no new ones (`createApplyNodeForNewModels`
    /// is false). Modeler shows such a model in its list of models, which is not part of a stream.
    Nowhere,
}

impl Edit {
    /// Delivers a model like an execution of its builder. Refreshes the nuggets with an active link to the
    /// builder or, if there are none, adds one if the stream's settings allow it.
    ///
    /// # Errors
    /// Those of [`Edit::refresh`] and [`Edit::add_nugget`].
    pub fn deliver(&mut self, nugget: &NewNugget) -> Result<Delivery> {
        let refreshed = self.refresh(&nugget.model)?;
        if !refreshed.is_empty() {
            self.renew(&refreshed, nugget)?;
            return Ok(Delivery::Refreshed(refreshed));
        }
        match self.before.properties.adds_nuggets {
            true => self.add_nugget(nugget).map(Delivery::Added),
            false => Ok(Delivery::Nowhere),
        }
    }

    /// Renews the properties of refreshed nuggets that belong to the model.
    ///
    /// # Errors
    /// [`ErrorKind::NoNode`].
    pub fn renew(&mut self, refreshed: &[String], nugget: &NewNugget) -> Result<()> {
        let builder = self.node_mut(&nugget.model.builder)?.clone();
        let Ok(shape) = shape::of(&builder)? else { return Ok(()) };
        let renewed = nugget.options.iter().filter(|option| shape.renewed.contains(&option.name()));
        let renewed: Vec<&Element> = renewed.collect();
        for uid in refreshed {
            if let Some(properties) = self.node_mut(uid)?.child_or_new("properties") {
                renewed.iter().for_each(|option| properties.put_child(Element::clone(option)));
            }
        }
        Ok(())
    }

    /// Adds a nugget for a builder and returns its uid.
    ///
    /// The nugget is placed below the builder in the same diagram, reads the builder's input, and has an
    /// active link to it, so that the next execution of the builder refreshes it. Its side files get the next
    /// numbers. The rest of the stream does not change, except the time of saving.
    ///
    /// Supported are nuggets of C5.0, C&R Tree, CHAID, K-Means, Apriori, regression, linear models, logistic
    /// regression, SVM, random trees, neural nets and feature selection. Those of other builders have unknown parts.
    /// Two properties are unknown for all
    /// nuggets: `builderStreamId` (the session's id of the stream) stays empty, and `repositoryLastModified`
    /// is the time of saving.
    ///
    /// # Errors
    /// [`ErrorKind::NotAdded`] if the stream adds no new nuggets, or parts of the nugget are missing;
    /// [`ErrorKind::NoNode`]; [`ErrorKind::Limit`]; [`ErrorKind::Write`].
    pub fn add_nugget(&mut self, nugget: &NewNugget) -> Result<String> {
        let uid = nugget.model.builder.as_str();
        let refused = |reason: String| ErrorKind::NotAdded { builder: uid.to_owned(), reason };
        if !self.before.properties.adds_nuggets {
            let reason = "the stream's option createApplyNodeForNewModels is off".to_owned();
            return Err(refused(reason).into());
        }
        self.check_link_option().map_err(refused)?;
        let builder = self.node_mut(uid)?.clone();
        let shape = shape::of(&builder)?.map_err(refused)?;
        let place = place::beside(self.package.document(), uid).map_err(refused)?;
        let element = node::bare(&builder, &place, shape, nugget).map_err(refused)?;
        let element = self.fill(element, &builder, shape, nugget)?;
        let new = place.uid.clone();
        place::put(self.package.document_mut(), &place, element);
        self.stamp(nugget.model.saved_at)?;
        Ok(new)
    }

    /// New nuggets get an active link, the only known setting.
    fn check_link_option(&self) -> std::result::Result<(), String> {
        let properties = self.before.element().child("properties");
        let option = properties.and_then(|properties| properties.text_of("createApplyNodeUpdateLinks"));
        match option.as_deref() {
            None | Some("createEnabled") => Ok(()),
            Some(other) => Err(format!("the stream's option createApplyNodeUpdateLinks is {other:?}")),
        }
    }

    /// Inserts the model and its side files.
    fn fill(
        &mut self,
        mut element: Element,
        builder: &Element,
        shape: &shape::Shape,
        nugget: &NewNugget,
    ) -> Result<Element> {
        let model = &nugget.model;
        let left = match shape.body {
            shape::Body::Native { .. } => self.fill_native(&mut element, model)?,
            shape::Body::Extension(_) => self.fill_extension(&mut element, model)?,
            shape::Body::Component { .. } => {
                let scoring = nugget.scoring_parameters.clone().unwrap_or_default();
                let name = self.package.append(scoring.into())?;
                element.set_attr("properties", &name);
                let left = self.fill_component(&mut element, model)?;
                self.copy_parameters(&mut element, builder, model)?;
                // Follows the containers. Its cache is filled when the nugget runs.
                element.push_child(Element::new("cachedDataModel"));
                left
            }
        };
        if left.is_empty() {
            return Ok(element);
        }
        let reason = format!("the new model has no {}", left.join(", "));
        Err(ErrorKind::NotAdded { builder: model.builder.clone(), reason }.into())
    }

    /// Copies the builder's parameter file for a nugget of the component framework.
    fn copy_parameters(&mut self, element: &mut Element, builder: &Element, model: &NewModel) -> Result<()> {
        if model.build_parameters.is_some() {
            return Ok(());
        }
        let copy = self.package.read(builder.require_attr("properties")?)?;
        let name = self.package.append(copy.into())?;
        element.set_attr("modelBuilderProperties", &name);
        Ok(())
    }
}

/// A link by which the builder refreshes the nugget ([`RefreshLink::On`](crate::RefreshLink::On)).
const ACTIVE: &str = "TurnOnReplaceLink";

#[cfg(test)]
mod tests;
