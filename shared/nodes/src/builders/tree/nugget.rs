//! The nugget of a tree: header, inline elements and PMML.

use satsuma_columns::Field;
use satsuma_engine::{NodeError, NodeRun};
use satsuma_stream::nodes::{OutputField, OutputRole};
use satsuma_stream::{Element, Measure, ModelContent, NewNugget, Storage, Value};

use super::{Algorithm, TrainedTree, inline, pmml};
use crate::builders::builder::Builder;
use crate::builders::header;

impl TrainedTree {
    /// The nugget of the tree. A model without a name of its own has that of its target. `raw_propensity` lets a new
    /// nugget add it.
    ///
    /// # Errors
    /// If a field or value holds a character that XML cannot carry.
    pub(crate) fn nugget(
        &self,
        builder: &Builder,
        raw_propensity: bool,
        run: &NodeRun,
    ) -> Result<NewNugget, NodeError> {
        let name = builder.name(|| self.target.name.clone());
        let document = pmml::document(self, &name).to_xml();
        let document = document.map_err(|error| NodeError::Model(error.to_string()))?;
        // C5.0 does not list the target.
        let target = Some(&self.target).filter(|_| self.algorithm != Algorithm::C5);
        let fields: Vec<&Field> = self.inputs.iter().map(|input| &input.field).chain(target).collect();
        let header = header::header(name, self.algorithm.name(), &fields, self.outputs(), run);
        let contents = vec![("pmml".to_owned(), ModelContent::Pmml(document))];
        let mut nugget = builder.nugget(header, contents, inline::structures(self), run);
        if raw_propensity {
            nugget.options.push(Element::new("calculateRawPropensities").with_text("true"));
        }
        Ok(nugget)
    }

    /// The fields that the nugget adds: the prediction with the type of the target, and its confidence.
    fn outputs(&self) -> Vec<OutputField> {
        let (prefix, target) = (self.algorithm.prefix(), &self.target);
        let mut predicted = header::output(
            format!("{prefix}-{}", target.name),
            Storage::Real,
            Measure::Range,
            OutputRole::PredictedValue,
        );
        predicted.field_type = header::field_type(target);
        if self.categories.is_none() {
            // Means are real numbers, even of integers.
            predicted.field_type.storage = Storage::Real;
        }
        let mut confidence = header::output(
            format!("{prefix}C-{}", target.name),
            Storage::Real,
            Measure::Range,
            OutputRole::Probability,
        );
        confidence.field_type.values = vec![Value::Real(0.0), Value::Real(1.0)];
        let of_target =
            |output: OutputField| OutputField { target_field: Some(target.name.clone()), ..output };
        [predicted, confidence].map(of_target).to_vec()
    }
}
