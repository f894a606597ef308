//! The nugget of a machine: a header that lists all possible fields, and the machine as PMML.

use satsuma_columns::{Field, Measure};
use satsuma_engine::{NodeError, NodeRun};
use satsuma_stream::nodes::{OutputField, OutputRole};
use satsuma_stream::{ModelContent, NewNugget, Storage, Value};

use super::encoding::{Encoding, Goal};
use super::{Svm, Trained, pmml};
use crate::builders::header::{self, of_scalar, output};

impl Svm {
    /// # Errors
    /// If a field or value holds a character that XML cannot carry.
    pub(super) fn nugget(
        &self,
        target: &Field,
        encoding: &Encoding,
        trained: &Trained,
        run: &NodeRun,
    ) -> Result<NewNugget, NodeError> {
        let name = self.builder.name(|| target.name.clone());
        let inputs = encoding.inputs.iter().map(|input| &input.field).collect::<Vec<_>>();
        let outputs = outputs(target, &encoding.goal);
        let header = header::header(name, "SVM", &inputs, outputs, run);
        let document = pmml::document(target, encoding, trained);
        let document = document.to_xml().map_err(|error| NodeError::Model(error.to_string()))?;
        let contents = vec![("model".to_owned(), ModelContent::Pmml(document))];
        let kind = if encoding.goal.is_number() { "Approximation" } else { "Classification" };
        Ok(self.builder.extension_nugget(header, contents, kind, run))
    }
}

impl Goal {
    pub(super) fn is_number(&self) -> bool {
        matches!(self, Self::Number)
    }
}

/// All fields that the nugget may add; its options select them.
fn outputs(target: &Field, goal: &Goal) -> Vec<OutputField> {
    let of_target = |mut field: OutputField, tag: Option<&str>| {
        field.target_field = Some(target.name.clone());
        field.tag = tag.map(str::to_owned);
        field
    };
    let predicted = |storage, measure| {
        output(format!("$S-{}", target.name), storage, measure, OutputRole::PredictedValue)
    };
    let Goal::Categories { .. } = goal else {
        return vec![of_target(predicted(Storage::Real, Measure::Range), None)];
    };
    let mut category = predicted(Storage::from(target.storage.name()), target.measure.clone());
    category.field_type.values = target.values.members().iter().map(of_scalar).collect();
    let share = |name: String, role: OutputRole| {
        let mut field = output(name, Storage::Real, Measure::Range, role);
        field.field_type.values = vec![Value::Real(0.0), Value::Real(1.0)];
        field
    };
    let mut outputs = vec![
        of_target(category, None),
        of_target(share(format!("$SP-{}", target.name), OutputRole::Probability), None),
    ];
    if target.measure == Measure::Flag {
        for (prefix, tag) in [("$SRP-", "RAW"), ("$SAP-", "ADJUSTED")] {
            let field = share(format!("{prefix}{}", target.name), OutputRole::Propensity);
            outputs.push(of_target(field, Some(tag)));
        }
    }
    for value in target.values.members() {
        let name = format!("$SP-{}", of_scalar(&value).text());
        outputs.push(of_target(share(name, OutputRole::Probability), None));
    }
    outputs
}
