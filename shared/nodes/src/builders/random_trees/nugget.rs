//! The nugget of a forest: a header, and three containers.

use satsuma_columns::Field;
use satsuma_engine::{NodeError, NodeRun};
use satsuma_stream::nodes::OutputRole;
use satsuma_stream::{Element, Measure, ModelContent, NewNugget, Storage, Value, write_archive};

use super::inputs::{Goal, Used};
use super::{RandomTrees, Trained, pmml};
use crate::builders::header::{self, of_scalar, output};

/// The charts of Modeler's model viewer. They are left out: charts draw the report, which has their numbers.
const CHARTS: &str = r#"{"rf":{}}"#;

impl RandomTrees {
    /// # Errors
    /// If a field or value holds a character that XML cannot carry.
    pub(super) fn nugget(
        &self,
        target: &Field,
        goal: &Goal,
        fields: &[Used],
        trained: &Trained,
        run: &NodeRun,
    ) -> Result<NewNugget, NodeError> {
        let name = self.builder.name(|| target.name.clone());
        let inputs = fields.iter().map(|used| &used.field).collect::<Vec<_>>();
        let header = header::header(name, "Random Trees", &inputs, outputs(target, goal), run);
        let model =
            container("PMML", "application/vnd.pmml+xml", &pmml::document(target, goal, fields, trained))?;
        let report = self.report(target, goal, fields, trained);
        let report = container("StatXML", "application/vnd.spss.stat+xml", &report)?;
        let contents = vec![
            ("StatXML".to_owned(), ModelContent::Bytes(report)),
            ("PMML".to_owned(), ModelContent::Bytes(model)),
            ("StatJSON".to_owned(), ModelContent::Bytes(CHARTS.into())),
        ];
        let kind = match goal {
            Goal::Number => "Approximation",
            Goal::Categories(_) => "Classification",
        };
        Ok(self.builder.extension_nugget(header, contents, kind, run))
    }
}

/// A document in an archive with its name and its media type.
fn container(name: &str, media_type: &str, document: &Element) -> Result<Vec<u8>, NodeError> {
    let failed = |error: satsuma_stream::StreamError| NodeError::Model(error.to_string());
    let document = document.to_xml().map_err(failed)?;
    let entries = [("name", name), ("mime-type", media_type)];
    let mut meta = 2_u32.to_be_bytes().to_vec();
    for (key, value) in entries {
        let lengths = [key.len() as u32, value.len() as u32];
        meta.extend(lengths.into_iter().flat_map(u32::to_be_bytes));
        meta.extend_from_slice(key.as_bytes());
        meta.extend_from_slice(value.as_bytes());
    }
    let file = format!("{name}.xml");
    write_archive([(".meta", meta.as_slice()), (file.as_str(), document.as_slice())]).map_err(failed)
}

fn outputs(target: &Field, goal: &Goal) -> Vec<satsuma_stream::nodes::OutputField> {
    let of_target = |mut field: satsuma_stream::nodes::OutputField| {
        field.target_field = Some(target.name.clone());
        field
    };
    let name = format!("$R-{}", target.name);
    let predicted = |storage, measure| output(name.clone(), storage, measure, OutputRole::PredictedValue);
    if let Goal::Number = goal {
        return vec![of_target(predicted(Storage::Real, Measure::Range))];
    }
    let mut category = predicted(Storage::from(target.storage.name()), target.measure.clone());
    category.field_type.values = target.values.members().iter().map(of_scalar).collect();
    let name = format!("$RC-{}", target.name);
    let mut confidence = output(name, Storage::Real, Measure::Range, OutputRole::Probability);
    confidence.field_type.values = vec![Value::Real(0.0), Value::Real(1.0)];
    vec![of_target(category), of_target(confidence)]
}
