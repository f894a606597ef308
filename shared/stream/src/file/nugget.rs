//! Adding a nugget for a builder that has none.

mod node;
mod place;
mod shape;

use super::edit::Edit;
use super::refresh::NewModel;
use crate::element::Element;
use crate::error::{ErrorKind, Result};

/// A newly built model with what a nugget needs that does not exist yet.
///
/// Of the model, `build_info` and `build_settings` must be given: no old nugget has them already.
#[derive(Debug, Clone, PartialEq)]
pub struct NewNugget {
    /// The model. A native nugget needs all structures of its kind of model, see
    /// [`Edit::add_nugget`].
    pub model: NewModel,
    /// What a nugget of an extension says it is: `Classification` or `Approximation`.
    pub model_type: Option<String>,
    /// Scoring options that are not to be the builder's or, where it has none, those of a new nugget.
    pub options: Vec<Element>,
    /// For the component framework, the nugget's own parameter file: how it scores.
    pub scoring_parameters: Option<Vec<u8>>,
    /// What built the model and its version, as the nugget shows them.
    pub application: (String, String),
}

/// Where a newly built model went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delivery {
    /// Into the nuggets that the builder refreshes: their uids.
    Refreshed(Vec<String>),
    /// Into a nugget of its own: its uid.
    Added(String),
    /// Nowhere: the builder refreshes no nugget, and the stream does not want new ones
    /// (`createApplyNodeForNewModels` is false). Modeler shows such a model in its list of models, which is
    /// not part of a stream.
    Nowhere,
}

impl Edit {
    /// Does with a model what running its builder does: refreshes the nuggets that are tied to the
    /// builder by an active link or, if there is none, adds one, as far as the stream wants that.
    ///
    /// # Errors
    /// As [`Edit::refresh`] and [`Edit::add_nugget`].
    pub fn deliver(&mut self, nugget: &NewNugget) -> Result<Delivery> {
        let refreshed = self.refresh(&nugget.model)?;
        if !refreshed.is_empty() {
            return Ok(Delivery::Refreshed(refreshed));
        }
        match self.before.properties.adds_nuggets {
            true => self.add_nugget(nugget).map(Delivery::Added),
            false => Ok(Delivery::Nowhere),
        }
    }

    /// Adds a nugget for a builder and returns its uid.
    ///
    /// The nugget stands below the builder, in the same diagram, reads what the builder reads, and is tied to
    /// it: running the builder again refreshes it. Its side files get the next numbers. Nothing else in the
    /// stream changes, but for the stamp of the save.
    ///
    /// Nuggets of C5.0, C&R Tree, CHAID, K-Means, Apriori, logistic regression, SVM, random trees and neural
    /// nets can be made; those of other builders have parts that are not known. Not known for any, and left as
    /// said: `builderStreamId` (the session's id of the stream: empty), and `repositoryLastModified`
    /// (the time of the save).
    ///
    /// # Errors
    /// [`ErrorKind::NotAdded`] if the stream wants no new nuggets, or the nugget cannot be made whole;
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

    /// New nuggets get an active link: no other setting was ever seen.
    fn check_link_option(&self) -> std::result::Result<(), String> {
        let properties = self.before.element().child("properties");
        let option = properties.and_then(|properties| properties.text_of("createApplyNodeUpdateLinks"));
        match option.as_deref() {
            None | Some("createEnabled") => Ok(()),
            Some(other) => Err(format!("the stream's option createApplyNodeUpdateLinks is {other:?}")),
        }
    }

    /// Puts the model and its side files in.
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
                // Behind the containers. What it caches is known once the nugget has run.
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

    /// A nugget of the component framework keeps a copy of its builder's parameter file.
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
