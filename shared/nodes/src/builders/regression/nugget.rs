//! An equation as the nugget stores it: inline, and as PMML.

use satsuma_engine::{NodeError, NodeRun};
use satsuma_mining::regression::Fit;
use satsuma_stream::nodes::OutputRole;
use satsuma_stream::{Element, Measure, ModelContent, NewNugget, Storage};

use super::{Regression, pmml};
use crate::builders::columns::Column;
use crate::builders::header::{self, number, output};

impl Regression {
    /// The nugget of an equation.
    ///
    /// # Errors
    /// If a field holds a character that XML cannot carry.
    pub(super) fn nugget(
        &self,
        columns: &[Column],
        fit: &Fit,
        run: &NodeRun,
    ) -> Result<NewNugget, NodeError> {
        let (target, inputs) = columns.split_last().ok_or(NodeError::Model("no target".to_owned()))?;
        let target = &target.field.name;
        let name = self.builder.name(|| target.clone());
        let mut added =
            output(format!("$E-{target}"), Storage::Real, Measure::Range, OutputRole::PredictedValue);
        added.target_field = Some(target.clone());
        let document = pmml::document(&name, columns, fit);
        let document = document.to_xml().map_err(|error| NodeError::Model(error.to_string()))?;
        let inputs = inputs.iter().map(|column| &column.field).collect::<Vec<_>>();
        let header = header::header(name, "Regression", &inputs, vec![added], run);
        let contents = vec![("pmml".to_owned(), ModelContent::Pmml(document))];
        Ok(self.builder.nugget(header, contents, vec![equation(columns, fit)], run))
    }
}

fn equation(columns: &[Column], fit: &Fit) -> Element {
    let terms = fit.columns.iter().zip(&fit.coefficients).filter_map(|(column, coefficient)| {
        let term = Element::new("term")
            .with_attr("field", columns.get(*column)?.field.name.as_str())
            .with_attr("exponent", "1")
            .with_attr("coefficient", number(coefficient.estimate));
        Some(term)
    });
    let constant = fit.constant.map_or(0.0, |constant| constant.estimate);
    Element::new("equation")
        .with_leaf("constant", &number(constant))
        .with_child(Element::new("terms").with_children(terms))
}
