//! A net as the nugget stores it: PMML and a table of the viewer, each in a container.

use satsuma_engine::{NodeError, NodeRun};
use satsuma_mining::neural::Network;
use satsuma_stream::nodes::OutputRole;
use satsuma_stream::{Element, Measure, ModelContent, NewNugget, ScfContainer, ScfEntry, Storage};

use super::prepared::Prepared;
use super::{NeuralNet, pmml};
use crate::builders::columns::Column;
use crate::builders::header::{self, of_scalar, output};

impl NeuralNet {
    /// The nugget of a net.
    ///
    /// # Errors
    /// If a field or value holds a character that XML cannot carry.
    pub(super) fn nugget(
        &self,
        columns: &[Column],
        prepared: &Prepared,
        network: &Network,
        run: &NodeRun,
    ) -> Result<NewNugget, NodeError> {
        let (target, _) = columns.split_last().ok_or(NodeError::Model("no target".to_owned()))?;
        let field = &target.field;
        let document = bytes(&pmml::document(columns, prepared, network))?;
        let contents = vec![
            ("PMML".to_owned(), ModelContent::Pmml(document)),
            ("StatXML".to_owned(), stat_xml(bytes(&tables(prepared, network, &field.name))?)),
        ];
        let (storage, measure) = match prepared.is_categorical {
            true => (Storage::from(field.storage.name()), field.measure.clone()),
            false => (Storage::Real, Measure::Range),
        };
        let mut predicted =
            output(format!("$N-{}", field.name), storage, measure, OutputRole::PredictedValue);
        predicted.field_type.values = target.categories.iter().flatten().map(of_scalar).collect();
        let mut outputs = vec![predicted];
        if prepared.is_categorical {
            let name = format!("$NC-{}", field.name);
            let mut confidence = output(name, Storage::Real, Measure::Range, OutputRole::Probability);
            confidence.tag = Some("confidence".to_owned());
            outputs.push(confidence);
        }
        for output in &mut outputs {
            output.target_field = Some(field.name.clone());
        }
        let inputs = prepared.inputs.iter().filter_map(|(at, _)| columns.get(*at));
        let inputs = inputs.map(|column| &column.field).collect::<Vec<_>>();
        let name = self.builder.name(|| field.name.clone());
        let header = header::header(name, "Neural net", &inputs, outputs, run);
        self.builder.component_nugget(header, contents, &self.parameters, run)
    }
}

fn bytes(document: &Element) -> Result<Vec<u8>, NodeError> {
    document.to_xml().map_err(|error| NodeError::Model(error.to_string()))
}

/// The summary of a net.
fn tables(prepared: &Prepared, network: &Network, target: &str) -> Element {
    let records = (prepared.learns().records()).to_string();
    let counts = Element::new("Counts")
        .with_attr("totalFreq", records.as_str())
        .with_attr("totalCount", records.as_str());
    let units = network.layers.split_last().map(|(_, hidden)| hidden).unwrap_or_default();
    let units: Vec<String> = units.iter().map(|layer| layer.neurons.to_string()).collect();
    let statistic =
        Element::new("Statistic").with_attr("name", "hiddenUnits").with_attr("value", units.join(" "));
    let summary = Element::new("PredictiveSummary")
        .with_attr("targetField", target)
        .with_attr("dataUsage", "training")
        .with_attr("algorithmName", "MLP")
        .with_child(counts)
        .with_child(statistic);
    let model = Element::new("PMMLModel")
        .with_attr("modelID", "0")
        .with_attr("modelType", "NeuralNetwork")
        .with_child(summary);
    Element::new("StatXML")
        .with_attr("xmlns", "http://www.ibm.com/software/analytics/spss/xml/extension")
        .with_attr("version", "1.0")
        .with_child(model)
}

/// The container of the tables.
fn stat_xml(payload: Vec<u8>) -> ModelContent {
    let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
    let properties = vec![pair("mimeType", "application/vnd.spss.stat+xml"), pair("typeId", "MEstatxml.xml")];
    let entry = ScfEntry { keys: Vec::new(), properties: Some(properties), payload };
    ModelContent::Scf(ScfContainer { entries: vec![entry] })
}
