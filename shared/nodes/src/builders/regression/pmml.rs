//! An equation as PMML (GeneralRegressionModel), in the form that Modeler writes.

use satsuma_columns::{Field, Storage};
use satsuma_mining::regression::{Coefficient, Fit};
use satsuma_stream::Element;

use crate::builders::columns::Column;
use crate::builders::header::{APPLICATION, number};

/// The name of the constant.
const CONSTANT: &str = "(Constant)";

/// The document. It has the inputs with a coefficient.
pub(super) fn document(name: &str, columns: &[Column], fit: &Fit) -> Element {
    let used: Vec<&Field> =
        fit.columns.iter().filter_map(|column| columns.get(*column)).map(|column| &column.field).collect();
    let target = columns.last().map(|column| &column.field);
    let application =
        Element::new("Application").with_attr("name", APPLICATION.0).with_attr("version", APPLICATION.1);
    let fields = used.iter().copied().chain(target);
    let dictionary = Element::new("DataDictionary").with_attr("numberOfFields", (used.len() + 1).to_string());
    Element::new("PMML")
        .with_attr("version", "4.2")
        .with_attr("xmlns", "http://www.dmg.org/PMML-4_2")
        .with_child(Element::new("Header").with_attr("copyright", "").with_child(application))
        .with_child(dictionary.with_children(fields.map(data_field)))
        .with_child(model(name, &used, target, fit))
}

fn data_field(field: &Field) -> Element {
    let extension = Element::new("Extension")
        .with_attr("extender", "spss")
        .with_attr("name", "storageType")
        .with_attr("value", "numeric");
    let data_type = if field.storage == Storage::Integer { "integer" } else { "double" };
    Element::new("DataField")
        .with_attr("dataType", data_type)
        .with_attr("name", field.name.as_str())
        .with_attr("optype", "continuous")
        .with_child(extension)
}

fn model(name: &str, used: &[&Field], target: Option<&Field>, fit: &Fit) -> Element {
    let target = target.map(|field| field.name.as_str()).unwrap_or_default();
    let named = |element: &str, field: &Field| Element::new(element).with_attr("name", field.name.as_str());
    let schema = used.iter().map(|field| named("MiningField", field).with_attr("usageType", "active"));
    let predicted = Element::new("MiningField").with_attr("name", target).with_attr("usageType", "predicted");
    let parameter = |name: &str| Element::new("Parameter").with_attr("label", name).with_attr("name", name);
    let constant = fit.constant.map(|_| parameter(CONSTANT));
    let cells = used.iter().map(|field| {
        Element::new("PPCell")
            .with_attr("parameterName", field.name.as_str())
            .with_attr("predictorName", field.name.as_str())
            .with_attr("value", "1")
    });
    let coefficients = used.iter().zip(&fit.coefficients);
    let coefficients = coefficients.map(|(field, coefficient)| cell(&field.name, coefficient));
    let constant_cell = fit.constant.map(|constant| cell(CONSTANT, &constant).with_attr("df", "1"));
    Element::new("GeneralRegressionModel")
        .with_attr("functionName", "regression")
        .with_attr("modelName", name)
        .with_attr("modelType", "regression")
        .with_attr("targetVariableName", target)
        .with_child(Element::new("MiningSchema").with_children(schema).with_child(predicted))
        .with_child(
            Element::new("ParameterList")
                .with_children(constant)
                .with_children(used.iter().map(|field| parameter(&field.name))),
        )
        .with_child(Element::new("FactorList"))
        .with_child(
            Element::new("CovariateList").with_children(used.iter().map(|field| named("Predictor", field))),
        )
        .with_child(Element::new("PPMatrix").with_children(cells))
        .with_child(Element::new("ParamMatrix").with_children(constant_cell).with_children(coefficients))
}

fn cell(name: &str, coefficient: &Coefficient) -> Element {
    Element::new("PCell")
        .with_attr("beta", number(coefficient.estimate))
        .with_attr("parameterName", name)
        .with_attr("targetCategory", "")
}
