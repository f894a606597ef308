//! A linear model as the nugget stores it: PMML and the tables of the viewer, each in a container.

use satsuma_engine::{NodeError, NodeRun};
use satsuma_mining::regression::EffectsModel;
use satsuma_stream::nodes::OutputRole;
use satsuma_stream::{Element, Measure, ModelContent, NewNugget, ScfContainer, ScfEntry, Storage};

use super::prepared::{Effect, Prepared};
use super::stat_xml::Tables;
use super::{Linear, pmml};
use crate::builders::columns::Column;
use crate::builders::header::{self, output};

impl Linear {
    /// The nugget of a model.
    ///
    /// # Errors
    /// If a field or value holds a character that XML cannot carry.
    pub(super) fn nugget(
        &self,
        columns: &[Column],
        effects: &[Effect],
        prepared: &Prepared,
        model: &EffectsModel,
        records: usize,
        run: &NodeRun,
    ) -> Result<NewNugget, NodeError> {
        let target = columns.last().map(|column| column.field.name.clone()).unwrap_or_default();
        let prepares = self.options.prepares;
        let parameters = pmml::parameters(columns, effects, &prepared.design, model, prepares);
        let document = pmml::document(columns, effects, &parameters, model, prepares);
        let tables =
            Tables { columns, effects, parameters: &parameters, model, options: &self.options, records };
        let contents = vec![
            ("PMML".to_owned(), ModelContent::Pmml(bytes(&document)?)),
            ("StatXML".to_owned(), stat_xml(bytes(&tables.document())?)),
        ];
        let name = self.builder.name(|| target.clone());
        let mut added =
            output(format!("$L-{target}"), Storage::Real, Measure::Range, OutputRole::PredictedValue);
        added.target_field = Some(target);
        let inputs = model.effects.iter().filter_map(|effect| columns.get(effects.get(*effect)?.column));
        let inputs = inputs.map(|column| &column.field).collect::<Vec<_>>();
        let header = header::header(name, "Linear Regression", &inputs, vec![added], run);
        self.builder.component_nugget(header, contents, &self.parameters, run)
    }
}

fn bytes(document: &Element) -> Result<Vec<u8>, NodeError> {
    document.to_xml().map_err(|error| NodeError::Model(error.to_string()))
}

/// The container of the tables.
fn stat_xml(payload: Vec<u8>) -> ModelContent {
    let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
    let properties =
        vec![pair("mimeType", "application/vnd.spss.stat+xml"), pair("typeId", "ALMstatxml.xml")];
    let entry = ScfEntry { keys: Vec::new(), properties: Some(properties), payload };
    ModelContent::Scf(ScfContainer { entries: vec![entry] })
}
