//! The part that is the same in all builders: their fields, their options, and the nugget that they refresh.

use satsuma_engine::{Compile, NodeError, NodeRun};
use satsuma_stream::nodes::{CfParameters, CfValue, ModelHeader};
use satsuma_stream::{Element, ModelContent, NewModel, NewNugget};

use super::header::{APPLICATION, milliseconds};
use super::options::{Description, Options, ShownOption};
use super::roles::FieldSettings;

/// A builder, ready to train.
pub(crate) struct Builder {
    uid: String,
    pub(crate) fields: FieldSettings,
    /// The name that the user gave the model.
    own_name: Option<String>,
    options: Options,
    /// The header of the model that is refreshed: a new model keeps its name and the names of its fields.
    pub(crate) refreshed: Option<ModelHeader>,
}

impl Builder {
    /// The builder that is compiled. `own_name` is the name that the user gave the model; empty for none.
    pub(crate) fn new(
        compile: &Compile<'_>,
        fields: FieldSettings,
        own_name: &str,
        descriptions: &[Description],
        shown: &[ShownOption],
    ) -> Self {
        let options = Options::of(compile, refreshed(compile), descriptions, shown);
        Self::with_options(compile, fields, own_name, options)
    }

    /// The same with options that are not the properties of the builder.
    pub(crate) fn with_options(
        compile: &Compile<'_>,
        fields: FieldSettings,
        own_name: &str,
        options: Options,
    ) -> Self {
        let model = refreshed(compile).and_then(model);
        Self {
            uid: compile.node().uid.clone(),
            fields,
            own_name: Some(own_name.to_owned()).filter(|name| !name.is_empty()),
            options,
            refreshed: model.and_then(|model| ModelHeader::from_element(model).ok()),
        }
    }

    /// The name of a new model: the user's, that of the model which it refreshes, or the automatic one.
    pub(crate) fn name(&self, automatic: impl FnOnce() -> String) -> String {
        let kept = || self.refreshed.as_ref().map(|refreshed| refreshed.name.clone());
        self.own_name.clone().or_else(kept).unwrap_or_else(automatic)
    }

    /// The nugget of a native model: its side files and its structures.
    pub(crate) fn nugget(
        &self,
        header: ModelHeader,
        contents: Vec<(String, ModelContent)>,
        inline: Vec<Element>,
        run: &NodeRun,
    ) -> NewNugget {
        NewNugget {
            model: NewModel {
                builder: self.uid.clone(),
                header,
                contents,
                inline,
                build_info: Some(self.options.info.clone()),
                build_settings: Some(self.options.settings.clone()),
                build_parameters: None,
                saved_at: milliseconds(run),
            },
            model_type: None,
            options: Vec::new(),
            scoring_parameters: None,
            application: (APPLICATION.0.to_owned(), APPLICATION.1.to_owned()),
        }
    }

    /// The nugget of an extension: its containers, and the type of its model.
    pub(crate) fn extension_nugget(
        &self,
        header: ModelHeader,
        contents: Vec<(String, ModelContent)>,
        model_type: &str,
        run: &NodeRun,
    ) -> NewNugget {
        let nugget = self.nugget(header, contents, Vec::new(), run);
        NewNugget { model_type: Some(model_type.to_owned()), ..nugget }
    }
}

/// The header of a nugget's model: a property of native nuggets, the container of an extension.
fn model(nugget: &Element) -> Option<&Element> {
    let containers = nugget.path(["contentContainers", "containers"]);
    let containers = containers.into_iter().flat_map(|containers| containers.children("container"));
    let of_extension =
        containers.map(|container| &**container).find(|container| container.child("outputs").is_some());
    of_extension.or_else(|| nugget.path(["properties", "model"]))
}

impl Builder {
    /// The nugget of the component framework: its containers, the builder's parameter file, and the scoring options
    /// of a new nugget.
    ///
    /// # Errors
    /// If the scoring options hold a character that XML cannot carry.
    pub(crate) fn component_nugget(
        &self,
        header: ModelHeader,
        contents: Vec<(String, ModelContent)>,
        parameters: &[u8],
        run: &NodeRun,
    ) -> Result<NewNugget, NodeError> {
        let mut nugget = self.nugget(header, contents, Vec::new(), run);
        nugget.model.build_parameters = Some(parameters.to_vec());
        let mut scoring = CfParameters::default();
        for (name, value) in SCORING {
            scoring.set(name, CfValue::Text(value.to_owned()));
        }
        let scoring = scoring.write().map_err(|error| NodeError::Model(error.to_string()))?;
        nugget.scoring_parameters = Some(scoring);
        Ok(nugget)
    }
}

/// The scoring options of a new nugget of the component framework, as in nuggets that Modeler made.
const SCORING: [(&str, &str); 12] = [
    ("CalculatePropensity", "NotCalculate"),
    ("scoring.confidenceBasedOn", "onProbability"),
    ("scoring.isConfidence", "true"),
    ("scoring.isEnsemble", "true"),
    ("scoring.isOutputAll", "false"),
    ("scoring.isOutputInputData", "true"),
    ("scoring.isPrediction", "true"),
    ("scoring.isProbability", "false"),
    ("scoring.isProbabilityCategory", "false"),
    ("scoring.isPropensity", "false"),
    ("scoring.isRawPropensity", "false"),
    ("scoring.missingValuePolicy", "asMissingPredictor"),
];

/// The nugget that the builder refreshes.
pub(crate) fn refreshed<'a>(compile: &Compile<'a>) -> Option<&'a Element> {
    let uid = &compile.node().uid;
    let ties = compile.stream().ties();
    let tie = ties.iter().find(|tie| tie.is_active() && tie.builder_uid == *uid)?;
    Some(tie.nugget.element())
}
