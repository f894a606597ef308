//! Equations as PMML (GeneralRegressionModel), in the form that Modeler writes.

use satsuma_columns::{Scalar, Storage};
use satsuma_mining::logistic::Selected;
use satsuma_stream::Element;

use super::design::Design;
use crate::builders::columns::Column;
use crate::builders::header::{APPLICATION, number, of_scalar};

/// The document.
pub(super) fn document(
    columns: &[Column],
    design: &Design,
    selected: &Selected,
    has_constant: bool,
) -> Element {
    let application =
        Element::new("Application").with_attr("name", APPLICATION.0).with_attr("version", APPLICATION.1);
    let target = columns.last();
    let is_used = |at: &usize| selected.effects.contains(at);
    // Factors in front of numbers, as in the documents of Modeler.
    let inputs =
        || columns.iter().take(columns.len().saturating_sub(1)).enumerate().filter(|(at, _)| is_used(at));
    let of_kind = |is_factor: bool| {
        inputs().map(|(_, column)| column).filter(move |column| column.categories.is_some() == is_factor)
    };
    let fields = || target.into_iter().chain(of_kind(true)).chain(of_kind(false));
    let dictionary = Element::new("DataDictionary")
        .with_attr("numberOfFields", fields().count().to_string())
        .with_children(fields().map(data_field));
    let schema = fields().enumerate().map(|(at, column)| {
        Element::new("MiningField")
            .with_attr("missingValueTreatment", "asIs")
            .with_attr("name", column.field.name.as_str())
            .with_attr("usageType", if at == 0 { "predicted" } else { "active" })
    });
    let predictor = |column: &Column| Element::new("Predictor").with_attr("name", column.field.name.as_str());
    let parameters = parameters(columns, design, selected, has_constant);
    let list = parameters.iter().map(|parameter| {
        Element::new("Parameter")
            .with_attr("label", parameter.label.as_str())
            .with_attr("name", parameter.name.as_str())
    });
    let cells = parameters.iter().filter_map(|parameter| {
        let (field, value) = parameter.of.as_ref()?;
        let cell = Element::new("PPCell")
            .with_attr("parameterName", parameter.name.as_str())
            .with_attr("predictorName", field.as_str())
            .with_attr("value", value.as_str());
        Some(cell)
    });
    let target_name = target.map(|column| column.field.name.as_str()).unwrap_or_default();
    let count = parameters.len() * design.categories.len().saturating_sub(1);
    let extension = Element::new("Extension")
        .with_attr("extender", "spss.com")
        .with_attr("name", "numberParameters")
        .with_attr("value", count.to_string());
    let base = design.categories.get(design.base).map(text).unwrap_or_default();
    let model = Element::new("GeneralRegressionModel")
        .with_attr("algorithmName", "multinomialLogistic")
        .with_attr("functionName", "classification")
        .with_attr("modelType", "multinomialLogistic")
        .with_attr("targetReferenceCategory", base)
        .with_attr("targetVariableName", target_name)
        .with_child(extension)
        .with_child(Element::new("MiningSchema").with_children(schema))
        .with_child(Element::new("ParameterList").with_children(list))
        .with_child(Element::new("FactorList").with_children(of_kind(true).map(predictor)))
        .with_child(Element::new("CovariateList").with_children(of_kind(false).map(predictor)))
        .with_child(Element::new("PPMatrix").with_children(cells))
        .with_child(matrix(design, selected, &parameters));
    Element::new("PMML")
        .with_attr("version", "4.3")
        .with_attr("xmlns", "http://www.dmg.org/PMML-4_3")
        .with_child(Element::new("Header").with_attr("copyright", "").with_child(application))
        .with_child(dictionary)
        .with_child(model)
}

struct Parameter {
    name: String,
    label: String,
    /// The field and the value of its predictor; none for the constant.
    of: Option<(String, String)>,
    /// The place of its coefficient.
    column: usize,
}

fn parameters(
    columns: &[Column],
    design: &Design,
    selected: &Selected,
    has_constant: bool,
) -> Vec<Parameter> {
    let mut parameters = Vec::new();
    if has_constant {
        let label = "Intercept".to_owned();
        parameters.push(Parameter { name: String::new(), label, of: None, column: 0 });
    }
    for (term, column) in design.terms.iter().zip(1..) {
        if !selected.effects.contains(&term.input) {
            continue;
        }
        let Some(field) = columns.get(term.input).map(|column| column.field.name.clone()) else { continue };
        let (label, value) = match &term.category {
            None => (field.clone(), "1".to_owned()),
            Some(category) => (format!("[{field}={}]", text(category)), text(category)),
        };
        parameters.push(Parameter { name: String::new(), label, of: Some((field, value)), column });
    }
    for (parameter, number) in parameters.iter_mut().zip(1..) {
        parameter.name = format!("P{number:07}");
    }
    parameters
}

/// The coefficients. Redundant ones are 0 without a degree of freedom.
fn matrix(design: &Design, selected: &Selected, parameters: &[Parameter]) -> Element {
    let others: Vec<usize> = design.records().others().collect();
    let cells = others.into_iter().zip(&selected.fit.coefficients).flat_map(|(category, coefficients)| {
        let category = design.categories.get(category).map(text).unwrap_or_default();
        parameters.iter().map(move |parameter| {
            let coefficient = coefficients.get(parameter.column).copied().flatten();
            Element::new("PCell")
                .with_attr("beta", coefficient.map_or_else(|| "0".to_owned(), number))
                .with_attr("df", if coefficient.is_some() { "1" } else { "0" })
                .with_attr("parameterName", parameter.name.as_str())
                .with_attr("targetCategory", category.as_str())
        })
    });
    Element::new("ParamMatrix").with_children(cells)
}

fn data_field(column: &Column) -> Element {
    let data_type = match column.field.storage {
        Storage::Integer => "integer",
        Storage::Real => "double",
        Storage::Date => "date",
        Storage::Time => "time",
        Storage::Timestamp => "dateTime",
        _ => "string",
    };
    let values = column.categories.iter().flatten().map(|category| {
        let text = text(category);
        Element::new("Value")
            .with_attr("displayValue", text.as_str())
            .with_attr("property", "valid")
            .with_attr("value", text.as_str())
    });
    Element::new("DataField")
        .with_attr("dataType", data_type)
        .with_attr("displayName", column.field.name.as_str())
        .with_attr("name", column.field.name.as_str())
        .with_attr("optype", if column.categories.is_some() { "categorical" } else { "continuous" })
        .with_children(values)
}

fn text(category: &Scalar) -> String {
    of_scalar(category).text()
}
