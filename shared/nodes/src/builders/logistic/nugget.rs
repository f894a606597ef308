//! Equations as the nugget stores them: inline, and as PMML.

use satsuma_engine::{NodeError, NodeRun};
use satsuma_mining::logistic::Selected;
use satsuma_stream::nodes::{OutputField, OutputRole};
use satsuma_stream::{Element, Measure, ModelContent, NewNugget, Storage};

use super::design::Design;
use super::{Logistic, pmml};
use crate::builders::columns::Column;
use crate::builders::header::{self, number, of_scalar, output};

impl Logistic {
    /// The nugget of some equations.
    ///
    /// # Errors
    /// If a field or value holds a character that XML cannot carry.
    pub(super) fn nugget(
        &self,
        columns: &[Column],
        design: &Design,
        selected: &Selected,
        run: &NodeRun,
    ) -> Result<NewNugget, NodeError> {
        let (target, inputs) = columns.split_last().ok_or(NodeError::Model("no target".to_owned()))?;
        let name = self.builder.name(|| target.field.name.clone());
        let document = pmml::document(columns, design, selected, self.options.has_constant);
        let document = document.to_xml().map_err(|error| NodeError::Model(error.to_string()))?;
        let leaf = |name: &str, text: &str| Element::new(name).with_text(text);
        let mut method = self.method.clone();
        if let Some(first) = method.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        let inline = vec![
            leaf("binomialModel", "false"),
            leaf("method", &method),
            leaf("cateInputsNum", "0"),
            leaf("internalModel", ""),
            self.equations(columns, design, selected),
        ];
        let inputs = inputs.iter().map(|column| &column.field).collect::<Vec<_>>();
        let header = header::header(name, "Logistic", &inputs, outputs(target, design), run);
        let contents = vec![("pmml".to_owned(), ModelContent::Pmml(document))];
        Ok(self.builder.nugget(header, contents, inline, run))
    }

    /// An equation for each category; that of the base category is empty.
    fn equations(&self, columns: &[Column], design: &Design, selected: &Selected) -> Element {
        let mut coefficients = selected.fit.coefficients.iter();
        let entries = design.categories.iter().enumerate().map(|(at, category)| {
            let own = if at == design.base { None } else { coefficients.next() };
            let own = own.map(Vec::as_slice).unwrap_or_default();
            let constant = own.first().copied().flatten().filter(|_| self.options.has_constant);
            let terms = design.terms.iter().zip(own.iter().skip(1)).filter_map(|(term, coefficient)| {
                let element = Element::new("term")
                    .with_attr("field", columns.get(term.input)?.field.name.as_str())
                    .with_attr("exponent", "1")
                    .with_attr("coefficient", number((*coefficient)?));
                let value = term.category.as_ref().map(|category| of_scalar(category).to_element("value"));
                Some(element.with_children(value))
            });
            let equation = Element::new("equation")
                .with_leaf("constant", &number(constant.unwrap_or(0.0)))
                .with_child(Element::new("terms").with_children(terms));
            Element::new("entry").with_child(of_scalar(category).to_element("key")).with_child(equation)
        });
        Element::new("equations").with_children(entries)
    }
}

/// The prediction, its probability, and the probability of each category.
fn outputs(target: &Column, design: &Design) -> Vec<OutputField> {
    let name = target.field.name.as_str();
    let storage = Storage::from(target.field.storage.name());
    let mut predicted =
        output(format!("$L-{name}"), storage, target.field.measure.clone(), OutputRole::PredictedValue);
    predicted.field_type.values = target.categories.iter().flatten().map(of_scalar).collect();
    let probability =
        |of: &str| output(format!("$LP-{of}"), Storage::Real, Measure::Range, OutputRole::Probability);
    let categories = design.categories.iter().map(|category| probability(&of_scalar(category).text()));
    let mut outputs = vec![predicted, probability(name)];
    outputs.extend(categories);
    for output in &mut outputs {
        output.target_field = Some(name.to_owned());
    }
    outputs
}
