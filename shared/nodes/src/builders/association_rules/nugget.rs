//! The nugget of some rules: a header, the rules as PMML, and a report.

use satsuma_engine::{NodeError, NodeRun};
use satsuma_stream::nodes::OutputRole;
use satsuma_stream::{Element, Measure, ModelContent, NewNugget, ScfContainer, ScfEntry, Storage, Value};

use super::items::Items;
use super::{AssociationRules, Found, pmml};
use crate::builders::header::{self, output};

/// Predictions of a new nugget.
const PREDICTIONS: usize = 3;

impl AssociationRules {
    /// # Errors
    /// If a field or value holds a character that XML cannot carry.
    pub(super) fn nugget(&self, items: &Items, found: &Found, run: &NodeRun) -> Result<NewNugget, NodeError> {
        let name = self.builder.name(|| automatic_name(items));
        let outputs = match &self.builder.refreshed {
            Some(refreshed) if refreshed.name == name => refreshed.outputs.clone(),
            _ => outputs(&name),
        };
        let header = header::header(name, "", &[], outputs, run);
        let document = pmml::document(items, found, &self.rules);
        let contents = vec![
            ("PMML".to_owned(), entry(&document, "application/vnd.pmml+xml")?),
            (
                "StatXML".to_owned(),
                entry(&pmml::report(found, &self.rules), "application/vnd.spss.stat+xml")?,
            ),
        ];
        Ok(self.builder.nugget(header, contents, Vec::new(), run))
    }
}

fn automatic_name(items: &Items) -> String {
    let targets: Vec<_> = items.fields.iter().filter(|used| used.is_target()).collect();
    match targets.as_slice() {
        [only] => only.field.name.clone(),
        targets => format!("{} fields", targets.len()),
    }
}

fn entry(document: &Element, media_type: &str) -> Result<ModelContent, NodeError> {
    let payload = document.to_xml().map_err(|error| NodeError::Model(error.to_string()))?;
    let property = |key: &str, value: &str| (key.to_owned(), value.to_owned());
    let properties = vec![property("typeId", "AF Container Type"), property("mimeType", media_type)];
    let entry = ScfEntry { keys: Vec::new(), properties: Some(properties), payload };
    Ok(ModelContent::Scf(ScfContainer { entries: vec![entry] }))
}

fn outputs(name: &str) -> Vec<satsuma_stream::nodes::OutputField> {
    let mut outputs = Vec::new();
    for number in 1..=PREDICTIONS {
        let affinity = OutputRole::from("entityAffinity");
        let mut prediction = output(format!("$A-{name}-{number}"), Storage::String, Measure::Set, affinity);
        prediction.tag = Some("association_prediction".to_owned());
        let unknown = OutputRole::from("unknown");
        let mut confidence = output(format!("$AC-{name}-{number}"), Storage::Real, Measure::Range, unknown);
        confidence.field_type.values = vec![Value::Real(0.0), Value::Real(1.0)];
        confidence.tag = Some("association_confidence".to_owned());
        let id = format!("$A-Rule_ID-{number}");
        let mut rule = output(id, Storage::Integer, Measure::Set, OutputRole::EntityId);
        rule.tag = Some("association_ruleid".to_owned());
        outputs.extend([prediction, confidence, rule]);
    }
    outputs
}
